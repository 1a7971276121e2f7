#!/usr/bin/env bash
# weir split: what it refuses, and where it says so; the same bytes for any --jobs and after kill -9; a best split that theory knows;
# more money is never worse; a line without money does nothing.
. "$(dirname "$0")/begin.sh"
ln -s "$root/scenarios/lib" lib
quick=(--set years=1 --reps 3 --max-reps 13 --progress none)

# Bradford with another block `split`.
with() { # block
    sed '/^  -- For `weir split`/,/^  },$/d' "$root/scenarios/bradford.lua" | sed "s/^  build = build,\$/  split = $1,\n  build = build,/" >case.lua
}

refuses() { # code, what is said, block
    with "$3"
    exits "$1" "$weir" split case.lua "${quick[@]}" --out case.db --force
    says err "$2"
    grep -q '^case.lua:[0-9]*: ' err || complain "no file and line: $3"
}

# ---- what is refused ----

refuses 3 "not \"four\"" '{ limits = { { lines = "four", at_least = pounds(1) } } }'
refuses 3 "'at_least' must be 0 or more pounds/year; -1 pounds was given" '{ limits = { { lines = "one", at_least = pounds(-1) } } }'
refuses 3 "'total' must be 1 or more pounds/year" '{ total = pounds(-5) }'
refuses 3 'no split of 780000 pounds a year keeps these limits together: one at least 60% (case.lua:' \
    '{ limits = { { lines = "one", at_least = share(0.6) }, { lines = { "two", "three" }, at_least = share(0.5) } } }'
says err 'two + three at least 50% (case.lua:'
refuses 3 'it is of those seen alone' '{ objectives = { { kpi = "wait_seen_median_days" } } }'
refuses 3 'pays no pools' '{ lines = { "one", "fee" } }'
refuses 3 'growth "high": there is no' '{ growth = { { name = "high", set = { "area.refferals=0.1" } } } }'
refuses 3 'that are affordable' '{ affordable = { { at_most = pounds(700000) } } }'
refuses 3 'there is no period "2025-26"' '{ affordable = { { period = "2025-26", at_most = pounds(700000) } } }'
refuses 5 'none of the' '{ outcomes = { { kpi = "cohort_seen_4w", at_least = share(1) } } }'
exits 3 "$weir" split "$root/scenarios/surrey.lua" --out case.db
says err 'surrey.lua:'
says err 'two budget lines or more'
exits 3 "$weir" split "$town" --out case.db
exits 2 "$weir" split "$root/scenarios/bradford.lua" --weight 1 --out case.db
says err "--weight: '1' is not 2 numbers"
exits 2 "$weir" split "$root/scenarios/bradford.lua" --reps 1 --out case.db
exits 2 "$weir" split "$root/scenarios/bradford.lua" --pcs 2 --out case.db
exits 2 "$weir" split "$root/scenarios/bradford.lua" --vary one --out case.db
[ ! -e case.db ] || complain 'a refused search left results'

# ---- a dry run, and a scenario that says nothing ----

exits 0 "$weir" split "$root/scenarios/bradford.lua" --dry-run --out case.db
says out.txt '15 to begin with'
[ ! -e case.db ] && [ ! -e case.db.partial ] || complain 'a dry run writes'
sed '/^  -- For `weir split`/,/^  },$/d' "$root/scenarios/bradford.lua" >bare.lua
grep -q 'split =' bare.lua && complain 'the block is still there'
exits 0 "$weir" split bare.lua --set years=1 --reps 3 --matters 3% --out bare.db
says out.txt 'Judged by cohort_seen_18w (weight 1), cohort_seen_4w (weight 1), unmet_need (weight 1).'
says out.txt 'one 137,500 to 527,500'
says out.txt 'Best of '

# ---- the same for any number of threads, and after a violent end ----

bradford=$root/scenarios/bradford.lua
export_all() { # results, file
    for table in candidates candidate_estimates candidate_differences estimates; do
        "$weir" export "$1" --table $table || complain "export $table of $1"
    done >"$2" 2>err
}
exits 0 "$weir" split "$bradford" --set years=1 --reps 4 --jobs 1 --out one.db
exits 0 "$weir" split "$bradford" --set years=1 --reps 4 --jobs 2 --out two.db
export_all one.db one.csv
export_all two.db two.csv
cmp -s one.csv two.csv || complain 'the answer depends on --jobs'
[ "$(wc -l <one.csv)" -gt 500 ] || complain 'the export is too short to compare'
exits 1 "$weir" split "$bradford" --set years=1 --reps 4 --out one.db
says err 'exists already (--force overwrites it)'

"$weir" split "$bradford" --set years=1 --reps 4 --jobs 1 --out killed.db --progress plain >out.txt 2>err &
while [ "$(stat -c %s killed.db.partial-wal 2>/dev/null || echo 0)" -lt 200000 ] && kill -0 $! 2>/dev/null; do sleep 0.01; done
kill -9 $! 2>/dev/null
wait $! 2>/dev/null
[ -e killed.db.partial ] && [ ! -e killed.db ] || complain 'nothing was left to go on with'
exits 1 "$weir" split "$bradford" --set years=1 --reps 4 --out killed.db
says err '--resume goes on with it'
exits 1 "$weir" split "$bradford" --set years=1 --reps 4 --seed 2 --resume --out killed.db
says err 'is of another scenario'
exits 0 "$weir" split "$bradford" --set years=1 --reps 4 --jobs 2 --resume --out killed.db
says err 'going on with killed.db.partial: '
grep -q ': 0 replications' err && complain 'nothing was kept before the kill'
export_all killed.db killed.csv
cmp -s one.csv killed.csv || complain 'a search that was killed comes to another end'
[ ! -e killed.db.partial ] || complain 'the journal is left behind'

"$weir" split "$bradford" --set years=3 --reps 20 --jobs 1 --out stopped.db >out.txt 2>err &
sleep 0.7
kill -INT $!
wait $!
[ $? = 130 ] || complain 'Ctrl-C: exit code'
says err 'the same command with --resume goes on'
[ -e stopped.db.partial ] || complain 'Ctrl-C keeps nothing'

# ---- too few replications ----

exits 5 "$weir" split "$bradford" --set years=1 --reps 3 --max-reps 13 --matters 0.01% --out few.db
says err 'is not reached'
says out.txt 'The selection was NOT finished'
[ -e few.db ] && [ -e few.db.partial ] || complain 'a search that ended early cannot go on'
exits 0 "$weir" split "$bradford" --set years=1 --reps 3 --matters 2% --resume --out few.db
[ ! -e few.db.partial ] || complain 'a search that went on leaves its journal'

# ---- the tables ----

"$weir" export one.db --table candidates >table.csv
[ "$(head -1 table.csv | cut -d, -f1-9)" = candidate,stage,growth,roles,status,reps,line,pounds,share ] || complain 'head of candidates'
awk -F, 'NR > 1 && $2 != "next" { sum[$1] += $8 } END { for (c in sum) if (sum[c] < 779999.99 || sum[c] > 780000.01) print c, sum[c] }' table.csv >wrong
[ ! -s wrong ] || complain "money is lost: $(cat wrong)"
exits 2 "$weir" export one.db --table candidate
exits 0 "$weir" run "$town" --reps 2 --set years=1 --out town.db
exits 2 "$weir" export town.db --table candidates
says err 'is of a search among splits'

# ---- a best split that theory knows ----

# Two lots are M/M/c queues: 0.75 and 0.5 come a day, work takes 10 days, and the money pays 17.6 servers. Of all referred, those done within
# 28 days (Erlang C): 92.4% with 10 and 7 servers, 90.9% with 9 and 8, 89.7% with 11 and 6.
cat >lots.lua <<'END_LOTS'
local function build(s)
  local rows = { classes = { "a", "b" }, sources = {}, stages = {}, pools = { pool { name = "room", kind = "diary", units = 100,
    minutes_per_unit = minutes(100), open = "every" } } }
  for _, name in ipairs(rows.classes) do
    local work = "work_" .. name
    rows.sources[#rows.sources + 1] = source { name = "from_" .. name, to = "door_" .. name, role = "other", rate = s.area[name], class = { [name] = 1 } }
    rows.stages[#rows.stages + 1] = stage { name = "door_" .. name, role = "door", decide = "door", on = { register = "in_" .. name, signpost = "exit" } }
    rows.stages[#rows.stages + 1] = stage { name = "in_" .. name, role = "triage", decide = "triage",
      on = { advice = "exit", urgent = work, brief = work, core = work, priority = work, neuro = work } }
    rows.stages[#rows.stages + 1] = stage { name = work, pool = name, service = exponential { mean = days(10) }, next = "seen_" .. name }
    rows.stages[#rows.stages + 1] = stage { name = "seen_" .. name, role = "wait", pool = "room", contact = minutes(1), is_contact = true, next = "exit" }
    rows.pools[#rows.pools + 1] = pool { name = name, kind = "servers", units = 8 }
  end
  return rows
end
return scenario {
  name = "lots", start = "2025-09-01", years = 7, warmup = years(1),
  schools = { primary = 0, secondary = 0, special = 0 },
  door = { registered = 1, threshold = 0, noise = 0, shrink = 0 }, child = { recovery_per_month = per_month(0) },
  area = { a = assumption(per_day(0.75), "test"), b = assumption(per_day(0.5), "test") },
  money = { extra_per_year = pounds(0) },
  lines = { { name = "a", pools = { "a" }, per_year = pounds(80000) }, { name = "b", pools = { "b" }, per_year = pounds(80000) } },
  plans = { { name = "lots", offer = "none" } },
  split = { total = pounds(176000), objectives = { { kpi = "cohort_seen_4w" } } },
  build = build,
}
END_LOTS
servers() { # results: of the chosen split
    "$weir" export "$1" --table candidates | awk -F, '$4 ~ /chosen/ { n = n sep int($8 / 10000); sep = " " } END { print n }'
}
score() {
    "$weir" export "$1" --kpi cohort_seen_4w --plans chosen --group all --period all | tail -1 | cut -d, -f6
}
exits 0 "$weir" split lots.lua --out theory.db
[ "$(servers theory.db)" = '10 7' ] || complain "of 17 servers the best are 10 and 7, not $(servers theory.db)"
exits 0 "$weir" split lots.lua --set area.a=0.6 --set area.b=0.6 --set split.total=170000 --out alike.db
case $(servers alike.db) in
    '8 8' | '9 8' | '8 9') ;;
    *) complain "two lots alike share alike, not $(servers alike.db)" ;;
esac

# More money is never worse at the best split; the same children.
exits 0 "$weir" split lots.lua --set split.total=196000 --out more.db
awk -v less="$(score theory.db)" -v more="$(score more.db)" 'BEGIN { exit !(more > less && less > 0.8) }' || complain 'more money is worse'

# A line without money sees nobody and costs its penny.
sed 's/split = {/split = { limits = { { lines = "a", at_most = pounds(0) } },/' lots.lua >zero.lua
exits 0 "$weir" split zero.lua --set split.total=160000 --set years=2 --reps 3 --out zero.db
zero=$("$weir" export zero.db --kpi first_contacts --plans chosen --group presentation=a --period all | tail -1 | cut -d, -f6)
[ "$zero" = 0 ] || complain "a line at zero sees $zero"
zero=$("$weir" export zero.db --kpi cost_pounds --plans chosen --group line=a --period all | tail -1 | cut -d, -f6)
[ "$zero" = 0.01 ] || complain "a line at zero costs $zero"

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
