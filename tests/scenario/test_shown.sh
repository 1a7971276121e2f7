#!/usr/bin/env bash
# What README.md and docs/tutorial.md show is what their commands print. A block marked "text" belongs to the block of commands ("sh")
# before it. Its paragraphs are whole paragraphs of that output, in order; "..." stands for any that are left out between two. Seeds are
# fixed, so all of it is exact. Commands of which something is shown run in order, in one folder for each page.
#   tests/scenario/test_shown.sh --write    writes the blocks anew; the prose beside them is then to be read again
set -u
cd "$(dirname "$0")/../.." || exit 2
top=$PWD
weir=$(realpath "${WEIR:-./weir}")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
blocks=0
faults=0

complain() {
    echo "FAULT: $1"
    cat "$2"
    faults=$((faults + 1))
}

# The block $1 made anew from the output $2: each paragraph is replaced by the one that is most like it, numbers apart, after the last.
renewed() {
    awk '
        function alike(a, b,    i) {
            a = substr(a, 1, 400); b = substr(b, 1, 400)
            gsub(/[0-9][0-9.,]*/, "#", a); gsub(/[0-9][0-9.,]*/, "#", b)
            for (i = 1; i <= length(a) && substr(a, i, 1) == substr(b, i, 1); i++) ;
            return i - 1
        }
        BEGIN { RS = "" }
        { gsub(/[ \t]+\n/, "\n"); sub(/[ \t]+$/, "") }
        FNR == NR { printed[++n] = $0; until = n; next }
        $0 == "..." { print (blocks++ ? "\n" : "") "..."; until = n; next }
        {
            best = 0
            for (i = last + 1; i <= until; i++)
                if (alike(printed[i], $0) > best) { best = alike(printed[i], $0); last_best = i }
            if (best < 10) exit 1
            print (blocks++ ? "\n" : "") printed[last_best]
            last = last_best; until = last + 1
        }' "$2" "$1"
}

# One page, to $tmp/page; its commands in a folder of their own.
walk() {
    local page=$1 place=$tmp/${1//\//_} kind='' line
    mkdir "$place"
    ln -s "$weir" "$place/weir"
    ln -s "$top/scenarios" "$place/scenarios"
    : >"$tmp/page"
    while IFS= read -r line; do
        case $kind:$line in
        ':```sh') kind=sh; : >"$tmp/commands" ;;
        ':```text') kind=text; : >"$tmp/block" ;;
        ':```'*) kind=other ;;
        'sh:```')
            kind=''
            rm -f "$tmp/printed" ;;
        'text:```')
            kind=''
            blocks=$((blocks + 1))
            [ -e "$tmp/printed" ] || (cd "$place" && bash "$tmp/commands") >"$tmp/printed" 2>&1 </dev/null
            renewed "$tmp/block" "$tmp/printed" >"$tmp/new" || {
                complain "$page: the paragraph after these is not printed" "$tmp/new" >&2
                cp "$tmp/block" "$tmp/new"
            }
            cat "$tmp/new" >>"$tmp/page"
            diff "$tmp/block" "$tmp/new" >"$tmp/diff" || complain "$page shows (<) what is not printed (>)" "$tmp/diff" ;;
        *':```') kind='' ;;
        sh:*) printf '%s\n' "$line" >>"$tmp/commands" ;;
        text:*) printf '%s\n' "$line" >>"$tmp/block" ;;
        esac
        [[ $kind == text && $line != '```text' ]] || printf '%s\n' "$line" >>"$tmp/page"
    done <"$page"
}

for page in README.md docs/tutorial.md; do
    walk "$page"
    [ "${1:-}" != --write ] || cp "$tmp/page" "$page"
done
[ "$blocks" -ge 6 ] || { echo "FAULT: only $blocks blocks are shown"; faults=$((faults + 1)); }
echo "$blocks blocks"
[ "${1:-}" = --write ] || [ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
