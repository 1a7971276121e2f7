#!/usr/bin/env bash
# --precision: it is reached, or the exit code is 5 and it is said why; the same for any number of threads; skewed replications.
. "$(dirname "$0")/begin.sh"

# M/M/1 at load 0.8 for 40 days: from 20 replications on it takes some blocks, and fewer than the default at most.
cat >desk.lua <<'END'
return scenario { name = "desk", start = "2025-01-06", years = 0.11,
  pools = { pool { name = "desk", kind = "servers", units = assumption(count(1), "an example") } },
  stages = { stage { name = "desk", pool = "desk",
    service = exponential { mean = assumption(hours(1), "an example") } } },
  sources = { source { name = "people", to = "desk", rate = assumption(per_day(19.2), "an example") } } }
END

# The default pair, and the same bytes for any number of threads.
for jobs in 1 2 4; do
    exits 0 "$weir" run desk.lua --precision 10% --jobs $jobs --out jobs$jobs.db
    says err 'precision met: every interval asked for is within 10% of its estimate after'
    exits 0 "$weir" export jobs$jobs.db --out jobs$jobs.csv
done
cmp -s jobs1.csv jobs2.csv || complain 'jobs 1 and 2 differ'
cmp -s jobs1.csv jobs4.csv || complain 'jobs 1 and 4 differ'
read -r most reps <<<"$(awk -F, 'NR > 1 && ($3 == "queue_wait_mean_days" || $3 == "present_mean") && $4 == "all" && $5 == "all" {
    w = ($8 - $7) / 2 / $6; if (w > most) most = w; reps = $9 } END { print most, reps }' jobs1.csv)"
awk -v most="$most" 'BEGIN { exit !(most > 0.02 && most <= 0.1) }' || complain "half-widths are $most of the estimates"
if [ "$reps" -le 20 ] || [ "$reps" -gt 1000 ] || [ $((reps % 10)) != 0 ]; then
    complain "$reps replications"
fi

# They are the first replications of a run with a fixed number.
exits 0 "$weir" run desk.lua --reps "$reps" --out fixed.db
exits 0 "$weir" export fixed.db --out fixed.csv
cmp -s jobs1.csv fixed.csv || complain 'differs from a run with as many replications'

# 0.1 is 10%; a start at 5; progress.
exits 0 "$weir" run desk.lua --precision 0.1 --reps 5 --progress plain --out from5.db
says err 'precision met'
says err "run: 5 of 5 replications"

# Every plan and chosen measure; what is 0 throughout is told, and is no reason to go on.
exits 0 "$weir" compare "$town" --plans none,traded --precision 20% --kpi crises,school_paid_pounds --out town.db --format csv
says err 'school_paid_pounds under none is 0 in every replication'
for plan in none traded; do
    awk -F, -v plan=$plan '$2 == plan && $3 == "crises" && $4 == "all" && $5 == "all" { found = $8 - $6 <= 0.2 * $6 }
        END { exit !found }' out.txt || complain "crises under $plan are not within 20%"
done

# Not met.
exits 5 "$weir" run desk.lua --precision 1% --max-reps 30 --kpi present_mean,queue_wait_mean_days --out short.db
says err 'precision not met after 30 replications (--max-reps): queue_wait_mean_days under desk is '
says err 'where 1% was asked for; about '
says err ' replications would do'
exits 0 "$weir" export short.db --kpi present_mean --group all --period all
says out.txt ',30,'
needed=$("$weir" run desk.lua --precision 1% --max-reps 30 --out needed.db 2>&1 >out.txt | sed -n 's/.*about \([0-9]*\) replications.*/\1/p')
[ "${needed:-0}" -gt 300 ] || complain "'$needed' replications are said to be needed"
exits 5 "$weir" run desk.lua --precision 10% --max-reps 7 --out seven.db; says err 'after 7 replications'
exits 5 "$weir" run desk.lua --precision 10% --kpi missed_share --out never.db
says err 'missed_share under desk is known in 0 of 20 replications'
exits 5 "$weir" run "$town" --precision 10% --kpi cohort_seen_52w --set years=0.5 --out never.db --force --quiet
says err 'cohort_seen_52w under none is known in 0 of 20 replications'

# Wrong values.
for bad in 0 0% -1 200% 100% 1 5 x 5%% % '' nan 0x1 1e-2 5,0 .; do
    exits 2 "$weir" run desk.lua "--precision=$bad"; says err "--precision: '$bad' is not a share above 0% and below 100%"
done
exits 2 "$weir" run desk.lua --precision 5% --kpi queue_wait_mean_day; says err "did you mean 'queue_wait_mean_days'?"
exits 2 "$weir" run desk.lua --precision 5% --kpi zzzzzzzzzzzzzz; says err "there is no measure 'zzzzzzzzzzzzzz'"
exits 2 "$weir" run desk.lua --precision 5% --kpi present_mean,,load; says err "there is no measure ''"
exits 2 "$weir" run desk.lua --precision 5% --kpi units_end; says err "'units_end' is not kept for the whole system"
exits 2 "$weir" run desk.lua --precision 5% --reps 4; says err '4 replications are too few to begin with'
exits 2 "$weir" run desk.lua --precision 5% --max-reps 4; says err '4 replications are too few to begin with'
exits 2 "$weir" run desk.lua --precision 5% --max-reps 0; says err "'0' is not a whole number"
exits 2 "$weir" run desk.lua --precision 5% --reps 50 --max-reps 40; says err "--max-reps: '40' is less than the 50"
exits 2 "$weir" run desk.lua --kpi load; says err '--kpi is for --precision'
exits 2 "$weir" run desk.lua --max-reps 40; says err '--max-reps is for --precision'
exits 2 "$weir" export jobs1.db --precision 5%; says err "unknown option '--precision'"
[ -z "$(find . -name '*partial*')" ] || complain 'a temporary file is left'

# A dry run says how it would go; more to begin with than the default at most is taken at its word.
exits 0 "$weir" run desk.lua --precision 5% --dry-run
says out.txt 'precision:    up to 1000 replications, until within 5%: queue_wait_mean_days, present_mean'
exits 0 "$weir" run desk.lua --precision 5% --reps 2000 --dry-run; says out.txt 'up to 2000 replications'
exits 0 "$weir" compare "$town" --precision 5% --dry-run; says out.txt 'cohort_seen_18w, child_helped_18w'

# Ctrl-C keeps what is finished.
"$weir" run desk.lua --precision 0.01% --max-reps 10000000 --out stopped.db --progress none >out.txt 2>err &
pid=$!
sleep 2
kill -TERM $pid
wait $pid
code=$?
[ $code = 130 ] || complain "interrupted: exit code $code"
says err 'interrupted before the precision was met: stopped.db holds the'

# Mean waits of one quiet day are skewed from replication to replication; 26 of 30 seeds are warned of, so fewer than 4 of
# 10 would be one in ten thousand. Those of a year are not: 0 of 30.
warned=0
for seed in 1 2 3 4 5 6 7 8 9 10; do
    exits 0 "$weir" run desk.lua --seed $seed --set years=0.003 --set sources.people.rate=4.8 --reps 40 --out day.db --force
    if grep 'warning: replications are skewed' err | grep -q 'queue_wait_mean_days'; then
        warned=$((warned + 1))
        grep -qE '^queue_wait_mean_days +[0-9.]+!' out.txt || complain 'the skewed mean is not marked'
        says out.txt '! replications so skewed that the interval covers less often than it says'
    fi
done
[ "$warned" -ge 4 ] || complain "$warned of 10 seeds are warned of"
exits 0 "$weir" run desk.lua --set years=0.003 --set sources.people.rate=4.8 --reps 40 --out quiet.db --quiet
[ ! -s err ] || complain 'a quiet run warns'
exits 0 "$weir" run desk.lua --set sources.people.rate=7.2 --set years=1 --reps 40 --out even.db
grep -q 'queue_wait_mean_days' err && complain 'a mean that is not skewed is said to be'
grep -qE '^queue_wait_mean_days +[0-9.]+ ' out.txt || complain 'a mean that is not skewed is marked'

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
