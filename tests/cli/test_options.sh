#!/usr/bin/env bash
# The command line: options, help, exit codes, where results go, the same bytes for any number of threads, full disk, Ctrl-C.
. "$(dirname "$0")/begin.sh"
scenario=$town

empty() { [ ! -s "$1" ] || complain "$1 is not empty"; }

# Usage.
exits 2 "$weir"
exits 0 "$weir" --help; says out.txt 'compare SCENARIO...'
exits 0 "$weir" help; says out.txt 'Exit codes'
exits 0 "$weir" --version; says out.txt 'weir '
exits 2 "$weir" comprae; says err "did you mean 'compare'?"
exits 2 "$weir" frobnicate; says err "unknown command 'frobnicate'"
exits 2 "$weir" help exprot; says err "did you mean 'export'?"
for command in run compare export; do
    exits 0 "$weir" $command --help; says out.txt "Usage: weir $command"; says out.txt 'Examples:'; empty err
    exits 0 "$weir" help $command; says out.txt '--format NAME'
    awk 'length > 120 { exit 1 }' out.txt || complain "help of $command is too wide"
done
exits 2 "$weir" run; says err 'something is missing'
exits 2 "$weir" run a.lua b.lua; says err "'b.lua' is one argument too many"
exits 2 "$weir" run "$scenario" --rep 3; says err "did you mean '--reps'?"
exits 2 "$weir" run "$scenario" --by a; says err "unknown option '--by'"
exits 2 "$weir" run "$scenario" --xyzzy; says err 'see `weir run --help`'
exits 2 "$weir" run "$scenario" -nope
exits 2 "$weir" run "$scenario" --reps; says err '--reps needs a value: N'
exits 2 "$weir" run "$scenario" --quiet=yes; says err '--quiet takes no value'
for bad in 0 -1 1.5 x '' 99999999999999999999; do
    exits 2 "$weir" run "$scenario" --reps "$bad"; says err "'$bad' is not a whole number"
done
exits 2 "$weir" run "$scenario" --jobs 0
exits 2 "$weir" run "$scenario" --seed=-1
exits 2 "$weir" run "$scenario" --set years; says err "'years' is not key=value"
exits 2 "$weir" run "$scenario" --progress loud; says err 'auto, plain or none'
exits 2 "$weir" run "$scenario" --format xml; says err 'text, csv or json'
exits 2 "$weir" compare "$scenario" --plans nobody; says err "no plan 'nobody'"

# A dry run does nothing.
exits 0 "$weir" compare "$scenario" --dry-run --reps 3; says out.txt 'replications: 3'
[ ! -e out ] || complain 'a dry run made out/'

# Default names are numbered; a named file is not overwritten.
exits 0 "$weir" run "$scenario" --reps 2 --quiet; empty err
exits 0 "$weir" run "$scenario" --reps 2 --quiet; says out.txt '-run-2.db'
[ "$(find out -type f | wc -l)" = 2 ] || complain 'out/ does not hold two files'
exits 0 "$weir" run "$scenario" --reps 2 --out named; [ -f named.db ] || complain 'named.db is not there'
exits 1 "$weir" run "$scenario" --reps 2 --out named.db; says err 'exists already'
exits 0 "$weir" run "$scenario" --reps 2 --out named.db --force
exits 0 "$weir" run "$scenario" --reps 2 --progress plain; says err '2 of 2 replications'
[ -z "$(find . -name '*partial*')" ] || complain 'a temporary file is left'

# The same results for any number of threads, and another for another seed.
for jobs in 1 2 4; do
    exits 0 "$weir" compare "$scenario" --reps 4 --jobs $jobs --out jobs$jobs.db
    exits 0 "$weir" export jobs$jobs.db --out jobs$jobs.csv
done
cmp -s jobs1.csv jobs2.csv || complain 'jobs 1 and 2 differ'
cmp -s jobs1.csv jobs4.csv || complain 'jobs 1 and 4 differ'
exits 0 "$weir" compare "$scenario" --reps 4 --seed 2 --out seed2.db --format csv
cmp -s out.txt jobs1.csv && complain 'another seed gives the same results'

# Export.
head -1 jobs1.csv >head.txt; says head.txt 'scenario,offer,kpi,group,period,estimate,low,high,reps,unit'
awk -F, 'NF != 10 { bad = 1 } END { exit bad }' jobs1.csv || complain 'not ten columns everywhere'
kpi=$(sed -n 2p jobs1.csv | cut -d, -f3)
exits 0 "$weir" export jobs1.db --kpi "$kpi" --group all --period all
[ "$(wc -l <out.txt)" -ge 2 ] || complain 'the filtered table is empty'
cut -d, -f3 out.txt | tail -n +2 | grep -qvx "$kpi" && complain 'the filter lets others pass'
exits 0 "$weir" export jobs1.db --period year --format json; says out.txt '"period":"y1"'
says out.txt '{"schema_version":1,"table":"estimates","weir":"'
python3 -c 'import json,sys; json.load(open("out.txt"))["rows"][0]["kpi"]' 2>/dev/null || ! command -v python3 >/dev/null || complain 'not JSON'
exits 2 "$weir" export jobs1.db --kpi "${kpi}x"; says err "did you mean '$kpi'?"
exits 2 "$weir" export jobs1.db --format ods; says err 'not csv, json or xlsx'
exits 1 "$weir" export absent.db; says err 'absent.db: No such file'
exits 1 "$weir" export jobs1.csv; says err 'not a results file'
head -c 20000 jobs1.db >cut.db
exits 1 "$weir" export cut.db; says err 'cut short'
exits 1 "$weir" export jobs1.db --out jobs1.csv; says err 'exists already'
exits 0 "$weir" run "$scenario" --reps 1 --out one.db --format csv
awk -F, 'NR > 1 && ($7 != "" || $8 != "") { bad = 1 } END { exit bad }' out.txt || complain 'one replication has an interval'

# Places that cannot be written, and a disk that is full.
exits 1 "$weir" run "$scenario" --reps 2 --out named.db/x.db; says err 'cannot write there'
mkdir full
(ulimit -f 64; exits 1 "$weir" run "$scenario" --reps 2 --out full/x.db; exit "$faults") || faults=$?
says err 'full/x.db'
[ -z "$(ls full)" ] || complain "left on a full disk: $(ls full)"
if [ -w /dev/full ]; then
    "$weir" export jobs1.db >/dev/full 2>err
    [ $? = 1 ] || complain 'a full standard output goes unnoticed'
fi

# Ctrl-C keeps what is finished. A shell's background jobs ignore SIGINT, so it is SIGTERM that is sent; weir treats them alike.
"$weir" run "$scenario" --reps 1000000 --jobs 2 --out stopped.db --progress none >out.txt 2>err &
pid=$!
sleep 2
kill -TERM $pid
wait $pid
code=$?
[ $code = 130 ] || complain "interrupted: exit code $code"
says err 'interrupted: stopped.db holds'
exits 0 "$weir" export stopped.db --group all --period all
[ "$(wc -l <out.txt)" -ge 2 ] || complain 'interrupted results are empty'

# A replication that would take hours: a second signal ends all at once, says so, even with --quiet, and leaves nothing.
cat >endless.lua <<'LUA'
return scenario { name = "endless", start = "2025-01-06", years = 100,
  stages = { stage { name = "one", service = exponential { mean = days(0.1) } } },
  sources = { source { name = "in", to = "one", rate = per_day(1e6) } } }
LUA
ended_by() { # signal, exit code, arguments: the signal twice
    local signal=$1 wanted=$2 code tries=0
    shift 2
    "$weir" run endless.lua --out endless.db "$@" >out.txt 2>err &
    pid=$!
    until [ -n "$(find . -name 'endless.db*')" ] || [ $((tries += 1)) -gt 100 ]; do sleep 0.1; done
    sleep 0.5
    kill -s "$signal" $pid
    sleep 0.5
    kill -0 $pid 2>/dev/null || complain "the first SIG$signal ends a replication"
    kill -s "$signal" $pid
    timeout 20 tail --pid=$pid -f /dev/null || { complain "a second SIG$signal is ignored"; kill -KILL $pid; }
    wait $pid
    code=$?
    [ $code = "$wanted" ] || complain "a second SIG$signal: exit code $code"
    says err 'weir: ended in the middle of a replication; nothing is kept'
    [ ! -s out.txt ] || complain "a second SIG$signal: something on stdout"
    [ -z "$(find . -name 'endless.db*')" ] || complain "left after a second SIG$signal: $(find . -name 'endless.db*')"
}
ended_by TERM 143 --progress none
says err 'finishing the replications that run; Ctrl-C again ends at once and keeps nothing'
ended_by INT 130 --quiet --jobs 2
[ "$(wc -l <err)" = 1 ] || complain '--quiet says more than how it ended'

# Words as well as numbers, and what else is wrong when a file is missing.
sed 's/  stages/  pools = { pool { name = "desk" } },\n&/; s/name = "one",/& pool = "desk",/; s/1e6/4/' endless.lua >desk.lua
exits 0 "$weir" check desk.lua --set pools.desk.discipline=lifo
exits 3 "$weir" check desk.lua --set pools.desk.discipline=lfio; says err "not \"lfio\" (did you mean 'lifo'?)"
sed 's/rate = per_day(4)/dates = csv "none.csv"/; s/years = 100/years = -1/' desk.lua >two.lua
exits 3 "$weir" check two.lua; says err "two.lua:4: 'none.csv' cannot be read"; says err "two.lua:1: scenario: 'years'"
[ "$(wc -l <err)" = 2 ] || complain 'more than the two faults'
exits 3 "$weir" check desk.lua --set warmup=110y; says err "the run of 36525 days; 40177.5 days was given"

# Killed outright: only a file whose name says so.
"$weir" run "$scenario" --reps 1000000 --out killed.db --quiet >out.txt 2>err &
pid=$!
sleep 1
kill -KILL $pid
wait $pid 2>/dev/null
[ ! -e killed.db ] || complain 'killed.db is there'
[ -n "$(find . -name 'killed.db.partial-*')" ] || complain 'no partial file'

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
