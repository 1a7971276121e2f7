#!/usr/bin/env bash
# The ledger as a table: each plan, month and line adds up to the penny, and agrees with the estimates of a run of one replication.
. "$(dirname "$0")/begin.sh"

cp -r "$root/scenarios/lib" lib
cp "$root/scenarios/bradford.lua" .

exits 0 "$weir" run bradford.lua --reps 1 --set years=2 --out a
exits 0 "$weir" export a.db --table ledger
cp out.txt ledger.csv
[ "$(head -1 ledger.csv)" = plan,month,line,lot,funder,account,debit_pounds,credit_pounds ] || complain 'the head of the table'
[ "$(grep -c '^lots,' ledger.csv)" -gt 500 ] || complain 'the ledger is short'
awk -F, 'NR > 1 { d = $7; c = $8; gsub(/\./, "", d); gsub(/\./, "", c); sum[$1 "," $2 "," $3] += d - c; n++ }
    END { for (k in sum) if (sum[k] != 0) { print k, sum[k]; bad = 1 } exit bad || n == 0 }' ledger.csv >sums ||
    complain "months do not balance: $(head -3 sums)"

# What the funders gave, and what was spent on management, is what the estimates say.
gave=$(awk -F, '$6 == "funder" && $3 == "one" { s += $8 - $7 } END { printf "%.2f", s }' ledger.csv)
[ "$gave" = 550000.00 ] || complain "lot one was given $gave in two years, not 550000.00"
managed=$(awk -F, '$6 == "spending_management" && $3 == "one" { s += $7 } END { printf "%.2f", s }' ledger.csv)
stated=$("$weir" export a.db --kpi management_pounds --group line=one --period all | awk -F, 'NR == 2 { printf "%.2f", $6 }')
[ "$managed" = "$stated" ] || complain "management of lot one: $managed in the ledger, $stated in the estimates"

exits 0 "$weir" export a.db --table ledger --format json --out ledger.json
[ "$(grep -c '"debit_pounds":' ledger.json)" = "$(grep -c '^lots,' ledger.csv)" ] || complain 'JSON has other rows than CSV'
exits 2 "$weir" export a.db --table ledger --period month
says err '--table ledger gives all of them'
exits 2 "$weir" export a.db --table ledgers
says err "'ledgers' is not estimates, facts, ledger"

# A plain network has no money.
exits 0 "$weir" run "$root/scenarios/cookbook/vacations.lua" --reps 1 --out b
exits 0 "$weir" export b.db --table ledger
[ "$(wc -l <out.txt)" = 1 ] || complain 'a plain network has a ledger'

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
