#!/bin/bash
# A sweep in N shards with GNU parallel, on this machine or, with its --sshloginfile, on those that share this folder.
# usage: docs/cluster/parallel.sh N --out FILE SCENARIO [OPTIONS OF weir sweep]
set -eu
shards=$1
shift
out=
for ((i = 1; i < $#; i++)); do
    [ "${!i}" != --out ] || { i=$((i + 1)) && out=${!i}; }
done
[ -n "$out" ] || { echo 'parallel.sh: --out FILE is missing' >&2; exit 2; }
weir=${WEIR:-weir}
# A shard whose points failed ends with 4; the merge says so again.
seq "$shards" | parallel --halt never "$weir" sweep "$@" --shard "{}/$shards" --resume --jobs 1 --quiet || true
exec "$weir" merge "${out%.db}".shard-*.db --out "$out" --force
