#!/usr/bin/env bash
# The test of the arrows finds each kind of violation, and passes a tree without any.
set -u
arrows=$(dirname "$0")/../arrows.sh
root=$(mktemp -d) || exit 1
trap 'rm -rf "$root"' EXIT
failures=0

new_tree() {
    rm -rf "${root:?}"/*
    mkdir -p "$root"/sim/{core,experiment,analysis,store,lua,cli} "$root"/{models,plots}
    printf '#include "sim/core/error.h"\n\n#include <stdio.h>\n' |
        tee "$root"/sim/{core,experiment,analysis,store,lua,cli}/a.c "$root"/{models,plots}/a.c >/dev/null
}

passes() { # file, line of C
    new_tree
    printf '%s\n' "$2" >>"$root/$1"
    "$arrows" "$root" >"$root/output" 2>&1 || { echo "should pass: $1: $2"; cat "$root/output"; failures=1; }
}

fails() { # file, line of C
    new_tree
    printf '%s\n' "$2" >>"$root/$1"
    if "$arrows" "$root" >"$root/output" 2>&1 || ! grep -q "^$1:4:" "$root/output"; then
        echo "should be found: $1: $2"
        failures=1
    fi
}

passes sim/core/a.c '#include "sim/core/dist.h"'
passes sim/analysis/a.c '#include "sim/analysis/interval.h"'
passes sim/experiment/a.c '#include "sim/analysis/interval.h"'
passes sim/experiment/a.c '#include <pthread.h>'
passes sim/store/a.c '#include <sqlite3.h>'
passes sim/store/a.c '#include "sim/experiment/record.h"'
passes sim/lua/a.c '#include <lauxlib.h>'
passes sim/lua/a.c '#include "models/offer.h"'
passes models/a.c '#include "models/offer.h"'
passes plots/a.c 'pipe = popen("gnuplot", "w");'
passes plots/a.c '#include "sim/store/store.h"'
passes sim/cli/a.c '#include "plots/plot.h"'
passes sim/core/a.c 'sim_reopen(pool);'

fails sim/core/a.c '#include "models/offer.h"'
fails sim/core/a.c '#include "sim/analysis/interval.h"'
fails sim/core/a.c '#include "dist.h"'
fails sim/core/a.c '#include "sim/core/../analysis/interval.h"'
fails sim/core/a.c '  #  include "sim/experiment/run.h"'
fails sim/core/a.c '#include <pthread.h>'
fails sim/core/a.c 'file = fopen(path, "r");'
fails sim/analysis/a.c '#include "sim/experiment/run.h"'
fails sim/experiment/a.c '#include "models/offer.h"'
fails sim/experiment/a.c '#include "sim/store/store.h"'
fails sim/experiment/a.c '#include <sqlite3.h>'
fails sim/store/a.c '#include "sim/lua/load.h"'
fails sim/store/a.c '#include <lua.h>'
fails sim/lua/a.c '#include "sim/experiment/run.h"'
fails sim/lua/a.c 'luaL_loadfile(L, path);'
fails models/a.c '#include <lua5.4/lua.h>'
fails models/a.c '#include "sim/cli/main.h"'
fails plots/a.c '#include "sim/core/dist.h"'
fails plots/a.c '#include "sim/experiment/run.h"'
fails sim/cli/a.c 'pipe = popen("gnuplot", "w");'
fails sim/cli/a.c '#include <sqlite3.h>'

if "$arrows" "$root/models" >/dev/null 2>&1; then
    echo 'should fail: a folder that is not the project'
    failures=1
fi
exit $failures
