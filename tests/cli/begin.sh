# Sourced by the tests of the command: a folder of its own that goes when the test ends, and words for what is expected.
# Leaves $root (of the tree), $weir, $town (the tutorial's scenario), $tmp, and $faults, which the test ends with.
set -u
cd "$(dirname "$0")/../.." || exit 2
root=$PWD
weir=$(realpath "${WEIR:-./weir}")
town=$root/scenarios/tutorial.lua
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
faults=0

complain() {
    echo "FAULT: $*"
    [ ! -s err ] || sed 's/^/    stderr: /' err
    faults=$((faults + 1))
}

exits() { # code, command...
    local wanted=$1 got
    shift
    "$@" >out.txt 2>err
    got=$?
    [ "$got" = "$wanted" ] || complain "'${*//$tmp/.}' exited with $got instead of $wanted"
}

says() { # file, text
    grep -qF -- "$2" "$1" || { complain "$1 does not say: $2"; sed 's/^/    /' "$1" | head -20; }
}
