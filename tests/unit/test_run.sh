#!/usr/bin/env bash
# The test runner counts, shows what failed, ends what hangs, and fails when nothing is run.
set -u
run=$(cd "$(dirname "$0")/.." && pwd)/run.sh
root=$(mktemp -d) || exit 1
trap 'rm -rf "$root"' EXIT
export BUILD=$root/build
unset WRAPPER
failures=0

expect() { # exit status, last line, limit, programs...
    local status=$1 line=$2 limit=$3 got
    shift 3
    LIMIT=$limit "$run" "$@" >"$root/output" 2>&1
    got=$?
    if [ "$got" != "$status" ] || [ "$(tail -n 1 "$root/output")" != "$line" ]; then
        echo "expected status $status and \"$line\", got status $got and:"
        cat "$root/output"
        failures=1
    fi
}

mkdir -p "$root/build/tests"
good=$root/build/tests/good bad=$root/build/tests/bad hangs=$root/build/tests/hangs
printf '#!/bin/sh\necho hidden\n' >"$good"
printf '#!/bin/sh\necho shown; exit 3\n' >"$bad"
printf '#!/bin/sh\nexec sleep 60\n' >"$hangs"
chmod +x "$good" "$bad" "$hangs"

expect 0 '1 passed, 0 failed' 60 "$good"
if grep -q hidden "$root/output"; then
    echo 'the output of a test that passed was shown'
    failures=1
fi
expect 1 '1 passed, 1 failed' 60 "$good" "$bad"
if ! grep -q shown "$root/output" || ! grep -q 'tests/bad: exit status 3' "$root/output"; then
    echo 'the output or status of a test that failed was not shown'
    failures=1
fi
expect 1 '0 passed, 1 failed' 1 "$hangs"
expect 1 '0 passed, 1 failed' 60 "$root/absent"
expect 1 '0 passed, 0 failed' 60
exit $failures
