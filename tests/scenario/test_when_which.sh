#!/usr/bin/env bash
# docs/when-which.md: every row of its table is what its settings give, and no plan wins everywhere. All of it is exact, since seeds
# are fixed; a change of the model changes the table, and what is written under it is to be read again.
#   tests/scenario/test_when_which.sh            four of its rows
#   tests/scenario/test_when_which.sh --all      every row (a minute of computing)
#   tests/scenario/test_when_which.sh --write    writes the table anew, from this program's results
set -u
cd "$(dirname "$0")/../.." || exit 2
page=$PWD/docs/when-which.md
weir=$(realpath "${WEIR:-./weir}")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
measures='cohort_seen_18w child_seen_18w child_helped_18w waiting unmet_need'

# The best plan by each measure, as cells of the table; both when the next is within chance.
winners() {
    awk -F, -v measures="$measures" '
        $4 == "all" && $5 == "all" { if ($2 ~ /-/) { low[$2, $3] = $7; high[$2, $3] = $8 } else { mean[$2, $3] = $6; if (!($2 in seen)) { seen[$2]; plan[++plans] = $2 } } }
        END {
            n = split(measures, m, " ")
            for (i = 1; i <= n; i++) {
                sign = m[i] == "waiting" || m[i] == "unmet_need" ? -1 : 1
                best = next_best = ""
                for (k = 1; k <= plans; k++) { p = plan[k]; if (best == "" || sign * mean[p, m[i]] > sign * mean[best, m[i]]) best = p }
                for (k = 1; k <= plans; k++) { p = plan[k]; if (p != best && (next_best == "" || sign * mean[p, m[i]] > sign * mean[next_best, m[i]])) next_best = p }
                pair = ((best "-" next_best, m[i]) in low) ? best "-" next_best : next_best "-" best
                close_run = !(low[pair, m[i]] > 0 || high[pair, m[i]] < 0)
                printf " %s |", close_run ? best " ~ " next_best : best
            }
        }' "$1"
}

rows=0
: >"$tmp/page"
while IFS= read -r line; do
    if [[ $line == '| '* && $line != '| what is changed'* ]]; then
        rows=$((rows + 1))
        if [ -z "${1:-}" ] && [ $((rows % 5)) != 1 ]; then
            printf '%s\n' "$line" >>"$tmp/page"
            continue
        fi
        what=$(cut -d'|' -f2 <<<"$line")
        sets=()
        for setting in $(grep -o '`[^`]*`' <<<"$what" | tr -d '\140'); do
            sets+=(--set "$setting")
        done
        "$weir" compare scenarios/kent_medway.lua --reps 6 --set scale=0.2 --set years=2 "${sets[@]}" --format csv --quiet \
            --out "$tmp/results" --force >"$tmp/results.csv" || { echo "FAULT: $what"; exit 1; }
        line="|$what|$(winners "$tmp/results.csv")"
    fi
    printf '%s\n' "$line" >>"$tmp/page"
done <"$page"

if [ "${1:-}" = --write ]; then
    cp "$tmp/page" "$page"
    exit 0
fi
faults=0
diff "$page" "$tmp/page" || { echo 'FAULT: the table is of another version: read it again and run this with --write'; faults=1; }
sure=$(grep '^| ' "$tmp/page" | cut -d'|' -f3-7 | tr '|' '\n' | grep -v '~' | tr -d ' ' | grep -E '^[a-z_]+$' | sort | uniq -c | sort -rn)
[ "$(wc -l <<<"$sure")" -ge 4 ] || { echo "FAULT: only these plans ever win:"; echo "$sure"; faults=1; }
[ "$rows" -ge 10 ] || { echo "FAULT: only $rows rows"; faults=1; }
echo "$rows rows"
exit $faults
