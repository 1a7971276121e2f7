#!/usr/bin/env bash
# What weir run shows of a plain network: its stages, their classes and states, and no measure that is zero throughout.
. "$(dirname "$0")/begin.sh"

section() { # title: the lines below it, up to an empty one
    awk -v title="$1" '$0 == title { on = 1; next } $0 == "" { on = 0 } on' out.txt
}

estimate() { "$weir" export net.db --kpi "$1" --group "$2" --period all | awk -F, 'NR == 2 { printf "%.0f", $6 }'; }

# Two a day of each class; those of class a stay a day before they are served.
cat >net.lua <<'LUA'
return scenario { name = "net", start = "2025-01-06", years = 1, classes = { "a", "b" },
  pools = { pool { name = "desk" } },
  stages = {
    stage { name = "door", by_class = true, states = 3, routes = { { class = "a", share = 1, to = "wait" }, { to = "serve" } } },
    stage { name = "wait", service = fixed(days(1)), states = 30, next = "serve" },
    stage { name = "serve", pool = "desk", service = fixed(hours(2)), by_class = true },
  },
  sources = {
    source { name = "a", to = "door", rate = per_day(2), class = "a" },
    source { name = "b", to = "door", rate = per_day(2), class = "b" },
  } }
LUA
exits 0 "$weir" run net.lua --reps 4 --out net.db
cp out.txt net.txt

section Stages >stages
head -1 stages | grep -qE '^stage +came +served +mean wait, days +P90 wait, days +mean time in it, days$' || complain 'the columns of Stages'
[ "$(awk '{ print $1 }' stages | paste -sd' ')" = 'stage door wait serve' ] || complain 'the rows of Stages'
for stage in door wait serve; do
    [ "$(awk -v s=$stage '$1 == s { gsub(",", ""); print $2 }' stages)" = "$(estimate arrivals stage=$stage)" ] ||
        complain "who came to $stage"
done
grep -qE '^wait .* - +- +1.00 \(1.00 to 1.00\)$' stages || complain 'a stage without a list has a wait'

section Classes >classes
[ "$(awk '{ print $1 }' classes | paste -sd' ')" = 'stage:class door:a door:b serve:a serve:b' ] || complain 'the rows of Classes'
[ "$(awk '$1 == "serve:b" { gsub(",", ""); print $2 }' classes)" = "$(estimate arrivals stage_class=serve:b)" ] ||
    complain 'who of class b came to serve'

# A door that takes no time is empty; in a day's stay of 2 a day there are Poisson(2): P(0) = 13.5%, and P(20 or more) = 5e-14.
section 'Share of the time with so many present' >states
head -1 states | grep -qE '^present +door +wait$' || complain 'the columns of states'
grep -qE '^0 +100.0% \(100.0 to 100.0\) +1[0-9]\.[0-9]% \(' states || complain 'the row of an empty stage'
[ "$(wc -l <states)" -le 21 ] || complain 'more than 20 states'
grep -q '^3 .*3+: 0.0%' states || complain 'the last state of the door is not marked'

for measure in sessions missed_sessions cancelled_sessions blocked_mean turned_away left; do
    grep -qE "^$measure " net.txt && complain "$measure is zero, and shown"
    "$weir" export net.db --kpi $measure --group all --period all | grep -q ",$measure,all,all,0,0,0,4," || complain "$measure is not in the file"
done
grep -q '^Measures that are zero throughout are in the file only.$' net.txt || complain 'not said what is left out'

# With room for one, some are turned away, and with 30 a day there are more than 20 states.
sed 's/pool = "desk",/& room = 1,/; s/per_day(2)/per_day(30)/' net.lua >full.lua
exits 0 "$weir" run full.lua --reps 4 --out full.db
section Stages | head -1 | grep -qE ' left +turned away ' || complain 'nobody is said to be turned away'
[ "$(section 'Share of the time with so many present' | grep -cE '^[0-9]')" = 20 ] || complain 'not 20 states'
section 'Share of the time with so many present' | tail -1 |
    grep -q '^The other 11 are in the file: weir export FILE --kpi state_share$' || complain 'not said how many states are left out'
exits 0 "$weir" run full.lua --reps 1 --out one.db
grep -qE 'nan|inf' out.txt && complain 'one replication: not a number'

# A long list is cut.
cat >many.lua <<'LUA'
local stages <const> = {}
for i = 1, 60 do
  stages[i] = { name = "s" .. i, service = fixed(hours(1)), next = i < 60 and "s" .. i + 1 or "exit" }
end
return scenario { name = "many", start = "2025-01-06", years = 1, stages = stages,
  sources = { source { name = "in", to = "s1", rate = per_day(1) } } }
LUA
exits 0 "$weir" run many.lua --reps 2 --out many.db
[ "$(section Stages | grep -c '^s[0-9]')" = 50 ] || complain 'not 50 stages'
section Stages | tail -1 | grep -q '^The other 10 are in the file: weir export FILE --group stage$' || complain 'not said how many stages are left out'
[ "$("$weir" export many.db --kpi served --group stage --period all | wc -l)" = 61 ] || complain 'the stages are not in the file'

# Of several networks the same measures are left out; a care system shows what it did.
sed 's/per_day(2)/per_day(3)/; s/name = "net"/name = "net2"/' net.lua >net2.lua
exits 0 "$weir" compare net.lua net2.lua --reps 4 --out both.db
grep -qE '^(sessions|blocked_mean) ' out.txt && complain 'compare shows measures that are zero'
grep -q '^arrivals ' out.txt || complain 'compare does not show the arrivals'
exits 0 "$weir" run "$town" --reps 2 --out town.db
grep -qE '^(Stages|Classes|Measures that)' out.txt && complain 'stages of a care system are shown'

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
