#!/usr/bin/env bash
# No mutable state outside functions: no object of the library rooms and of models has a symbol in a writable section.
# Tables of pointers that the loader relocates (.data.rel.ro) are const and pass. sim/cli may keep its signal flag.
# usage: tests/globals.sh [BUILD]     prints each violation as object: symbol (section) and fails if there is one
set -u
build=${1:-${BUILD:-$(dirname "$0")/../build}}

mapfile -t objects < <(find "$build/sim" "$build/models" -name '*.o' ! -path '*/sim/cli/*' 2>/dev/null | sort)
[ ${#objects[@]} -gt 0 ] || { echo "globals: no objects below $build" >&2; exit 2; }

# Fields of nm's System V form: name, value, class, type, size, line, section.
writable=$(for object in "${objects[@]}"; do
    nm --format=sysv --defined-only "$object" | awk -F'|' -v object="$object" '
        NF == 7 {
            for (i = 1; i <= NF; i++) gsub(/[[:space:]]/, "", $i)
            if ($3 ~ /^[bBdDCcsSgGu]$/ && $7 !~ /^\.data\.rel\.ro/) print object ": " $1 " (" $7 ")"
        }'
done)
[ -z "$writable" ] || { printf '%s\n' "$writable"; exit 1; }
