#!/usr/bin/env bash
# Runs test programs, as many at a time as there are cores; shows what a failed one printed; ends with the count.
# usage: tests/run.sh PROGRAM...     from the top of the tree
# BUILD    where logs go (build); a program there is called by its name below it
# WEIR     the program under test, for those that run it
# WRAPPER  put before each program, such as valgrind with its options
# LIMIT    seconds before a program is ended and has failed (300)
set -u

build=${BUILD:-build}

run_one() {
    local program=$1 name log start status verdict=ok
    name=${program#"$build"/}
    log=$build/log/$name.log
    mkdir -p "$(dirname "$log")"
    start=${EPOCHREALTIME/[.,]/}
    # shellcheck disable=SC2086 # the wrapper is a command and its options
    timeout -k 10 "${LIMIT:-300}" ${WRAPPER:-} "$program" >"$log" 2>&1 </dev/null
    status=$?
    [ "$status" = 124 ] && echo "ended after ${LIMIT:-300} s" >>"$log"
    [ "$status" = 0 ] || verdict=FAIL
    printf '%s\n' "$status" >"$log.status"
    printf '%-4s %8.2f s  %s\n' "$verdict" "$(((${EPOCHREALTIME/[.,]/} - start) / 10000))e-2" "$name"
}

if [ "${1:-}" = --one ]; then
    run_one "$2"
    exit 0
fi

if [ $# = 0 ]; then
    echo 'no test has such a name' >&2
    echo '0 passed, 0 failed'
    exit 1
fi

unset MAKEFLAGS MFLAGS MAKELEVEL
rm -rf "$build/log"
printf '%s\0' "$@" | xargs -0 -n 1 -P "$(nproc 2>/dev/null || echo 1)" "$BASH" "$0" --one

passed=0
failed=0
for program in "$@"; do
    log=$build/log/${program#"$build"/}.log
    status=$(cat "$log.status" 2>/dev/null || echo 'none: it was not run')
    if [ "$status" = 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '\n==== %s: exit status %s\n' "${program#"$build"/}" "$status"
        cat "$log"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
