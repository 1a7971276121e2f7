#!/usr/bin/env bash
# Every scenario that comes with the program is valid and runs; every command of the README and of docs/ does what it says there.
set -u
cd "$(dirname "$0")/../.." || exit 2
top=$PWD
weir=$(realpath "${WEIR:-./weir}")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
faults=0

complain() {
    echo "FAULT: $*"
    sed 's/^/    /' "$tmp/err" | head -20
    faults=$((faults + 1))
}

# Scenarios, those in folders too; lib/ holds modules. Those with hundreds of schools at a tenth of their size; those of dozens of areas,
# whose teams would be too small for that, over a tenth of a year.
found=0
while IFS= read -r -d '' scenario; do
    found=$((found + 1))
    "$weir" check "$scenario" >"$tmp/out" 2>"$tmp/err" || complain "$scenario: weir check"
    [ ! -s "$tmp/err" ] || complain "$scenario: weir check warns"
    less=(--set years=1)
    awk '$1 == "schools.primary" && $2 > 100 { big = 1 } END { exit !big }' "$tmp/out" && less+=(--set scale=0.1)
    grep -q '[0-9][0-9] areas, each with ' "$tmp/out" && less=(--set years=0.1)
    "$weir" compare "$scenario" --reps 2 "${less[@]}" --out "$tmp/every.db" --force \
        >"$tmp/out" 2>"$tmp/err" || complain "$scenario: weir compare"
    [ -s "$tmp/out" ] || complain "$scenario: weir compare says nothing"
done < <(find scenarios -name '*.lua' -not -path 'scenarios/lib/*' -print0 | sort -z)
[ "$found" -ge 2 ] || complain "only $found scenarios"

# Commands at the beginning of a line in fenced blocks, continued lines joined; blocks marked "text" are what is shown, not run.
commands() {
    awk '
        /^[ ]*```/ { if (inside) inside = 0; else { inside = 1; run = $0 !~ /```text/ } next }
        inside && run {
            line = held $0; held = ""
            if (line ~ /\\$/) { held = substr(line, 1, length(line) - 1) " "; next }
            sub(/^[ ]*(\$ )?/, "", line)
            if (line ~ /^(cp|(\.\/)?weir) /) print line
        }' "$1"
}

# What would take minutes: the county at full size, many replications, and the benchmark. The same command with a small one.
smaller() {
    case $1 in
    *' split '*' --target '* | *' --trace '*) echo "$1" ;;
    *' split '*kent_medway* | *' split '*surrey*) echo "$1 --reps 2 --max-reps 12 --matters 50% --set years=1 --set scale=0.05" ;;
    *' split scenarios/'*) echo "$1 --reps 3 --max-reps 33 --matters 2% --set years=1" ;;
    *' compare '*kent_medway* | *' run '*kent_medway*) echo "$1 --reps 2 --set years=1 --set scale=0.05" ;;
    *' run '*england.lua* | *' compare '*england.lua*) echo "$1 --reps 1 --set years=0.1" ;;
    *' compare '*surrey* | *' run '*surrey*) echo "$1 --reps 2 --set years=1 --set scale=0.1" ;;
    *tutorial.lua* | *cookbook*) echo "$1" ;;
    *' compare scenarios/'* | *' run scenarios/'*) echo "$1 --reps 2" ;;
    *' bench'*) echo "${1%% bench*} bench --help" ;;
    *) echo "$1" ;;
    esac
}

# Each page in a folder of its own, from top to bottom, as a reader would; `weir` and `./weir` are the same program.
mkdir "$tmp/bin"
ln -s "$weir" "$tmp/bin/weir"
run=0
for page in README.md docs/*.md docs/systems/*.md docs/guides/*.md; do
    [ -e "$page" ] || continue
    place=$tmp/$(tr / _ <<<"${page%.md}")
    mkdir "$place"
    ln -s "$weir" "$place/weir"
    for folder in scenarios docs plots; do
        ln -s "$top/$folder" "$place/$folder"
    done
    while IFS= read -r command; do
        run=$((run + 1))
        (cd "$place" && PATH=$tmp/bin:$PATH bash -o pipefail -c "$(smaller "$command")") >"$tmp/out" 2>"$tmp/err" </dev/null ||
            complain "$page: $command"
    done < <(commands "$page")
done
[ ! -e README.md ] || [ "$run" -ge 5 ] || complain "only $run commands were found in the documents"

echo "$found scenarios, $run commands"
[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
