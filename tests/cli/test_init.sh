#!/usr/bin/env bash
# weir init writes a scenario that passes weir check and runs, whatever of the six is answered and wherever; it overwrites nothing.
# weir diff names what differs, and only that.
. "$(dirname "$0")/begin.sh"

good() { # name: it passes weir check without a warning, and runs
    exits 0 "$weir" check "$1.lua"
    [ ! -s err ] || complain "$1.lua: weir check warns"
}

exits 0 "$weir" init first --population 60000 --quiet; says out.txt first.lua; [ ! -s err ] || complain 'a note in spite of --quiet'
good first
exits 0 "$weir" compare first.lua --reps 1 --set years=1 --out first.db --quiet
says out.txt 'Of those referred'
awk 'length > 150 { exit 1 }' first.lua || complain 'lines of the file are too long to read'
[ "$(grep -c '^ *--' first.lua)" -ge 15 ] || complain 'the file has few comments'
grep -q answered first.lua || complain 'the answer is not called one'

# Every answer arrives where it belongs.
exits 0 "$weir" init all --population 60,000 --schools 95 --requests 5.2k --staff 48 --spend £4.5m --extra 150k
exits 0 "$weir" check all.lua --format csv
value() { # path: its number
    awk -F'","|",|,"' -v path="\"$1" '$1 == path { print $3; exit }' out.txt
}
near() { # path, number: within 1e-9 of it
    awk -v got="$(value "$1")" -v want="$2" 'BEGIN { exit !(got != "" && (got - want)^2 <= (1e-9 * want)^2) }' ||
        complain "$1 is $(value "$1"), not $2"
}
near population.children 60000
near area.requests 5200
near money.base_per_year 4500000
near money.extra_per_year 150000
near pools.core.units 22.32
awk -F'","|",|,"' '$1 ~ /^"schools\.(primary|secondary|special)$/ { n += $3 } END { exit !(n > 94.99 && n < 95.01) }' out.txt ||
    complain 'the schools are not 95'

# Small and large areas, and odd names.
for population in 3000 20000 1200000; do
    exits 0 "$weir" init "area$population" --population $population
    good "area$population"
done
exits 0 "$weir" init 'folder/Ynys Môn' --population 13000; good 'folder/Ynys Môn'
says out.txt 'Ynys_M__n: Ynys Môn'
exits 0 "$weir" compare 'folder/Ynys Môn.lua' --reps 1 --set years=0.5 --quiet
exits 0 "$weir" init 'a"b\c' --population 13000; good 'a"b\c'

# What cannot be is refused, and nothing is left.
before=$(ls)
exits 1 "$weir" init first --population 60000; says err 'exists already'
cmp -s first.lua <("$weir" init first --population 60000 --dry-run --force 2>/dev/null) || complain '--dry-run prints another file'
exits 2 "$weir" init other </dev/null; says err '--population is missing'
exits 2 "$weir" init other --population many; says err "'many' is not a number such as"
exits 2 "$weir" init other --population 5; says err '--population: 5 is outside 100'
exits 2 "$weir" init other --population 60000 --staff=-3
exits 2 "$weir" init folder/ --population 60000; says err 'name a file'
exits 3 "$weir" init other --population 60000 --requests 300 --schools 200; says err 'are fewer than these schools send on'
exits 3 "$weir" init other --population 1000; says err 'needs 30 minutes but a day of pool "triage" has'
[ "$before" = "$(ls)" ] || complain 'something was written'
exits 0 "$weir" init first --population 70000 --force --quiet
grep -q 70000 first.lua || complain '--force does not overwrite'

# On a terminal it asks: a wrong answer again, an empty one is left to the evidence.
if command -v script >/dev/null; then
    printf 'many\n13,000\n\n1.2k\n\n50k\n' | timeout 30 script -qec "'$weir' init asked --staff 11" /dev/null >terminal.txt 2>&1 ||
        complain "on a terminal: $(cat terminal.txt)"
    says terminal.txt 'Children under 18 in the area'
    says terminal.txt "'many' is not a number such as"
    says terminal.txt 'Schools, all types together [about 23.6, from evidence]'
    grep -q 'Clinical staff' terminal.txt && complain 'what was given is asked'
    good asked
    exits 0 "$weir" check asked.lua --format csv
    near area.requests 1200
    near money.extra_per_year 50000
    near pools.core.units 5.115
    printf '13000\n' | timeout 30 script -qec "'$weir' init half" /dev/null >terminal.txt 2>&1
    printf '13000\n\004' | timeout 30 script -qec "'$weir' init half" /dev/null >terminal.txt 2>&1
    [ ! -e half.lua ] || complain 'half the answers make a file'
fi

# ---- diff ----
cp "$town" one.lua
sed -e 's/wte(5\.9)/wte(8)/' -e 's/"an example: today.s lists"/"counted on Monday"/' -e '/name = "traded"/d' one.lua >two.lua
exits 0 "$weir" diff one.lua one.lua; says out.txt 'No differences'
exits 0 "$weir" diff one.lua two.lua
says out.txt 'area.wte_core'; says out.txt '+35.6%'; says out.txt 'plans.traded.price'; says out.txt 'counted'
grep -q 'money.extra_per_year' out.txt && complain 'diff names what does not differ'
exits 0 "$weir" diff one.lua two.lua --format csv
[ "$(head -1 out.txt | tr ',' '\n' | wc -l)" = 12 ] || complain 'diff: not twelve columns'
grep -q '^area.wte_core,value,5.9,WTE,E,one.lua:21,' out.txt || complain "diff: $(grep wte_core out.txt)"
grep -q '^area.waiting_neuro,source,250,,E,' out.txt || complain 'diff: a source that differs is not named'
grep -q '^plans.traded.price,only_a,' out.txt || complain 'diff: what only one has is not named'
exits 0 "$weir" diff two.lua one.lua --format csv
grep -q '^plans.traded.price,only_b,' out.txt || complain 'diff: what only the other has is not named'
exits 0 "$weir" diff one.lua --set area.wte_core=8 --format csv
[ "$(cut -d, -f1 out.txt | tail -n +2 | paste -sd' ')" = 'area.wte_core pools.core.units' ] || complain "diff --set: $(cat out.txt)"
exits 2 "$weir" diff one.lua; says err 'say by --set'
exits 3 "$weir" diff one.lua absent.lua; says err 'absent.lua: cannot be read'
exits 2 "$weir" diff one.lua two.lua --format json

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
