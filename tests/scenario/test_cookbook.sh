#!/usr/bin/env bash
# The cookbook, docs/cookbook.md and scenarios/cookbook/: its commands run, its excerpts are lines of the scenarios, every scenario
# is in it, and every row of its tables with an exact value agrees with a run: |mean - exact| <= 4 standard errors, and 4 standard
# errors are at most a tenth of the value. A standard error is the half-width of the interval over t(19) = 2.093, for 20
# replications. By that t distribution a row fails by chance once in 1,300 seeds, and one of 105 rows once in 13; the seed is fixed.
# Rows without spread are found by hand and agree to a millionth.
#   tests/scenario/test_cookbook.sh --write    writes the tables' last column anew, from this program's results
set -u
cd "$(dirname "$0")/../.." || exit 2
top=$PWD
page=$top/docs/cookbook.md
weir=$(realpath "${WEIR:-./weir}")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
faults=0

complain() {
    echo "FAULT: $*"
    faults=$((faults + 1))
}

# Commands of blocks marked sh, in a folder of their own; results are in out/.
ln -s "$weir" "$tmp/weir"
ln -s "$top/scenarios" "$tmp/scenarios"
awk '/^```/ { run = !run && $0 == "```sh"; next } run && /^(\.\/)?weir / { sub(/^\.\//, ""); print }' "$page" >"$tmp/commands"
while IFS= read -r command; do
    (cd "$tmp" && bash -o pipefail -c "./$command") >"$tmp/stdout" 2>"$tmp/stderr" </dev/null ||
        { complain "$command"; head -5 "$tmp/stderr"; }
done <"$tmp/commands"

# Every scenario has its command, and every line of Lua on the page is a line of the scenario named next.
for scenario in scenarios/cookbook/*.lua; do
    grep -q "^weir run $scenario --out out/$(basename "$scenario" .lua) " "$tmp/commands" || complain "$scenario is not run on the page"
done
awk '
    /^```/ { lua = !lua && $0 == "```lua"; next }
    lua { gsub(/^ +| +$/, ""); if ($0 != "" && $0 != "...") held[++n] = $0 }
    match($0, /scenarios\/cookbook\/[a-z_]+\.lua --out/) {
        file = substr($0, RSTART, RLENGTH - 6)
        for (i = 1; i <= n; i++) print file "\t" held[i]
        n = 0
    }' "$page" >"$tmp/excerpts"
while IFS=$'\t' read -r file line; do
    sed 's/^ *//; s/ *$//' "$file" | grep -qxF -e "$line" || complain "$file has no line: $line"
done <"$tmp/excerpts"
[ "$(wc -l <"$tmp/excerpts")" -ge 50 ] || complain "only $(wc -l <"$tmp/excerpts") lines of Lua on the page"

# One table of all results, and beside it the rows of the page.
for results in "$tmp"/out/*.db; do
    "$weir" export "$results" --period all || complain "weir export $results"
done >"$tmp/results.csv"
awk -v write="${1:-}" '
    function trim(s) { gsub(/^[ `]+|[ `]+$/, "", s); return s }
    function digits(x) { return sprintf(x < 1000 ? "%.4g" : "%.0f", x) }
    FNR == NR { split($0, f, ","); key = f[1] SUBSEP f[3] SUBSEP f[4]; mean[key] = f[6]; low[key] = f[7]; high[key] = f[8]
                reps[key] = f[9]; next }
    match($0, /scenarios\/cookbook\/[a-z_]+\.lua --out/) { name = substr($0, RSTART + 19, RLENGTH - 29) }
    /^\| `[a-z]/ && split($0, c, "|") == 6 {
        key = name SUBSEP trim(c[2]) SUBSEP trim(c[3]); exact = trim(c[4]); rows++
        where = name ": " trim(c[2]) " of " trim(c[3])
        if (!(key in mean) || reps[key] != 20) { print "FAULT: " where ": no result of 20 replications" >"/dev/stderr"; next }
        reach = 4 * (high[key] - low[key]) / 2 / 2.093024
        if (exact != "-") {
            checked++
            off = mean[key] - exact; off = off < 0 ? -off : off
            if (off > (reach > 0 ? reach : 1e-6))
                print "FAULT: " where " is " mean[key] ", exactly " exact ", reach " reach >"/dev/stderr"
            if (exact != 0 && reach > 0.1 * exact)
                print "FAULT: " where ": a reach of " reach " says too little of " exact >"/dev/stderr"
        }
        shown = reach > 0 ? digits(mean[key]) " (" digits(low[key]) " to " digits(high[key]) ")" : sprintf("%.5g", mean[key])
        if (write != "--write" && trim(c[5]) != shown) stale++
        $0 = "|" c[2] "|" c[3] "|" c[4] "| " shown " |"
    }
    write == "--write" { print }
    END {
        if (checked < 60) print "FAULT: only " checked " exact values on the page" >"/dev/stderr"
        if (write != "--write") print rows " rows, " checked " with an exact value" (stale ? "; " stale " are of another version" : "")
    }' "$tmp/results.csv" "$page" >"$tmp/new" 2>"$tmp/wrong"
cat "$tmp/wrong"
faults=$((faults + $(wc -l <"$tmp/wrong")))
if [ "${1:-}" = --write ]; then
    cp "$tmp/new" "$page"
else
    cat "$tmp/new"
fi
echo "$(wc -l <"$tmp/commands") commands"
[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
