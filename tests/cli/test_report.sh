#!/usr/bin/env bash
# weir report: a file that needs nothing else, well-formed, with landmarks, a text and a table for every figure, small numbers left
# out, hostile names escaped; of a comparison, a network, results without intervals, and without gnuplot.
. "$(dirname "$0")/begin.sh"

# Tags that are not closed, or not in order; in the page every < begins a tag. An empty line says that all is well.
unbalanced() {
    sed '1d; /<style>/,/<\/style>/d' "$1" | awk '
        BEGIN { RS = "<" }
        NR == 1 { next }
        {
            end = index($0, ">")
            if (!end) { print "no end of: " $0; exit }
            tag = substr($0, 1, end - 1)
            if (index(substr($0, end + 1), ">")) { print "a stray > after: " tag; exit }
            name = tag; sub(/[ \t\n\/].*/, "", name)
            if (tag ~ /^\//) {
                name = substr(tag, 2)
                if (stack[n] != name) { print "closed " name " inside " stack[n]; exit }
                n--
            } else if (tag !~ /\/$/) stack[++n] = name
        }
        END { if (n) print "left open: " stack[n] }'
}

count() { # pattern, file
    grep -o -- "$1" "$2" | wc -l
}

# What is to be true of every report.
sound() { # file
    local page=$1 fault id
    fault=$(unbalanced "$page")
    [ -z "$fault" ] || complain "$page is not well-formed: $fault"
    for element in '<html lang="en-GB">' '<meta name="viewport"' '<title>' '<header>' '<nav aria-label=' '<main id="main">' '<footer>' \
        'href="#main"' '@media print' 'prefers-color-scheme: dark' 'id="answer"' 'id="stress"' 'id="signoff"' 'id="reproduce"'; do
        grep -qF "$element" "$page" || complain "$page lacks $element"
    done
    [ "$(count '<h1>' "$page")" = 1 ] || complain "$page has not one h1"
    ! grep -nE '(https?:)?//[a-z]|<script|<iframe|@import|src=|url\(["'"'"']?[a-z]|javascript:' "$page" ||
        complain "$page asks for something from outside, or runs something"
    # Each figure has a drawing with a name and a caption, and its section a table.
    [ "$(count '<svg ' "$page")" = "$(count 'role="img"' "$page")" ] || complain "$page: a drawing without a role"
    [ "$(count '<svg ' "$page")" = "$(grep -cE '<title id="f[0-9]+-title">[^<]{20,}</title>' "$page")" ] ||
        complain "$page: a figure without words in its place"
    [ "$(count '<figure>' "$page")" = "$(count '<figcaption>' "$page")" ] || complain "$page: a figure without a caption"
    awk '/<section/ { section = $0; figures = tables = 0 } /<figure>/ { figures++ } /<table>/ { tables++ }
        /<\/section>/ { if (figures && !tables) print section }' "$page" | grep . && complain "$page: a figure without its numbers"
    # Every table has a caption and heads with a scope; ids are there once, and what is pointed at is there.
    [ "$(count '<table>' "$page")" = "$(count '<caption>' "$page")" ] || complain "$page: a table without a caption"
    ! grep -qE '<th>' "$page" || complain "$page: a head without scope"
    [ -z "$(grep -oE " id=[\"'][^\"']*" "$page" | sort | uniq -d)" ] || complain "$page: an id twice"
    for id in $(grep -oE "(href=[\"']#|aria-labelledby=\")[^\"']*" "$page" | sed 's/.*["#'"'"']//' | sort -u); do
        grep -qE "id=[\"']$id[\"']" "$page" || complain "$page points at $id, which is not there"
    done
    [ -z "$(grep -oE '<h[1-6]' "$page" | awk '{ level = substr($0, 3); if (level > last + 1) print; last = level }')" ] ||
        complain "$page skips a level of headings"
    ! grep -qE '>(-?nan|inf|\(null\))[<% ]' "$page" || complain "$page shows a number that is none"
}

# ---- a comparison ----

exits 0 "$weir" compare "$town" --reps 3 --plans none,cluster,traded --out town --quiet
exits 0 "$weir" report town.db
[ "$(cat out.txt)" = town-report.html ] || complain "the name of the report is not printed: $(cat out.txt)"
sound town-report.html
[ "$(count '<figure>' town-report.html)" -ge 6 ] || complain "few figures: $(count '<figure>' town-report.html)"
for words in 'Which way of organising the school link gives the shortest waits?' 'percentage points' '95% intervals' \
    'are assumptions' 'short under' 'Erlang C' 'most deprived' 'Philox4x32-10' './weir\|weir compare' 'seed (1)'; do
    grep -q -- "$words" town-report.html || complain "the report does not say: $words"
done
# The same numbers as in the table.
seen=$("$weir" export town.db --plans cluster --kpi cohort_seen_18w --group all --period all | awk -F, 'NR == 2 { printf "%.1f%%", 100 * $6 }')
grep -qF "<td class=\"n\">$seen" town-report.html || complain "the share under cluster, $seen, is not in the report"
# All parameters.
n=$(count 'scope="row"><code>\|scope="row">[a-z_]*[.][a-z0-9_.]*<' town-report.html)
[ "$n" -ge 300 ] || complain "only $n parameters are in the report"

exits 1 "$weir" report town.db
says err 'exists already (--force overwrites it)'
exits 0 "$weir" report town.db --force --out again
cmp -s town-report.html again.html || complain 'the same results do not give the same report'

# ---- small numbers ----

whom() { # file
    sed -n '/<section id="whom"/,/<\/section>/p' "$1"
}
least=$("$weir" export town.db --plans none,cluster,traded --kpi referrals --group school_type=special --period all |
    awk -F, 'NR > 1 && $6 > 0 { if (!n++ || $6 < least) least = $6 } END { print int(least) + 1 }')
exits 0 "$weir" report town.db --suppress "$least" --out small
sound small.html
whom small.html >small.txt
special=$("$weir" export town.db --plans none --kpi referrals --group school_type=special --period all | awk -F, 'NR == 2 { printf "%.0f", $6 }')
sed -n '/By type of school/,/By presentation/p' town-report.html | grep -q '>suppressed<' && complain 'something is suppressed where all is large'
grep -q "groups are suppressed: a count is below $least" small.txt || complain 'it is not said what is suppressed'
# The whole and the other groups give away a group that is left out alone.
awk '/<caption>/ { table = $0; rows = 0 } /by type of school<\/caption>/ { seen = 1 }
    seen && /<tr>/ && table ~ /(Referrals|Seen).*by type of school/ && rows++ { n = gsub(/>suppressed</, ""); if (n != 2) print table ": " n }' small.txt |
    grep . && complain 'a suppressed group can be worked out from the others'
sed -n '/By type of school/,/By presentation/p' small.txt | grep -q "<td class=\"n\">$special" && complain "the suppressed count $special is shown"
exits 0 "$weir" report town.db --suppress 0 --out all
whom all.html | grep -q 'suppressed' && complain '--suppress 0 leaves something out'
exits 2 "$weir" report town.db --suppress few
says err "'few' is not a whole number"

# ---- other results ----

exits 0 "$weir" run "$root/scenarios/cookbook/jackson.lua" --reps 3 --set years=2 --out net --quiet
exits 0 "$weir" report net.db
sound net-report.html
says net-report.html 'mean wait'
says net-report.html 'id="stages"'
grep -q 'id="money"\|id="whom"' net-report.html && complain 'a network has sections of a care system'

exits 0 "$weir" run "$town" --reps 1 --set years=1 --out one --quiet
exits 0 "$weir" report one.db
sound one-report.html
says one-report.html 'With fewer than 5 replications'

exits 0 "$weir" compare "$root/scenarios/surrey_lots.lua" --reps 2 --set years=1 --out lots --quiet
exits 0 "$weir" report lots.db
sound lots-report.html
says lots-report.html 'By lot under'

# Names that would be HTML, if they could.
sed -e 's|"A small town with 25 schools"|[==[<script>alert("1")</script> \& ]]> <b>]==]|' -e 's|name = "cluster", offer|name = "cluster", title = "<i>\&amp; '"'"'x", offer|' \
    "$town" >hostile.lua
exits 0 "$weir" compare hostile.lua --reps 2 --set years=1 --plans none,cluster --out hostile --quiet
exits 0 "$weir" report hostile.db
sound hostile-report.html
says hostile-report.html '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; ]]&gt; &lt;b&gt;'

# ---- without gnuplot, and what is no results file ----

mkdir empty
exits 0 env PATH="$tmp/empty" "$weir" report town.db --out bare.html
sound bare.html
[ "$(count '<figure>' bare.html)" = 0 ] || complain 'figures without gnuplot'
exits 0 "$weir" sweep "$town" -n 2 --reps 2 --set years=1 --plans none,cluster --out swept --quiet
exits 1 "$weir" report swept.db
says err 'holds no estimates by plan (it is of a sweep'
echo 'not results' >wrong.db
exits 1 "$weir" report wrong.db
head -c 20000 town.db >cut.db
exits 1 "$weir" report cut.db
exits 1 "$weir" report absent.db
exits 2 "$weir" report
[ -z "$(ls -d /tmp/weir-?????? 2>/dev/null)" ] || complain 'a folder of figures is left in /tmp'

exit $((faults > 0))
