#!/usr/bin/env bash
# weir sweep and weir merge: inputs, records, shards in any order, what is missing or there twice, points that fail, Slurm's array.
. "$(dirname "$0")/begin.sh"

scenario() { # name, inputs: writes name.lua
    cat >"$1.lua" <<EOF
return scenario {
  name = "$1", years = 0.1,
  pools = { { name = "desk", units = 2 } },
  stages = { { name = "desk", pool = "desk", service = exponential { mean = days(0.5) } } },
  sources = { { name = "post", rate = per_day(3), to = "desk" } },
  sweep = { inputs = { $2 } },
}
EOF
}
scenario tiny '{ path = "sources.post.rate", dist = pert { low = 2, mode = 3, high = 3.5 } },
    { path = "stages.desk.service.mean", name = "service", dist = uniform { low = days(0.3), high = days(0.6) } },
    { path = "pools.desk.units", name = "desks", values = { 1, 2, 3 }, weights = { 1, 2, 1 } }'
sweep=("$weir" sweep tiny.lua -n 40 --design mc --quiet)

# The list of inputs, and the records.
exits 0 "$weir" sweep tiny.lua --dry-run
says out.txt 'pert(2, 3, 3.5)'
says out.txt 'one of 1, 2, 3'
[ ! -e out ] || complain '--dry-run writes'
exits 0 "${sweep[@]}" --out whole --jobs 2
exits 0 "$weir" export whole.db --out whole.csv
[ "$(head -1 whole.csv)" = 'point,rep,offer,sources.post.rate,service,desks,present_mean,queue_wait_mean_days' ] ||
    complain "the columns are $(head -1 whole.csv)"
[ "$(wc -l <whole.csv)" = 81 ] || complain "40 points of 2 replications are $(wc -l <whole.csv) lines"
awk -F, 'NR > 1 && ($4 < 2 || $4 > 3.5 || $5 < 0.3 || $5 > 0.6 || $6 !~ /^[123]$/) { bad = 1 } END { exit bad }' whole.csv ||
    complain 'a value is out of its range'
exits 0 "$weir" export whole.db --format json
python3 -c 'import json; rows = json.load(open("out.txt"))["rows"]; assert len(rows) == 80 and rows[0]["point"] == 0' 2>err ||
    complain 'the JSON is not right'

# A record is what `weir run` gives with the same numbers.
IFS=, read -r _ _ _ rate service desks present _ <<<"$(sed -n 2p whole.csv)"
exits 0 "$weir" run tiny.lua --reps 1 --set "sources.post.rate=$rate" --set "stages.desk.service.mean=${service}d" \
    --set "pools.desk.units=$desks" --out one --quiet
exits 0 "$weir" export one.db --kpi present_mean --group all --period all
[ "$(tail -1 out.txt | cut -d, -f6)" = "$present" ] || complain "weir run gives $(tail -1 out.txt), the sweep $present"

# Threads, cuts of a point among threads, and shards in any order: the same bytes.
same() { # file.db, why
    "$weir" export "$1" --out part.csv --force >/dev/null 2>err || complain "export $1"
    cmp -s whole.csv part.csv || complain "$2"
}
exits 0 "${sweep[@]}" --out one_thread --jobs 1
same one_thread.db 'one thread and two differ'
exits 0 "${sweep[@]}" --out many --jobs 64
same many.db 'two threads and 64 differ'
for i in 3 1 5 2 4; do exits 0 "${sweep[@]}" --out s --shard $i/5; done
exits 0 "$weir" merge s.shard-{4,2,5,1,3}-of-5.db
same s.db 'shards merged and one machine differ'
exits 0 "$weir" merge s.shard-{1,2,3,4,5}-of-5.db --out turned
same turned.db 'the order of the shards matters'

# What the sweep says is the same too, and is there for each measure, plan and input.
exits 0 "$weir" export whole.db --table answers --out answers.csv
for file in s turned many; do
    "$weir" export $file.db --table answers 2>err | cmp -s - answers.csv || complain "$file.db says something else"
done
for what in mean p05 p50 p95 ignorance_sd chance_sd ignorance_share; do
    [ "$(grep -c "^$what,tiny," answers.csv)" = 2 ] || complain "no answer: $what"
done
for what in first prcc srrc at_low at_high; do
    [ "$(grep -c "^$what,tiny," answers.csv)" = 6 ] || complain "no answer: $what"
done
exits 0 "$weir" export whole.db --table answers --format json
python3 -c 'import json; assert json.load(open("out.txt"))["rows"][0]["what"] == "mean"' 2>err || complain 'the JSON is not right'

# More desks shorten the queue, longer service lengthens it; a Saltelli and a Morris design find the same first cause.
sign() { awk -F, -v input="$1" '$1 == "prcc" && $3 == "queue_wait_mean_days" && $6 == input { print ($7 > 0 ? "+" : "-") }' answers.csv; }
[ "$(sign desks)$(sign service)$(sign sources.post.rate)" = '-++' ] || complain 'an effect has the wrong sign'
for design in saltelli:total morris:mu_star; do
    exits 0 "$weir" sweep tiny.lua --design ${design%:*} --out ${design%:*} --quiet
    exits 0 "$weir" export ${design%:*}.db --table answers
    first=$(awk -F, -v what=${design#*:} '$1 == what && $3 == "queue_wait_mean_days" && $7 > max { max = $7; name = $6 } END { print name }' out.txt)
    [ "$first" = desks ] || complain "${design%:*} says that '$first' matters most"
done

# Gaps and duplicates are named, and how to fill them; nothing is written then.
exits 1 "$weir" merge s.shard-{1,3,4}-of-5.db --out gap
says err 'these are missing: 2,5'
says err '--shard I/5 --resume'
says err 'sbatch --array=2,5'
exits 1 "$weir" merge s.shard-{1,2,3,4,5}-of-5.db s.shard-2-of-5.db --out twice
says err 'shard 2/5 is there twice'
exits 0 "${sweep[@]}" --out other --shard 2/5 --seed 9
exits 1 "$weir" merge s.shard-1-of-5.db other.shard-2-of-5.db --out mixed
says err 'another seed'
exits 1 "$weir" merge one.db
says err 'is no shard of a sweep'
[ -z "$(ls gap.db twice.db mixed.db 2>/dev/null)" ] || complain 'a merge that failed wrote a file'

# A Slurm array says which shard; one with holes does not.
exits 0 env SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_MAX=9 SLURM_ARRAY_TASK_COUNT=5 \
    "${sweep[@]}" --out slurm --shard
cmp -s <("$weir" export slurm.shard-3-of-5.db) <("$weir" export s.shard-3-of-5.db) || complain "Slurm's shard is another"
exits 2 env SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_MAX=7 SLURM_ARRAY_TASK_COUNT=2 \
    "${sweep[@]}" --out slurm --shard
exits 2 env -u SLURM_ARRAY_TASK_ID "${sweep[@]}" --shard
exits 2 "${sweep[@]}" --shard 6/5

# Resuming needs the same sweep; a file is not written over.
exits 1 "${sweep[@]}" --out whole
says err 'exists already'
exits 0 "${sweep[@]}" --out whole --resume
same whole.db 'resuming what is finished changes it'
exits 2 "${sweep[@]}" --out whole --resume --seed 8
exits 130 "${sweep[@]}" -n 40000 --out long --max-time 0.2
says err 'to go on:'
says err '--resume'
[ -e long.db.partial ] || complain 'what is not finished has its final name'
exits 1 "${sweep[@]}" -n 40000 --out long
says err '--resume goes on with it'
exits 2 "${sweep[@]}" -n 40000 --out long --resume --reps 3
says err 'another reps'
exits 2 "${sweep[@]}" -n 40000 --out long --resume --set years=0.2
says err 'another scenario'

# A corner of the space that the scenario refuses: kept with the reason, reported, left out, and run again when asked for.
scenario corner '{ path = "sources.post.rate", name = "rate", dist = uniform { low = -1, high = 3 } }'
exits 4 "$weir" sweep corner.lua -n 40 --design sobol --out corner --quiet
says err 'of 80 records failed'
exits 0 "$weir" export corner.db --table failed --out failed.csv
[ "$(wc -l <failed.csv)" = 21 ] || complain "a quarter of 40 points should fail: $(wc -l <failed.csv)"
awk -F, 'NR > 1 && ($4 >= 0 || $0 !~ /sources.post.rate/) { bad = 1 } END { exit bad }' failed.csv ||
    complain "what failed, or why, is not right: $(sed -n 2p failed.csv)"
exits 0 "$weir" export corner.db
[ "$(wc -l <out.txt)" = 61 ] || complain 'what failed is among the records'
exits 4 "$weir" sweep corner.lua -n 40 --design sobol --out corner --quiet --retry-failed
exits 0 "$weir" export corner.db --table failed
cmp -s out.txt failed.csv || complain 'what failed once failed differently'
exits 3 "$weir" sweep corner.lua -n 4 --set sources.post.rte=3
scenario slip '{ path = "sources.post.rat", dist = uniform { low = 1, high = 3 } }'
exits 3 "$weir" sweep slip.lua -n 4
says err "unknown field 'rat'"

# The plan itself may be an input, and without inputs the evidence is.
cat >plans.lua <<EOF
local town = require "tutorial"
town.sweep = { inputs = { { path = "plan" }, { path = "money.extra_per_year", dist = uniform { low = 0, high = 1e5 } } } }
return town
EOF
cp "$town" tutorial.lua
exits 0 "$weir" sweep plans.lua -n 6 --reps 1 --set scale=0.2 --set years=1 --out plans --quiet
exits 0 "$weir" export plans.db
[ "$(wc -l <out.txt)" = 7 ] || complain 'a point with a plan of its own has more than one record'
awk -F, 'NR > 1 && $3 != $4 { bad = 1 } END { exit bad }' out.txt || complain 'the plan that ran is not the one chosen'
exits 0 "$weir" sweep "$town" -n 50 --set years=1 --set scale=0.4 --plans none,cluster --design halton --out choice \
    --fix ev.asm_triage_min
says out.txt 'cluster does worse than none at '
says out.txt 'Which plan is best, by cohort_seen_18w'
says out.txt 'To know all inputs before choosing'
exits 0 "$weir" sweep "$town" --dry-run
says out.txt 'ev.crisis_while_wait                     pert(0.003, 0.008, 0.02)'
says out.txt 'ev.capa_mean_sessions'
exits 0 "$weir" sweep "$town" --dry-run --fix ev.crisis_while_wait
grep -q '^  ev.crisis_while_wait *pert' out.txt && complain '--fix does not fix'
exits 2 "$weir" sweep "$town" --dry-run --fix ev.crisis_while_weight
says err "did you mean 'ev.crisis_while_wait'"

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
