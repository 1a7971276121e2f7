#!/usr/bin/env bash
# --trace: the life of single entities, as text and csv, of networks and of the care system; no file is written.
. "$(dirname "$0")/begin.sh"

cat >desk.lua <<'LUA'
return scenario { name = "desk", start = "2025-01-06", years = 0.11, classes = { "plain", "urgent" },
  pools = { pool { name = "desk", kind = "servers" } },
  stages = {
    stage { name = "desk", pool = "desk", service = fixed(hours(1)),
      timers = { { name = "gave_up", after = fixed(minutes(90)) } }, next = "back" },
    stage { name = "back", service = fixed(days(1)) },
  },
  sources = { source { name = "people", to = "desk", class = "urgent",
    dates = { hours(8), hours(8.5), hours(8.75), hours(36) } } } }
LUA

# Three come to one server: the first is served, the second waits half an hour, the third gives up at 10:15.
exits 0 "$weir" run desk.lua --trace 3 --format csv
cp out.txt trace.csv
[ "$(head -1 out.txt)" = 'day,time,entity,class,event,stage,outcome,at_day,at_time,note' ] || complain 'the head is wrong'
awk -F, 'NR > 1 { print $2 "," $3 "," $4 "," $5 "," $6 "," $7 "," $9 }' out.txt >got
cat >wanted <<'CSV'
2025-01-06 08:00:00,1,urgent,arrives,desk,,
2025-01-06 08:00:00,1,urgent,enters,desk,,
2025-01-06 08:00:00,1,urgent,service,desk,,2025-01-06 09:00:00
2025-01-06 08:30:00,2,urgent,arrives,desk,,
2025-01-06 08:30:00,2,urgent,enters,desk,,
2025-01-06 08:30:00,2,urgent,waits,desk,,
2025-01-06 08:45:00,3,urgent,arrives,desk,,
2025-01-06 08:45:00,3,urgent,enters,desk,,
2025-01-06 08:45:00,3,urgent,waits,desk,,
2025-01-06 09:00:00,1,urgent,leaves,desk,done,
2025-01-06 09:00:00,2,urgent,service,desk,,2025-01-06 10:00:00
2025-01-06 09:00:00,1,urgent,enters,back,,
2025-01-06 09:00:00,1,urgent,service,back,,2025-01-07 09:00:00
2025-01-06 10:00:00,2,urgent,leaves,desk,done,
2025-01-06 10:00:00,3,urgent,service,desk,,2025-01-06 11:00:00
2025-01-06 10:00:00,2,urgent,enters,back,,
2025-01-06 10:00:00,2,urgent,service,back,,2025-01-07 10:00:00
2025-01-06 11:00:00,3,urgent,leaves,desk,done,
2025-01-06 11:00:00,3,urgent,enters,back,,
2025-01-06 11:00:00,3,urgent,service,back,,2025-01-07 11:00:00
2025-01-07 09:00:00,1,urgent,leaves,back,done,
2025-01-07 09:00:00,1,urgent,gone,,,
2025-01-07 10:00:00,2,urgent,leaves,back,done,
2025-01-07 10:00:00,2,urgent,gone,,,
2025-01-07 11:00:00,3,urgent,leaves,back,done,
2025-01-07 11:00:00,3,urgent,gone,,,
CSV
cmp -s wanted got || { complain 'the trace is wrong'; diff wanted got; }
exits 0 "$weir" run desk.lua --trace 3 --set stages.desk.timers.gave_up.after=1h --format csv
says out.txt ',3,urgent,leaves,desk,gave_up,'

# As text; the default; an index that is lent again is another entity.
exits 0 "$weir" run desk.lua --trace
says out.txt 'outcome, or until when'
says out.txt 'service begins            desk   until 2025-01-06 09:00:00'
says out.txt 'is gone'
says err 'only 4 came in the whole run'
grep -q ' 4  urgent  arrives' out.txt || complain 'the fourth is not shown'
exits 0 "$weir" run --trace=1 desk.lua
[ "$(grep -c ' 1  urgent' out.txt)" = 8 ] || complain 'the first is not shown alone'
exits 0 "$weir" run --trace desk.lua --quiet; [ ! -s err ] || complain 'a quiet trace says something'
[ -z "$(find . -name '*.db*' -o -name out)" ] || complain 'a trace wrote a file'

# The care system: those who wait at the start, an appointment, a session; always the same.
exits 0 "$weir" run "$town" --trace 800
says out.txt 'is there at the start     neuro_assessment  since 20'
says out.txt 'is given an appointment'; says out.txt 'attends a session'; says out.txt 'misses a session'
cp out.txt first.txt
exits 0 "$weir" run "$town" --trace 800; cmp -s first.txt out.txt || complain 'two traces differ'
awk 'NR > 1 && ($1 + 0 < last) { exit 1 } { last = $1 + 0 }' first.txt || complain 'time goes back'

# Notes say who comes and what has become of those who go; a plain network has none.
exits 0 "$weir" run "$town" --trace 40 --trace-from 2025-09-01 --format csv
cp out.txt notes.csv
[ "$(grep -c ',arrives,.*"aged [0-9]*, severity [01]\.[0-9]*, [a-z]* school [0-9]*, fifth [1-5], from [a-zA-Z ]*"$' notes.csv)" = 40 ] ||
    complain 'not every child that comes is described'
grep -q ',leaves,triage,.*"severity .* read as .*, threshold 0.40"$' notes.csv || complain 'triage does not say what it reads'
[ "$(grep ',gone,' notes.csv | grep -vc 'recovered\|does not remit')" = 0 ] || complain 'one is gone, and what became of it is not said'
awk -F'"' '/,arrives,/ { split($2, word, /[ ,]+/); age = word[2]; kind = word[5]
    if ((kind == "primary" && age > 11) || (kind == "secondary" && age < 11)) exit 1 }' notes.csv || complain 'a child is of the wrong age for its school'
awk -F, '/,arrives,/ && ($4 == "crisis" || $4 == "eating") { if ($10 + 0 == 0 && substr($10, 7) + 0 < 11) exit 1 }' notes.csv || complain 'a crisis comes too early'
[ "$(cut -d, -f2 notes.csv | sed 1d | sort | head -1 | cut -c1-10)" '>' 2025-08-31 ] || complain 'one came before the day'

# A story is the same lines, one entity after another.
exits 0 "$weir" run "$town" --trace 5 --trace-from 2025-09-01 --format story
[ "$(grep -c '^Child [1-5]: [a-z]*, aged ' out.txt)" = 5 ] || complain 'not five stories'
grep -q '^  day    0  2025-09-01 ..:..  arrives ' out.txt || complain 'a story does not begin with day 0'
exits 0 "$weir" run desk.lua --trace 3 --format story
[ "$(sed -n 1,5p out.txt)" = 'Entity 1: urgent
  day    0  2025-01-06 08:00  arrives                   desk
  day    0  2025-01-06 08:00  service begins            desk   until 2025-01-06 09:00:00
  day    0  2025-01-06 09:00  leaves the stage          desk   done
  day    0  2025-01-06 09:00  enters                    back' ] || complain 'a story is wrong'

# Wrong use.
exits 2 "$weir" run desk.lua --trace-from 2025-01-06; says err '--trace is not there'
exits 2 "$weir" run desk.lua --trace --trace-from soon; says err "'soon' is not a date such as 2025-09-01"
exits 2 "$weir" run desk.lua --format story; says err "'story' is not text, csv or json"
exits 2 "$weir" run desk.lua --trace=x; says err "--trace: 'x' is not a whole number"
exits 2 "$weir" run desk.lua --trace 0; says err "--trace: '0' is not a whole number"
exits 2 "$weir" run desk.lua --trace --format json; says err 'text, story or csv, not json'
for option in '--out x' --force '--reps 3' '--precision 5%' '--warmup 3' '--series 3' --dry-run; do
    exits 2 "$weir" run desk.lua --trace $option; says err 'writes no results, so'
done
exits 2 "$weir" compare "$town" --trace; says err "unknown option '--trace'"
exits 3 "$weir" run "$town" --trace --set years=0
exits 0 "$weir" run --help; says out.txt 'It writes no results file'

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
