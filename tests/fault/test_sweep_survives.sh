#!/usr/bin/env bash
# A sweep survives: twenty times killed and resumed, told to stop, out of disk; what comes out is the same bytes as without.
. "$(dirname "$0")/../cli/begin.sh"

cat >tiny.lua <<'EOF'
return scenario {
  name = "tiny", years = 0.1,
  pools = { { name = "desk", units = 2 } },
  stages = { { name = "desk", pool = "desk", service = exponential { mean = days(0.5) } } },
  sources = { { name = "post", rate = per_day(3), to = "desk" } },
  sweep = { inputs = { { path = "sources.post.rate", dist = uniform { low = -0.2, high = 3 } },
    { path = "stages.desk.service.mean", dist = uniform { low = days(0.3), high = days(0.6) } } } },
}
EOF
sweep=("$weir" sweep tiny.lua --design mc -n 5000 --reps 1 --quiet)
"${sweep[@]}" --out whole >/dev/null 2>&1 # some points fail: exit code 4
"$weir" export whole.db --out whole.csv || complain 'no export'
"$weir" export whole.db --table failed >failed.csv
[ "$(wc -l <failed.csv)" -gt 100 ] || complain 'hardly a point fails'

same() { # name, why
    "$weir" export "$1.db" 2>err | cmp -s - whole.csv || complain "$2: other records"
    "$weir" export "$1.db" --table failed 2>err | cmp -s - failed.csv || complain "$2: other failures"
}

# Killed at random times, with as many threads as chance will have: nothing lost, nothing double.
RANDOM=20260
kills=0
while [ $kills -lt 20 ]; do
    "${sweep[@]}" --out killed --resume --jobs $((1 + RANDOM % 3)) >/dev/null 2>err &
    pid=$!
    sleep "0.$((10 + RANDOM % 30))"
    kill -KILL $pid 2>/dev/null && kills=$((kills + 1))
    wait $pid 2>/dev/null
    [ ! -e killed.db ] || break
done
[ $kills -ge 3 ] || complain "finished after $kills kills"
until [ -e killed.db ]; do
    exits 4 "${sweep[@]}" --out killed --resume
    [ "$faults" = 0 ] || break
done
same killed "killed $kills times"
[ -z "$(ls killed.db?* 2>/dev/null)" ] || complain 'something is left beside the results'

# SIGINT and SIGTERM finish what runs and say how to go on; SIGUSR1 tells how far it is; a second writer is refused.
for signal in INT TERM; do
    env --default-signal=INT "${sweep[@]}" --out told --jobs 2 >/dev/null 2>told.err &
    pid=$!
    sleep 0.5
    kill -USR1 $pid
    exits 1 "${sweep[@]}" --out told --resume
    says err 'another weir is writing to it'
    kill -$signal $pid
    wait $pid
    [ $? = 130 ] || complain "$signal: not 130"
    says told.err 'of 5000 records, '
    says told.err '--resume'
    exits 4 "${sweep[@]}" --out told --resume
    same told "stopped by $signal"
    rm -f told.db
done

# A full disk, as a limit on the size of files: a message, and after space is made it goes on.
(
    ulimit -f 200
    "${sweep[@]}" --out full >/dev/null 2>err
    echo $? >code
)
[ "$(cat code)" = 1 ] || complain "full disk: exit code $(cat code)"
says err '--resume'
grep -q 'disk is full\|disk I/O error' err || complain 'full disk: not said'
[ -e full.db.partial ] || complain 'full disk: nothing is kept'
exits 4 "${sweep[@]}" --out full --resume
same full 'out of disk once'

# The same with a disk that is truly full, where one may be made.
mkdir disk
if mount -t tmpfs -o size=400k tmpfs disk 2>/dev/null; then
    exits 1 "${sweep[@]}" --out disk/full
    says err 'the disk is full'
    says err '--resume'
    mount -o remount,size=40m disk
    exits 4 "${sweep[@]}" --out disk/full --resume
    same disk/full 'on a full disk once'
    umount disk
else
    echo 'no small disk can be made here: the limit on the size of files stood in for it'
fi

# A file of which not even the first commit was made is begun anew.
: >empty.db.partial
exits 4 "${sweep[@]}" --out empty --resume
same empty 'begun and not committed'

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
