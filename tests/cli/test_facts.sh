#!/usr/bin/env bash
# Facts: what a run prints of them and keeps, what is left out and why, and a group or a period that there is not.
. "$(dirname "$0")/begin.sh"

cp -r "$root/scenarios/lib" lib

scenario() { # file, facts
    { sed '/^  build = /,$d' "$town"; printf '  facts = {\n%s\n  },\n  build = camhs.build,\n}\n' "$2"; } >"$1"
}

request='{ name = "Requests", kpi = "requests", period = "y1", value = sourced(1300, "log, 2024"), low = 975, high = 1625 },'
scenario facts.lua "    $request
    { name = \"Far\", kpi = \"waiting\", period = \"y1\", value = sourced(10, \"log\"), low = 9, high = 11 },
    { name = \"Close\", kpi = \"requests\", period = \"y1\", value = sourced(1300, \"log\"), low = 1299, high = 1301 },
    { name = \"Change\", kpi = \"consultations\", plan = \"cluster\", versus = \"none\", as = \"ratio\", period = \"y1\",
      value = sourced(1.5, \"log\"), low = 1 },
    { name = \"Fifths\", kpi = \"requests\", group = \"quintile=1\", versus_group = \"quintile=5\", as = \"ratio\", period = \"y1\",
      value = sourced(1.5, \"log\"), low = 0.5, high = 2.5 },
    { name = \"Whole\", kpi = \"requests\", value = sourced(2600, \"log\"), high = 4000 },"

# What check shows, with the command that runs them.
exits 0 "$weir" check facts.lua
says out.txt 'To compare them with results: weir compare facts.lua --plans none,cluster --reps 20'
grep -q '^Fifths .* quintile=1 / quintile=5 .* 1.50  *0.50 to 2.50' out.txt || complain 'check does not list the pair of groups'
grep -q '^Whole .* at most 4,000' out.txt || complain 'check does not list a fact with one bound'

# Verdicts.
exits 0 "$weir" compare facts.lua --plans none,cluster --reps 5 --out a
grep -q '^Requests  *none  *1,300  *975 to 1,625 .*  inside$' out.txt || complain 'a fact is not told as inside'
grep -q '^Far  .* OUTSIDE$' out.txt || complain 'a fact is not told as outside'
grep -q '^Close  .* not sure (needs [0-9]*)$' out.txt || complain 'a fact is not told as not sure'
grep -q '^Change  *cluster / none  .* inside$' out.txt || complain 'a pair of plans is not told'
says out.txt '4 of 6 facts inside, 1 outside, 1 not sure.'
[ "$(grep -c 'left out' out.txt)" = 0 ] || complain 'facts are left out though all were run'

# The ratio of means of the pair is that of the two estimates.
"$weir" export a.db --table facts >facts.csv || complain 'export --table facts'
[ "$(wc -l <facts.csv)" = 7 ] || complain "export --table facts gives $(wc -l <facts.csv) lines"
ratio=$("$weir" export a.db --kpi requests --group quintile=1,quintile=5 --period y1 --plans none |
    awk -F, 'NR > 1 { v[$4] = $6 } END { printf "%.12g", v["quintile=1"] / v["quintile=5"] }')
awk -F, -v want="$ratio" '$2 == "Fifths" { found = $15 / want - 1; exit } END { exit !(found < 1e-9 && found > -1e-9) }' facts.csv ||
    complain "the ratio of the fifths is not $ratio"
exits 0 "$weir" export a.db --table facts --format json
python3 -c 'import json; f = json.load(open("out.txt"))["rows"]; assert len(f) == 6 and f[5]["accept_low"] is None' 2>err ||
    complain 'the facts are no JSON'
exits 2 "$weir" export a.db --table fact
says err "--table: 'fact' is not estimates, facts, ledger"
exits 2 "$weir" export a.db --table facts --kpi waiting
says err '--table facts gives all of them'

# Left out: another plan; the whole run of another length; another scale. Nothing is said when there are none.
exits 0 "$weir" run facts.lua --reps 2 --out b
says out.txt "1 of the scenario's 6 facts is left out"
exits 0 "$weir" run facts.lua --reps 2 --set years=1 --out c
says out.txt "2 of the scenario's 6 facts are left out"
exits 0 "$weir" run facts.lua --reps 2 --set scale=0.5 --out d
says out.txt "6 of the scenario's 6 facts are left out"
exits 0 "$weir" run facts.lua --reps 2 --warmup 60 --out e
says out.txt "5 of the scenario's 6 facts are left out"
exits 0 "$weir" run "$town" --reps 2 --out f
[ "$(grep -ci 'facts' out.txt)" = 0 ] || complain 'a scenario without facts is told of facts'

# A group or a period that there is not, or that the measure is not kept for; all in one pass, by run and by check.
scenario wrong.lua "    { name = \"A\", kpi = \"requests\", group = \"quintil=1\", value = sourced(5, \"log\"), low = 1 },
    { name = \"B\", kpi = \"requests\", period = \"y3\", value = sourced(5, \"log\"), low = 1 },
    { name = \"C\", kpi = \"requests\", group = \"quintile=1\", period = \"2025-10\", value = sourced(5, \"log\"), low = 1 },
    { name = \"D\", kpi = \"requests\", period = \"2027-28\", value = sourced(5, \"log\"), low = 1 },"
line=$(grep -n 'name = "A"' wrong.lua | cut -d: -f1)
for command in check run; do
    exits 3 "$weir" "$command" wrong.lua
    says err "wrong.lua:$line: fact \"A\": there is no group under plan \"none\" called \"quintil=1\" (did you mean \"quintile=1\"?)"
    says err "wrong.lua:$((line + 1)): fact \"B\": there is no period \"y3\" (did you mean \"y1\"?)"
    says err "wrong.lua:$((line + 2)): fact \"C\": 'requests' is not kept for group \"quintile=1\" and period \"2025-10\""
    says err "wrong.lua:$((line + 3)): fact \"D\": "
done

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
