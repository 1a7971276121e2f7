#!/usr/bin/env bash
# docs/when-which.md: every row of its two tables is what its settings give, and no plan wins everywhere. All of it is exact, since
# seeds are fixed; a change of the model changes the tables, and what is written under them is to be read again.
#   tests/scenario/test_when_which.sh            four rows of the first table, two of the second
#   tests/scenario/test_when_which.sh --all      every row (four minutes of computing)
#   tests/scenario/test_when_which.sh --write    writes the tables anew, from this program's results
set -u
cd "$(dirname "$0")/../.." || exit 2
page=$PWD/docs/when-which.md
weir=$(realpath "${WEIR:-./weir}")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
measures='cohort_seen_18w child_seen_18w first_contacts child_helped_18w waiting unmet_need'
less_is_better='waiting unmet_need'

cell() {
    cut -d'|' -f"$2" <<<"$1"
}

# shellcheck disable=SC2016  # the backticks are the page's
in_backticks() {
    grep -o '`[^`]*`' <<<"$1" | tr -d '\140'
}

first_value() {
    in_backticks "$1" | sed 's/^[^=]*=//; s/ .*//'
}

# simulate REPS WHAT [OPTION...]: the settings in backticks in WHAT, into results.csv.
simulate() {
    local reps=$1 what=$2 sets=() setting
    shift 2
    for setting in $(in_backticks "$what"); do
        sets+=(--set "$setting")
    done
    "$weir" compare scenarios/kent_medway.lua "$@" --reps "$reps" --set scale=0.2 --set years=2 "${sets[@]}" --format csv --quiet \
        --out "$tmp/results" --force >"$tmp/results.csv" || { echo "FAULT: $what" >&2; exit 1; }
}

# The best plan by each measure, as cells of the table; both when the next is within chance.
winners() {
    awk -F, -v measures="$measures" -v less="$less_is_better" '
        $4 == "all" && $5 == "all" { if ($2 ~ /-/) { low[$2, $3] = $7; high[$2, $3] = $8 } else { mean[$2, $3] = $6; if (!($2 in seen)) { seen[$2]; plan[++plans] = $2 } } }
        END {
            n = split(measures, m, " ")
            for (i = 1; i <= n; i++) {
                sign = index(less, m[i]) ? -1 : 1
                best = next_best = ""
                for (k = 1; k <= plans; k++) { p = plan[k]; if (best == "" || sign * mean[p, m[i]] > sign * mean[best, m[i]]) best = p }
                for (k = 1; k <= plans; k++) { p = plan[k]; if (p != best && (next_best == "" || sign * mean[p, m[i]] > sign * mean[next_best, m[i]])) next_best = p }
                pair = ((best "-" next_best, m[i]) in low) ? best "-" next_best : next_best "-" best
                close_run = !(low[pair, m[i]] > 0 || high[pair, m[i]] < 0)
                printf " %s |", close_run ? best " ~ " next_best : best
            }
        }' "$tmp/results.csv"
}

# lead PLAN PLAN MEASURE: by how much the first is better than the second: mean, low and high.
lead() {
    awk -F, -v a="$1" -v b="$2" -v kpi="$3" -v less="$less_is_better" '
        $4 == "all" && $5 == "all" && $3 == kpi && ($2 == a "-" b || $2 == b "-" a) {
            sign = ($2 == a "-" b ? 1 : -1) * (index(less, kpi) ? -1 : 1) * ($10 == "share" ? 100 : 1)
            low = sign * (sign > 0 ? $7 : $8); high = sign * (sign > 0 ? $8 : $7)
            printf "%.12g %.12g %.12g %s\n", sign * $6, low, high, $10 == "share" ? "points" : $10
        }' "$tmp/results.csv"
}

# flip PLANS MEASURE HERE THERE: the leads on both sides, and where between them, by a straight line, hands change.
flip() {
    local a b kpi here there at
    read -r a b kpi < <(in_backticks "$1")
    simulate 12 "$2" --plans "$a,$b"
    here=$(lead "$a" "$b" "$kpi")
    simulate 12 "$3" --plans "$a,$b"
    there=$(lead "$a" "$b" "$kpi")
    at="$(first_value "$2") $(first_value "$3")"
    awk -v a="$a" -v b="$b" -v here="$here" -v there="$there" -v at="$at" -v from="$2" -v to="$3" '
        function side(x) { return x[2] > 0 ? 1 : x[3] < 0 ? -1 : 0 }
        function figure(v) { return unit == "points" ? sprintf("%.2f", v) : sprintf("%.0f", v) }
        function words(x,    s) {
            s = side(x)
            if (s == 0) return sprintf("tie (%s to %s for %s)", figure(x[2]), figure(x[3]), a)
            if (s > 0) return sprintf("%s by %s (%s to %s)", a, figure(x[1]), figure(x[2]), figure(x[3]))
            return sprintf("%s by %s (%s to %s)", b, figure(-x[1]), figure(-x[3]), figure(-x[2]))
        }
        function rounded(v,    step) {
            step = 10 ^ (int(log(v) / log(10) + (v < 1 ? -1 : 0) + 1e-9) - 1)
            return sprintf("%.10g", int(v / step + 0.5) * step)
        }
        BEGIN {
            split(here, x, " "); split(there, y, " "); split(at, v, " "); unit = x[4]
            if (side(x) * side(y) < 0) where = "about " rounded(v[1] + (v[2] - v[1]) * x[1] / (x[1] - y[1]))
            else where = side(x) * side(y) > 0 ? "no flip" : side(x) == 0 && side(y) == 0 ? "tied throughout" : "to a tie"
            printf "%s| %s |%s| %s | %s |", from, words(x), to, words(y), where
        }'
}

rows=0
flips=0
table=none
all=${1:-}
: >"$tmp/page"
while IFS= read -r line; do
    case $line in
        '| what is changed'*) table=winners ;;
        '| what moves'*) table=flips ;;
        '| '*)
            if [ $table = winners ]; then
                rows=$((rows + 1))
                if [ -n "$all" ] || [ $((rows % 5)) = 1 ]; then
                    simulate 6 "$(cell "$line" 2)"
                    line="|$(cell "$line" 2)|$(winners)"
                fi
            else
                flips=$((flips + 1))
                if [ -n "$all" ] || [ $((flips % 11)) = 0 ]; then
                    sides=$(flip "$(cell "$line" 3)" "$(cell "$line" 4)" "$(cell "$line" 6)") || exit 1
                    line="|$(cell "$line" 2)|$(cell "$line" 3)|$sides"
                fi
            fi
            ;;
    esac
    printf '%s\n' "$line" >>"$tmp/page"
done <"$page"

if [ "$all" = --write ]; then
    cp "$tmp/page" "$page"
    exit 0
fi
faults=0
diff "$page" "$tmp/page" || { echo 'FAULT: the tables are of another version: read them again and run this with --write'; faults=1; }
sure=$(sed -n '/^| what is changed/,/^$/p' "$tmp/page" | cut -d'|' -f3-8 | tr '|' '\n' | grep -v '~' | tr -d ' ' | grep -E '^[a-z_]+$' | sort | uniq -c | sort -rn)
[ "$(wc -l <<<"$sure")" -ge 4 ] || { echo "FAULT: only these plans ever win:"; echo "$sure"; faults=1; }
[ "$rows" -ge 10 ] || { echo "FAULT: only $rows rows"; faults=1; }
[ "$flips" -ge 10 ] || { echo "FAULT: only $flips rows where it flips"; faults=1; }
echo "$rows rows, $flips where it flips"
exit $faults
