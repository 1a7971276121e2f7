#!/bin/bash
# A sweep as a Slurm array of N shards, and the merge that follows it.
# usage: docs/cluster/submit.sh N --out FILE SCENARIO [OPTIONS OF weir sweep]
set -eu
here=$(dirname "$0")
shards=$1
shift
out=
for ((i = 1; i < $#; i++)); do
    [ "${!i}" != --out ] || { i=$((i + 1)) && out=${!i}; }
done
[ -n "$out" ] || { echo 'submit.sh: --out FILE is missing' >&2; exit 2; }
job=$(sbatch --parsable --array="1-$shards" --export="ALL,SHARDS=$shards" "$here/sweep.sbatch" "$@")
merge=$(sbatch --parsable --dependency="afterany:$job" "$here/merge.sbatch" "$out")
echo "array $job of $shards shards; merge $merge"
