#!/usr/bin/env bash
# --warmup and --series: what is left out, how it is found, and what an unstable or too short run says.
. "$(dirname "$0")/begin.sh"

cat >desk.lua <<'LUA'
return scenario { name = "desk", start = "2025-01-06", years = 0.5,
  pools = { pool { name = "desk", kind = "servers", units = assumption(count(1), "an example") } },
  stages = { stage { name = "desk", pool = "desk", service = exponential { mean = assumption(hours(1), "an example") } } },
  sources = { source { name = "people", to = "desk", rate = assumption(per_day(19.2), "an example") } } }
LUA
sed 's/name = "desk", start/name = "warm", warmup = weeks(8), start/' desk.lua >warm.lua

value() { # file, kpi, period: the estimate
    "$weir" export "$1" --kpi "$2" --group all --period "$3" | awk -F, 'NR == 2 { print $6 }'
}

# Months that lie wholly before the end of the warm-up have no row; the month of it is counted from then on.
exits 0 "$weir" run desk.lua --warmup 60 --reps 8 --out warm.db
says out.txt 'What happens in the first 60 days (warm-up) is left out.'
exits 0 "$weir" export warm.db --group all
grep -qE ',all,2025-0(1|2),' out.txt && complain 'a month before the warm-up has a row'
awk -F, '$3 == "arrivals" { x[$5] = $6 } END {
    march = x["2025-03"] / 19.2; all = x["all"] / 19.2
    exit !(march > 22 && march < 30 && all > 115 && all < 127 && x["y1"] == x["all"]) }' out.txt ||
    complain 'the time after the warm-up is not what is counted' # March from the 7th on: 25 days; of 181 days 121
awk -F, '$3 == "state_share" || $3 == "load" && $4 == "all" && $5 == "all" { exit !($6 > 0.7 && $6 < 0.9) }' out.txt ||
    complain 'the load is wrong'

# The same in other words, and from the scenario.
for time in 60d '60 days' '1440h' '1440 hours' '86400 min'; do
    exits 0 "$weir" run desk.lua --warmup "$time" --reps 8 --out again.db --force --format csv
    [ "$(value again.db arrivals all)" = "$(value warm.db arrivals all)" ] || complain "--warmup '$time' is not 60 days"
done
exits 0 "$weir" run warm.lua --reps 8 --out from.db
exits 0 "$weir" run desk.lua --reps 8 --warmup '8 weeks' --out option.db
[ "$(value from.db queue_mean all)" = "$(value option.db queue_mean all)" ] || complain 'warmup of the scenario differs'
exits 0 "$weir" run warm.lua --reps 8 --warmup 0 --out none.db; exits 0 "$weir" run desk.lua --reps 8 --out plain.db
[ "$(value none.db queue_mean all)" = "$(value plain.db queue_mean all)" ] || complain '--warmup 0 leaves something out'
exits 0 "$weir" run desk.lua --warmup 60 --dry-run; says out.txt '60 days are left out'
exits 0 "$weir" run desk.lua --warmup mser --dry-run; says out.txt 'found by a pilot (MSER-5)'

# A list of 60 at the start at load 0.8 drains in some 60 / (24 - 19.2) = 12.5 days; MSER-5 finds a time of that size, the
# same for any number of threads, and what it leaves is near the steady 3.2 waiting (the whole run is at least 1 above:
# 60 x 12.5 / 2 / 181 = 2.1 more). 20 replications: a standard error of 0.2.
sed 's/ sources =/ initial = { { stage = "desk", count = 60 } },\n  sources =/; s/"desk", start/"long", start/' desk.lua >long.lua
for jobs in 1 2; do
    exits 0 "$weir" run long.lua --warmup mser --jobs $jobs --out mser$jobs.db
    says err 'have settled after'
    exits 0 "$weir" export mser$jobs.db --out mser$jobs.csv
done
cmp -s mser1.csv mser2.csv || complain 'mser: jobs 1 and 2 differ'
days=$("$weir" run long.lua --warmup mser --out days.db 2>&1 >out.txt | sed -n 's/.*settled after \([0-9.]*\) days.*/\1/p')
awk -v d="$days" 'BEGIN { exit !(d > 5 && d < 60) }' || complain "settled after '$days' days"
exits 0 "$weir" run long.lua --out whole.db
awk -v a="$(value mser1.db queue_mean all)" -v b="$(value whole.db queue_mean all)" 'BEGIN { exit !(a > 2.2 && a < 4.2 && b > a + 1) }' ||
    complain "waiting after the warm-up: $(value mser1.db queue_mean all), in all: $(value whole.db queue_mean all)"
says out.txt 'Results: '

# What never settles, what is too long, and what is no time.
exits 5 "$weir" run desk.lua --set sources.people.rate=28 --warmup mser --reps 2 --out never.db
says err 'warm-up: the numbers present under desk do not settle in the first half of'; says err '5 replications'
says err 'run without --warmup, then `weir plot FILE welch` shows it'
[ ! -e never.db ] || complain 'results without a warm-up'
exits 2 "$weir" run desk.lua --warmup 200 --out x.db; says err 'a warm-up of 200 days leaves nothing of a run of 181 days'
for bad in '' x -1 '3 fortnights' 1e3 3dd mserx; do
    exits 2 "$weir" run desk.lua --warmup="$bad"; says err "--warmup: '$bad' is not mser, a number of days, or a time"
done
exits 2 "$weir" run desk.lua --series=-1; exits 2 "$weir" run desk.lua --series 100001
says err "'100001' is not a whole number from 0 to 100000"
exits 3 "$weir" compare warm.lua desk.lua --out x.db; says err 'their warm-up differs'
exits 0 "$weir" compare warm.lua desk.lua --reps 3 --warmup 3w --out x.db

# The care system is counted from the first whole month after the warm-up: shares of cohorts stay shares.
exits 0 "$weir" run "$town" --reps 2 --warmup 100 --series 50 --out care.db
exits 0 "$weir" export care.db
grep -qE ',all,2025-(09|10|11|12),' out.txt && complain 'a month before the warm-up has a row'
grep -q ',referrals,all,2026-01,' out.txt || complain 'the first whole month is not counted'
awk -F, '$10 == "share" && $3 ~ /^cohort/ && $6 > 1 { exit 1 }' out.txt || complain 'a share of a cohort is above 1'
exits 2 "$weir" run "$town" --warmup 725 --out x.db --force; says err 'a care system is counted by whole months'

# The series: 1,000 spans of a network, none of the care system unless asked for; one that is Welch's plot.
exits 0 "$weir" plot warm.db welch --out welch.svg
[ "$(grep -c '^[0-9]' welch.dat)" = 1000 ] || complain 'not 1,000 spans'
grep -q 'warmup = 60' welch.gp || complain 'the plot does not know the warm-up'
grep -qE 'settled after|Dashed' welch.gp && complain 'a second settling beside the warm-up'
says welch.gp 'Grey: warm-up left out'
exits 0 "$weir" plot mser1.db welch --out pilot.svg; says pilot.gp 'Grey: left out (pilot run, MSER-5)'
grep -qE 'settled after|Dashed' pilot.gp && complain 'a second settling beside that of the pilot'
exits 0 "$weir" plot whole.db welch --out whole.svg
says whole.gp 'long: settled after'; says whole.gp 'Dashed: settled (MSER-5)'; grep -q 'Grey' whole.gp && complain 'a warm-up that was not'
exits 0 "$weir" plot care.db welch --out care.svg
[ "$(grep -c '^[0-9]' care.dat)" = 50 ] || complain 'not 50 spans'
exits 0 "$weir" run "$town" --reps 1 --set years=0.5 --out bare.db
exits 1 "$weir" plot bare.db welch; says err 'run with --series 1000'
exits 0 "$weir" run desk.lua --reps 2 --series 0 --out off.db; exits 1 "$weir" plot off.db welch

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
