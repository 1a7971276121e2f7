#!/usr/bin/env bash
# weir plot: every figure and format, the kept script, what is not overwritten, wrong names, other results, no gnuplot.
set -u
weir=$(realpath "${WEIR:-./weir}")
maker=$(realpath "${BUILD:-build}")/tests/unit/test_plot
root=$(mktemp -d) || exit 1
trap 'rm -rf "$root"' EXIT
cd "$root" || exit 1
failures=0

fault() {
    echo "$*"
    cat "$root/err" 2>/dev/null
    failures=1
}

expect() { # exit status, words of stderr ("" = nothing is said), arguments of weir plot...
    local status=$1 words=$2 got
    shift 2
    "$weir" plot "$@" >"$root/out" 2>"$root/err"
    got=$?
    [ "$got" = "$status" ] || fault "weir plot $*: exit status $got, not $status"
    if [ -n "$words" ]; then
        grep -qF -- "$words" "$root/err" || fault "weir plot $*: not said: $words"
    elif [ -s "$root/err" ]; then
        fault "weir plot $*: said something"
    fi
}

begins() { # file, its first bytes
    [ "$(head -c ${#2} "$1" 2>/dev/null)" = "$2" ] || fault "$1 does not begin with $2"
}

for case in 0 1 2 3; do
    "$maker" results "case$case.db" "$case" || { echo "no results to plot: $maker makes them"; exit 1; }
done

# The default name and format, a named one, and the name that is printed.
for figure in list waits funnel frontier equity; do
    expect 0 '' case0.db $figure
    [ "$(cat out)" = "case0-$figure.svg" ] || fault "the name of the figure is not printed: $(cat out)"
    begins "case0-$figure.svg" '<?xml'
    grep -q "Universal tiers" "case0-$figure.svg" || fault "$figure does not name a plan"
    expect 0 '' case0.db $figure --format png
    begins "case0-$figure.png" $'\x89PNG'
    expect 0 '' case0.db $figure --out "deep/er/$figure.pdf" --plans none,tiered
    begins "deep/er/$figure.pdf" '%PDF'
    grep -q traded "deep/er/$figure.gp" && fault "$figure shows a plan that was not asked for"
    expect 0 '' case1.db $figure
    expect 0 '' case3.db $figure
    grep -qF '_c ^d @e %s |&lt;&amp;' "case3-$figure.svg" || fault "$figure changes a hostile title"
    grep -qF 'back\slash_^@&amp;&lt;' "case3-$figure.svg" || fault "$figure changes a hostile name"
    expect 1 "the figure '$figure' shows the measure" case2.db $figure
done

# What each plan gains, single futures, coverage, replications, and what changes a list.
for figure in gain cover bands flow "fan --kpi waiting" "converge --kpi cohort_seen_18w" "waterfall --plans none,tiered"; do
    for format in svg png pdf; do
        # shellcheck disable=SC2086
        "$weir" plot case0.db $figure --out "more.$format" --force >out 2>err || fault "$figure as $format"
    done
done
expect 1 "there is one" case0.db gain --plans none
expect 1 "there is one only" case0.db waterfall --plans none
expect 2 "needs --kpi" case0.db fan

# In the terminal: words, and no file.
ls >before
expect 0 '' case0.db list --terminal
grep -q 'Waiting for a first contact' out || fault 'nothing is drawn in the terminal'
grep -qE '[^ -~]| $' out && fault 'the terminal is sent more than letters'
ls >after
[ "$(grep -vx 'before\|after' after)" = "$(grep -vx 'before\|after' before)" ] || fault 'a figure in the terminal leaves a file'
expect 2 'writes no file' case0.db list --terminal --out x.svg

# Welch's plot is of a series.
for format in svg png pdf; do
    expect 0 '' case0.db welch --out "welch.$format"
done
grep -q 'settled after' welch.svg || fault 'the plot does not say when it has settled'
expect 0 '' case3.db welch
grep -qF 'back\slash_^@&amp;&lt;' case3-welch.svg || fault 'welch changes a hostile name'
expect 1 "the figure 'welch' shows a series" case2.db welch

# One measure over time and by group; facts.
for format in svg png pdf; do
    expect 0 '' case0.db trend --kpi waiting --out "trend.$format"
    expect 0 '' case0.db groups --kpi cohort_seen_18w --by quintile --plans none,tiered --out "groups.$format"
    expect 0 '' case0.db facts --out "facts.$format"
done
grep -q 'Universal tiers' trend.svg || fault 'trend does not name a plan'
grep -q 'most deprived' groups.svg || fault 'groups does not name a level'
grep -q 'traded' groups.dat && fault 'groups shows a plan that was not asked for'
grep -q '49 of 50 inside' facts.svg || fault 'facts does not count'
expect 0 '' case3.db facts
grep -qF 'touch hacked' case3-facts.svg || fault 'facts changes a hostile name'
expect 0 '' case3.db groups --kpi cohort_seen_18w --by pool
expect 0 '' case3.db trend --kpi cohort_seen_18w
expect 2 "the figure 'trend' needs --kpi" case0.db trend
expect 2 "the figure 'groups' needs --by" case0.db groups --kpi waiting
expect 2 "did you mean 'waiting'" case0.db trend --kpi waitin
expect 2 "--group: the results have no 'quintile=9' (did you mean 'quintile=1'?)" case0.db trend --kpi waiting --group quintile=9
expect 2 "no dimension 'quintiles' (they have source, quintile, pool)" case0.db groups --kpi waiting --by quintiles
expect 2 "the figure 'list' takes no --kpi" case0.db list --kpi waiting --force
expect 1 "of which these results hold none" case2.db facts
[ -e hacked ] && fault 'a name was run as a command'
[ -z "$(find . -name '*partial*')" ] || fault 'a temporary file is left'
[ -e case2-list.gp ] && fault 'a script was written for a figure that cannot be made'

# The kept script makes the same figure, from any folder; the numbers are in the data file.
cp case0-list.svg before.svg
(cd / && gnuplot "$root/case0-list.gp") >err 2>&1 || fault 'the kept script does not run'
cmp -s before.svg case0-list.svg || fault 'the kept script makes another figure'
[ "$(grep -c '^2' case0-list.dat)" = 960 ] || fault 'the numbers of 8 plans in 120 months are not in the data file'

# What is there stays there.
cp case0-list.svg before.svg
expect 1 'case0-list.svg: exists already' case0.db list
cmp -s before.svg case0-list.svg || fault 'a figure was overwritten'
echo '# mine' >>case0-list.gp
rm case0-list.png
expect 1 'case0-list.gp: exists already' case0.db list --format png
[ -e case0-list.png ] && fault 'a figure was made without its script'
expect 0 '' case0.db list --force
grep -q mine case0-list.gp && fault '--force did not overwrite'

# Wrong names.
expect 2 "did you mean 'frontier'" case0.db frontiers
expect 2 'there is no figure' case0.db x
expect 2 "no plan 'tired'" case0.db list --plans none,tired --force
expect 2 'is not svg, png or pdf' case0.db list --format gif
expect 2 'do not agree' case0.db list --format png --out a.svg
expect 2 'end its name in' case0.db list --out a.txt
expect 2 'is missing' case0.db
expect 1 'nothing.db' nothing.db list
expect 1 'is not a results file' before.svg list
expect 1 'before.svg/a.svg: Not a directory' case0.db list --out before.svg/a.svg

# Without gnuplot the script and the numbers are kept, and gnuplot makes the figure later.
mkdir bare
PATH=$root/bare "$weir" plot case0.db equity --out later.svg >out 2>err
[ $? = 1 ] || fault 'without gnuplot the exit status is not 1'
for word in later.gp later.dat gnuplot-nox; do
    grep -q "$word" err || fault "without gnuplot it does not say $word"
done
[ -e later.svg ] && fault 'a figure without gnuplot'
gnuplot later.gp >err 2>&1 && begins later.svg '<?xml'

# A gnuplot that fails leaves no figure and is quoted.
printf '#!/bin/sh\necho "no such luck" >&2\nexit 1\n' >bare/gnuplot
chmod +x bare/gnuplot
PATH=$root/bare "$weir" plot case0.db equity --out failed.svg >out 2>err
[ $? = 1 ] || fault 'when gnuplot fails the exit status is not 1'
grep -q 'no such luck' err || fault 'what gnuplot said is not shown'
[ -z "$(find . -name 'failed.svg*')" ] || fault 'a figure of a gnuplot that failed'

exit "$failures"
