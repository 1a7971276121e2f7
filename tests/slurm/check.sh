#!/usr/bin/env bash
# The templates of docs/cluster on a real Slurm, four nodes on this machine's loopback: an array of eight, one task killed and
# requeued, one killed for good, what is missing submitted by itself; the merge is the one-machine file. Needs root, slurm-wlm.
# usage: make check-slurm
set -u
cd "$(dirname "$0")/../.." || exit 2
root=$PWD
export WEIR=$root/weir
tmp=$(mktemp -d /tmp/weir-slurm-XXXXXX)
pids=()
stop() {
    scontrol shutdown >/dev/null 2>&1
    sleep 1
    for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null; done
    wait 2>/dev/null
    rm -rf "$tmp"
}
trap stop EXIT
fail() {
    echo "FAULT: $*" >&2
    { squeue; tail -5 "$tmp"/*.out; grep -h "error\|fail" "$tmp"/log/*.log | tail -20; } >&2
    exit 1
}

mkdir "$tmp"/{log,state,run}
host=$(hostname -s)
cat >"$tmp/slurm.conf" <<EOF
ClusterName=weir
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=17820
AuthType=auth/none
CredType=cred/none
AuthInfo=cred_expire=5
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser=root
SlurmdUser=root
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=0,sched_min_interval=10000,sched_interval=1,bf_interval=1
ReturnToService=2
JobRequeue=1
RequeueExit=75
SlurmdTimeout=10
KillWait=2
MessageTimeout=60
TCPTimeout=20
BatchStartTimeout=120
StateSaveLocation=$tmp/state
SlurmdSpoolDir=$tmp/run/%n
SlurmctldPidFile=$tmp/run/ctld.pid
SlurmdPidFile=$tmp/run/%n.pid
SlurmctldLogFile=$tmp/log/ctld.log
SlurmdLogFile=$tmp/log/%n.log
NodeName=n[1-4] CPUs=2 NodeAddr=127.0.0.1 NodeHostname=$host Port=[17821-17824] RealMemory=4000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
EOF
export SLURM_CONF=$tmp/slurm.conf
slurmctld -D -f "$SLURM_CONF" >/dev/null 2>&1 &
pids+=($!)
for n in 1 2 3 4; do
    mkdir -p "$tmp/run/n$n"
    unshare --pid --fork --mount-proc --kill-child=KILL slurmd -D -N "n$n" -f "$SLURM_CONF" >/dev/null 2>&1 &
    pids+=($!)
done
for ((i = 0; i < 100; i++)); do
    [ "$(sinfo -hN -t idle 2>/dev/null | wc -l)" != 4 ] || break
    sleep 0.1
done
[ "$(sinfo -hN -t idle 2>/dev/null | wc -l)" = 4 ] || fail 'Slurm does not start'

cd "$tmp" || exit 2
cat >tiny.lua <<'EOF'
return scenario {
  name = "tiny", years = 0.1,
  pools = { { name = "desk", units = 2 } },
  stages = { { name = "desk", pool = "desk", service = exponential { mean = days(0.5) } } },
  sources = { { name = "post", rate = per_day(3), to = "desk" } },
  sweep = { inputs = { { path = "sources.post.rate", dist = uniform { low = 1, high = 3 } },
    { path = "stages.desk.service.mean", dist = uniform { low = days(0.3), high = days(0.6) } } } },
}
EOF
sweep=(tiny.lua --design sobol -n 8192)
"$WEIR" sweep "${sweep[@]}" --out whole --quiet >/dev/null || fail 'one machine'

until_over() { # job
    for ((i = 0; i < 900; i++)); do
        [ -n "$(squeue -h -j "$1" 2>/dev/null)" ] || return 0
        sleep 0.1
    done
    fail "job $1 does not end"
}
begun=$SECONDS
"$root/docs/cluster/submit.sh" 8 --out out "${sweep[@]}" >submitted || fail 'submit.sh'
job=$(sed -n 's/^array \([0-9]*\) .*/\1/p' submitted)
merge=$(sed -n 's/.*merge \([0-9]*\)$/\1/p' submitted)
for ((i = 0; i < 600; i++)); do
    [ ! -s out.shard-3-of-8.db.partial ] || [ ! -s out.shard-5-of-8.db.partial ] || break
    sleep 0.05
done
scontrol requeue "${job}_3" || fail 'task 3 could not be killed and requeued'
scancel --signal=KILL --full "${job}_5" || fail 'task 5 could not be killed'
until_over "$job"
until_over "$merge"
[ ! -e out.db ] || fail 'merged though shard 5 was killed'
grep -q 'missing: 5$' slurm-"$merge".out || fail "the merge does not say what is missing: $(cat slurm-"$merge".out)"
[ -e out.shard-3-of-8.db ] || fail 'the requeued task did not finish'

# What the merge says is what is done: shard 5 by itself, then the merge again.
array=$(sed -n 's/.*sbatch --array=\([0-9,-]*\) .*/\1/p' slurm-"$merge".out)
job=$(sbatch --parsable --array="$array" --export=ALL,SHARDS=8 "$root/docs/cluster/sweep.sbatch" --out out "${sweep[@]}")
merge=$(sbatch --parsable --dependency="afterany:$job" "$root/docs/cluster/merge.sbatch" out)
until_over "$merge"
[ -e out.db ] || fail "not merged: $(cat slurm-"$merge".out)"
cmp -s <("$WEIR" export out.db) <("$WEIR" export whole.db) || fail 'the merge is not the one-machine file'
echo "Slurm $(sinfo --version | cut -d' ' -f2): eight shards, one requeued, one killed and submitted again; merged, the same bytes, in $((SECONDS - begun)) s"
