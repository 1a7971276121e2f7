#!/usr/bin/env bash
# The arrows between the rooms: what each may include, and which calls it may not make.
# usage: tests/arrows.sh [ROOT]      prints each violation as file:line and fails if there is one
set -u
cd "${1:-$(dirname "$0")/..}" || exit 2
[ -d sim/core ] || { echo "arrows: no sim/core in $PWD" >&2; exit 2; }

violations=0

report() { # why; reads file:line:text
    local why=$1 line
    while IFS= read -r line; do
        printf '%s   (%s)\n' "$line" "$why"
        violations=$((violations + 1))
    done
}

search() { # pattern, rooms...
    local pattern=$1 room
    shift
    for room; do
        [ ! -d "$room" ] || grep -rnE --include='*.[ch]' -e "$pattern" "$room"
    done
}

include='^[[:space:]]*#[[:space:]]*include[[:space:]]*'

may_include() { # room, extended regular expression of the project headers it may include
    report "$1 may not include this" < <(search "$include\"" "$1" | grep -vE "include[[:space:]]*\"($2)[^\"/]*\"")
}

only_in() { # room, what, pattern
    local room rooms=()
    for room in sim/core sim/experiment sim/analysis sim/store sim/lua sim/cli models plots; do
        [ "$room" = "$1" ] || rooms+=("$room")
    done
    report "$2 only in $1" < <(search "$3" "${rooms[@]}")
}

may_include sim/core 'sim/core/'
may_include sim/analysis 'sim/(core|analysis)/'
may_include sim/experiment 'sim/(core|analysis|experiment)/'
may_include sim/store 'sim/(core|experiment|store)/'
may_include sim/lua 'sim/(core|lua)/|models/'
may_include models 'sim/core/|models/'
may_include plots 'sim/store/|sim/core/error\.h|plots/'

only_in sim/store 'SQLite' "$include[<\"](.*/)?sqlite3(ext)?\.h"
only_in sim/lua 'Lua' "$include[<\"](.*/)?(lua|lauxlib|lualib|luaconf)\.h"
only_in plots 'a pipe' '(^|[^A-Za-z0-9_])popen[[:space:]]*\('

for room in sim/core sim/lua models; do
    report "$room has no files and no threads" < <(search \
        '(^|[^A-Za-z0-9_])((f|p|fd|fre)open|luaL_(load|do)file)[[:space:]]*\(|pthread|threads\.h' "$room")
done

[ "$violations" = 0 ] || { echo "arrows: $violations violations" >&2; exit 1; }
