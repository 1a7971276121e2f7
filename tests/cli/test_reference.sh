#!/usr/bin/env bash
# docs/reference.md is what the program prints; the units and distributions it shows are all there are, and each of them loads.
set -u
cd "$(dirname "$0")/../.." || exit 2
weir=$(realpath "${WEIR:-./weir}")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
reference=$tmp/reference.md
faults=0

complain() {
    echo "FAULT: $*"
    faults=$((faults + 1))
}

"$weir" help reference >"$reference" || complain 'weir help reference failed'
diff -u docs/reference.md "$reference" || complain 'docs/reference.md is not what the program prints: run make docs'
awk -F'|' '/^\|/ { gsub(/\\\|/, ""); if (n && NF != n) bad = 1; n = NF } !/^\|/ { n = 0 } END { exit bad }' "$reference" ||
    complain 'a table has rows of unlike length'
grep -nE '\(null\)|\bnan\b|\| *\|$' "$reference" && complain 'a cell is empty or wrong'

# What stands in code in the first column of a section.
section() { sed -n "/^## $1\$/,/^## /p" "$reference" | sed -n 's/^| `\([^`]*\)` |.*/\1/p'; }

section 'Distributions' >"$tmp/distributions"
section 'Values with units' >"$tmp/values"
{
    sed 's/.*/local _ <const> = &/' "$tmp/distributions"
    # several units may share a row: a call each
    grep -v '"' "$tmp/values" | sed 's/) /)\n/g' | sed 's/.*/local _ <const> = &/'
    grep '"' "$tmp/values" | sed 's/.*/local _ <const> = &/'
    cat <<'END'
return scenario { name = "all", pools = { pool { name = "desk" } },
  stages = { stage { name = "desk", pool = "desk", service = exponential { mean = hours(1) } } },
  sources = { source { name = "people", to = "desk", rate = per_day(3) } } }
END
} >"$tmp/all.lua"
"$weir" check "$tmp/all.lua" >/dev/null || complain 'something that the reference shows does not load'
[ "$(grep -c '^local _' "$tmp/all.lua")" -ge 40 ] || complain 'too few examples were found in the reference'

for name in $(sed -n 's/^    { "\([a-z]*\)", FORM_.*/\1/p' sim/lua/distribution.c) truncate; do
    grep -qE "^$name\\b" "$tmp/distributions" || complain "distribution $name is not in the reference"
done
for name in $(sed -n '/UNIT_FUNCTION\[\]/,/};/s/^    { "\([a-z_]*\)".*/\1/p' sim/lua/value.c) ev assumption sourced number; do
    grep -qE "\\b$name[( ]" "$tmp/values" || complain "unit $name is not in the reference"
done

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
