#!/usr/bin/env bash
# A scenario of areas at the command: what check, run, compare, export and --trace say of them, what is refused, and the same bytes
# for any --jobs and for an area alone.
. "$(dirname "$0")/begin.sh"

cat >two.lua <<'END'
local camhs <const> = require "lib.camhs"
local function town(requests, core)
  return camhs.area {
    requests = assumption(per_year(requests), "example"), wte_triage = assumption(wte(0.5), "example"),
    wte_urgent = assumption(wte(1.8), "example"), wte_brief = assumption(wte(2.4), "example"),
    wte_core = assumption(wte(core), "example"), wte_neuro = assumption(wte(1.9), "example"),
    waiting_core = assumption(count(100), "example"), caseload = assumption(count(490), "example"),
  }
end
return scenario {
  name = "two",
  schools = { primary = count(20), secondary = count(4), special = count(1) },
  money = { base_per_year = pounds(1150000) },
  areas = {
    { name = "north", area = town(1300, 5.9), money = { extra_per_year = pounds(60000) } },
    { name = "south", schools = { primary = count(40) }, area = town(2500, 4), money = { extra_per_year = pounds(90000) } },
  },
  plans = { { name = "none", offer = "none" }, { name = "cluster", offer = "cluster" } },
  build = camhs.build,
}
END
ln -s "$root/scenarios/lib" lib

# ---- what is said ----

exits 0 "$weir" check two.lua
says out.txt '2 areas, each with 3 sources, '
says out.txt 'areas.north.area.requests '
says out.txt 'areas.south.schools.primary '
grep -q 'areas.south.area.wte_brief' out.txt && complain 'check repeats what an area has in common with the first'
[ "$(awk '$1 == "south" { print $3; exit }' out.txt)" = 45.0 ] || complain 'check: schools of south'
[ "$(awk '$1 == "all" { print $5; exit }' out.txt)" = 150,000 ] || complain 'check: extra money of all'
[ ! -s err ] || complain 'check warns'

exits 0 "$weir" compare two.lua --reps 2 --jobs 1 --out one.db
says out.txt 'Overloaded areas, and the worst of them, for each pool'
says out.txt 'south:core: load'
exits 0 "$weir" compare two.lua --reps 2 --jobs 2 --out both.db
for file in one both; do
    "$weir" export $file.db --out $file.csv >out.txt 2>err || complain "export $file"
done
cmp -s one.csv both.csv || complain 'results depend on --jobs'

exits 0 "$weir" run two.lua --trace 2
says err 'the first of 2 areas: north'
[ "$(awk 'NR > 1 { print $4 }' out.txt | sort -un | tr '\n' ' ')" = '1 2 ' ] || complain '--trace follows others than the first two'

# ---- an area alone, and the sum ----

sed '/name = "south"/d' two.lua >north.lua
"$weir" compare north.lua --reps 2 --out north.db >out.txt 2>err || complain 'north alone'
"$weir" export north.db --group all --out north.csv >out.txt 2>err || complain 'export north'
# kpi, period, estimate of all of north alone; of area=north of both
awk -F, '$4 == "all" && $3 != "equity_ratio" && $5 !~ /-/ { print $2, $3, $5, $6 }' north.csv | sort >alone
awk -F, '$4 == "area=north" && $3 != "equity_ratio" { print $2, $3, $5, $6 }' one.csv | sort >within
[ "$(wc -l <within)" -gt 300 ] || complain 'few cells of area=north'
cmp -s alone within || { complain 'north alone is not north beside south'; diff alone within | head -5; }
# referrals of all = north + south
awk -F, '$2 == "none" && $3 == "referrals" && $5 == "all" { v[$4] = $6 }
    END { exit !(v["all"] > 1000 && v["all"] == v["area=north"] + v["area=south"]) }' one.csv || complain 'areas do not add up'

# ---- what is refused ----

refused() { # exit code 3, text, sed script
    sed "$2" two.lua >bad.lua
    exits 3 "$weir" check bad.lua
    says err "$1"
}
refused "bad.lua:14: scenario: 'areas' is empty" '/name = "north"/d; /name = "south"/d'
refused "bad.lua:16: area 2: 'name' is missing" 's/name = "south", //'
refused 'bad.lua:16: area "north": the name is used twice' 's/"south"/"north"/'
refused "bad.lua:16: area \"south\": unknown field 'scools' (did you mean 'schools'?)" 's/"south", schools/"south", scools/'
refused "bad.lua:15: area \"north\": money: 'extra_per_year' must be 0 or more" 's/pounds(60000)/pounds(-6)/'
refused "bad.lua:15: area \"north\": unknown field 'years'" 's/name = "north",/name = "north", years = 3,/'
refused 'area "south": area: 1 per year requests are fewer than these schools send on' 's/town(2500/town(1/'

override() { # text, key=value
    exits 3 "$weir" check two.lua --set "$2"
    says err "$1"
}
override "there is no 'nort' in areas (did you mean 'north'?)" areas.nort.area.wte_core=2
override "there is no 'wte_coer' in areas.north.area (did you mean 'wte_core'?)" areas.north.area.wte_coer=2
override "there is no 'choise' in stages (did you mean 'choice'?)" stages.choise.dna=0.2
override "areas have their own 'money.extra_per_year': set areas.north.money.extra_per_year" money.extra_per_year=5
override 'area "north": schools: ' areas.north.schools.primary=-3
exits 0 "$weir" check two.lua --set areas.north.money.extra_per_year=70000
[ "$(awk '$1 == "all" { print $5; exit }' out.txt)" = 160,000 ] || complain '--set of one area'

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
