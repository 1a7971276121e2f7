#!/usr/bin/env bash
# docs/children.md: what it shows of each child is what the program prints, to the letter.
#   tests/scenario/test_children.sh --write    puts this program's children on the page; what is said of them is then to be read again
set -u
cd "$(dirname "$0")/../.." || exit 2
page=docs/children.md
weir=$(realpath "${WEIR:-./weir}")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT

command=$(awk '/^```/ { run = !run && $0 == "```sh"; next } run' "$page")
bash -c "${command/weir/$weir}" >"$tmp/story" || { echo "FAULT: $command"; exit 1; }
[ "$(grep -c '^Child ' "$tmp/story")" = 20 ] || { echo 'FAULT: not twenty children'; exit 1; }
awk 'FNR == NR { if ($1 == "Child") n = $2 + 0; if ($0 != "") story[n] = story[n] $0 "\n"; next }
    /^```text/ { print; getline; printf "%s", story[$2 + 0]; skip = 1; next }
    /^```/ { skip = 0 }
    !skip' "$tmp/story" "$page" >"$tmp/page"
if [ "${1:-}" = --write ]; then
    cp "$tmp/page" "$page"
else
    diff "$page" "$tmp/page" || { echo "FAULT: $page is of another version: read it again and run this with --write"; exit 1; }
fi
