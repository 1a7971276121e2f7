#!/usr/bin/env bash
# Every scenario that has facts reproduces them: the command that `weir check` gives for them, with seed 1, finds each inside what is
# accepted, with an interval whose half-width is at most a third of the tolerance; one whose name ends "(does not fit)" lies outside.
# The seed is fixed, so nothing fails by chance; with another, a mean that lies a whole half-width within its bound would fall outside
# once in 40.
set -u
cd "$(dirname "$0")/../.." || exit 2
weir=$(realpath "${WEIR:-./weir}")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
faults=0
facts=0

complain() {
    echo "FAULT: $*"
    faults=$((faults + 1))
}

check_facts() { # scenario
    local command name verdict wanted count
    command=$("$weir" check "$1" 2>"$tmp/err" | sed -n 's/^To compare them with results: weir //p')
    [ -n "$command" ] || { complain "$1: weir check gives no command for its facts"; return; }
    # shellcheck disable=SC2086 # a command and its options; no name has a space in it
    "$weir" $command --seed 1 --out "$tmp/facts.db" --force --quiet >"$tmp/out" 2>"$tmp/err" ||
        { complain "$1: weir $command"; cat "$tmp/err"; return; }
    sed -n '/^Facts/,/^$/p' "$tmp/out"
    "$weir" export "$tmp/facts.db" --table facts --format json >"$tmp/facts"
    while IFS=';' read -r name verdict; do
        facts=$((facts + 1))
        wanted=inside
        case $name in *'(does not fit)') wanted=OUTSIDE ;; esac
        [ "$verdict" = "$wanted" ] || complain "$1: $name: $verdict"
    done < <(sed -n 's/.*"name":"\([^"]*\)".*"verdict":"\([^"]*\)".*/\1;\2/p' "$tmp/facts")
    count=$(grep -c '"name":' "$tmp/facts")
    [ "$count" -ge 1 ] || complain "$1: no facts in the results"
}

while IFS= read -r -d '' scenario; do
    echo "$scenario"
    check_facts "$scenario"
done < <(grep -lrZ --include='*.lua' '^ *facts = ' scenarios --exclude-dir=lib | sort -z)
[ "$facts" -ge 20 ] || complain "only $facts facts"

echo "$facts facts"
[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
