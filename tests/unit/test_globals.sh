#!/usr/bin/env bash
# The test of globals finds each kind of mutable state, and passes constants and tables of pointers.
set -u
globals=$(dirname "$0")/../globals.sh
root=$(mktemp -d) || exit 1
trap 'rm -rf "$root"' EXIT
failures=0

verdict() { # C source; prints what was found
    rm -rf "$root/sim"
    mkdir -p "$root/sim/core"
    printf '%s\n' "$1" | ${CC:-cc} -std=c11 -O2 $2 -x c -c -o "$root/sim/core/a.o" - || exit 1
    "$globals" "$root"
}

for pie in -fPIE -fno-pie; do
    for source in 'extern const char *const t[]; const char *const t[] = {"a", "b"};' \
        'extern int f(void); extern int (*const g[])(void); int (*const g[])(void) = {f};' \
        'static const int t[] = {1, 2}; int f(int i); int f(int i) { return t[i]; }'; do
        found=$(verdict "$source" $pie) || { echo "should pass ($pie): $source: $found"; failures=1; }
    done
    for source in 'int f(void); int f(void) { static int n; return ++n; }' \
        'int n;' 'int n = 1;' '_Thread_local int n;' '_Thread_local int n = 1;' 'const char *t[] = {"a", "b"};' \
        'static int n = 1; int *f(void); int *f(void) { return &n; }'; do
        if verdict "$source" $pie >/dev/null; then
            echo "should be found ($pie): $source"
            failures=1
        fi
    done
done
if verdict 'int n;' -fcommon >/dev/null; then
    echo 'should be found: a common symbol'
    failures=1
fi
rm -rf "$root/sim"
if "$globals" "$root" >/dev/null 2>&1; then
    echo 'should fail: nothing was built'
    failures=1
fi
exit $failures
