#!/usr/bin/env bash
# The same bytes whatever the number of threads and the order of the plans; another seed gives others; what is interrupted keeps
# whole replications, the same as those of a run to the end.
. "$(dirname "$0")/begin.sh"

compared() { # name, options of compare...: makes name.db, name.csv
    local name=$1
    shift
    "$weir" compare "$town" --set years=1 --out "$name.db" "$@" >out 2>err || complain "compare $*"
    "$weir" export "$name.db" --out "$name.csv" >out 2>err || complain "export $name.db"
}

alike() { cmp -s "$1.csv" "$2.csv" || complain "$3"; }

compared one --reps 6 --jobs 1
compared two --reps 6 --jobs 2
compared many --reps 6 --jobs 7
compared again --reps 6 --jobs 2
compared other --reps 6 --jobs 2 --seed 2
[ "$(wc -l <one.csv)" -gt 1000 ] || complain 'hardly anything is exported'
alike one two 'one thread and two differ'
alike one many 'one thread and seven differ'
alike two again 'the same run twice differs'
cmp -s one.csv other.csv && complain 'another seed gives the same results'
rows() { cut -d, -f2-5 "$1.csv" | grep -vE ',20[0-9]{2}-[0-9]{2}$'; } # a month may have nothing for a ratio to be of
[ "$(rows one)" = "$(rows other)" ] || complain 'another seed gives other rows'

# The plans in another order, and each by itself: line by line the same. A difference between plans is named in the order given.
plain() { grep -v -E '^[^,]*,[a-z_]+-[a-z_]+,' "$1" | sort; }
plans=$("$weir" check "$town" --quiet | sed -n 's/^Plans: \([a-z_, ]*\)\..*/\1/p' | tr -d ' ' | tr , '\n')
[ "$(echo "$plans" | wc -l)" -ge 3 ] || complain "the tutorial has these plans: $plans"
compared turned --reps 6 --jobs 2 --plans "$(echo "$plans" | tac | paste -sd,)"
[ "$(plain one.csv)" = "$(plain turned.csv)" ] || complain 'the order of the plans matters'
for plan in $plans; do
    compared only --reps 6 --jobs 2 --plans "$plan"
    [ "$(grep -c "^tutorial,$plan," only.csv)" -gt 1000 ] || complain "no results of $plan by itself"
    grep "^tutorial,$plan," one.csv >all_of_it
    grep "^tutorial,$plan," only.csv >alone
    grep -v -x -F -f all_of_it alone >strange
    [ ! -s strange ] || complain "$plan by itself differs: $(head -1 strange)"
    rm -f only.db only.csv
done

# Ctrl-C. A shell's background jobs ignore SIGINT; env undoes that.
env --default-signal=INT "$weir" compare "$town" --set years=1 --reps 1000000 --jobs 2 --out stopped.db --quiet >out 2>err &
pid=$!
sleep 2
kill -INT $pid
wait $pid
code=$?
[ $code = 130 ] || complain "interrupted: exit code $code"
"$weir" export stopped.db --out stopped.csv >out 2>err || complain 'what was interrupted cannot be read'
reps=$(awk -F, '$2 == "none" && $3 == "referrals" && $4 == "all" && $5 == "all" { print $9 }' stopped.csv)
if [ "${reps:-0}" -ge 1 ]; then
    compared whole --reps "$reps" --jobs 2
    alike stopped whole "the $reps replications of the interrupted run are not those of a run of $reps"
else
    complain 'what was interrupted holds no replication'
fi
[ -z "$(find . -name '*partial*')" ] || complain 'a temporary file is left'

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
