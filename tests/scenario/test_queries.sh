#!/usr/bin/env bash
# Every query of docs/queries.md runs on the file that the page makes, from top to bottom, and gives rows where it should; its Python
# and R too, where those are. Every table of a results file is in docs/results.md.
set -u
cd "$(dirname "$0")/../.." || exit 2
top=$PWD
weir=$(realpath "${WEIR:-./weir}")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
ln -s "$weir" weir
ln -s "$top/scenarios" scenarios
faults=0
complain() { echo "FAULT: $*"; faults=$((faults + 1)); }
command -v python3 >/dev/null || { echo 'python3 is not there to run the queries'; exit 1; }

# Fenced blocks of the page, a file each, in order: 01.sh, 02.sql, ...
mkdir block
awk '/^```/ { if (inside) inside = 0; else { inside = 1; file = sprintf("block/%02d.%s", ++n, substr($0, 4)) } next }
    inside { print >file }' "$top/docs/queries.md"

cat >sql.py <<'END'
import sqlite3, sys
db = sqlite3.connect("file:out/town.db?mode=ro", uri=True)
rows = 0
for query in open(sys.argv[1]).read().split(";"):
    if query.strip():
        rows += len(db.execute(query).fetchall())
print(rows)
END

queries=0
for file in block/*; do
    case $file in
    *.sh) bash -e "$file" >said 2>err || complain "$(cat "$file"): $(cat err)" ;;
    *.sql)
        queries=$((queries + 1))
        rows=$(python3 sql.py "$file" 2>err) || complain "$(cat "$file"): $(tail -1 err)"
        case $(cat "$file") in # two come back empty: a ledger that balances, and a care system without a series
        *'HAVING sum(debit_pence) <>'* | *'FROM series'*) [ "$rows" = 0 ] ;;
        *) [ "${rows:-0}" -ge 1 ] ;;
        esac || complain "$rows rows: $(cat "$file")" ;;
    *.python)
        python3 "$file" >said 2>err || complain "$(cat "$file"): $(tail -1 err)"
        [ "$(wc -l <said)" -ge 8 ] || complain "too few lines: $(cat "$file")" ;;
    *.r)
        command -v Rscript >/dev/null || continue
        ! grep -q RSQLite "$file" || Rscript -e 'library(RSQLite)' >/dev/null 2>&1 || continue
        Rscript "$file" >said 2>err || complain "$(cat "$file"): $(tail -1 err)" ;;
    *) complain "$file: a block of another kind" ;;
    esac
done
[ "$queries" -ge 12 ] || complain "only $queries queries were found"

# The tables.
"$weir" sweep scenarios/tutorial.lua -n 2 --reps 1 --set years=0.3 --out sweep --quiet >/dev/null 2>err || complain "weir sweep: $(cat err)"
for db in out/town.db sweep.db; do
    python3 - "$db" >tables <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for name, in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall():
    for column in db.execute(f"PRAGMA table_info({name})").fetchall():
        print(name, column[1])
END
    [ "$(wc -l <tables)" -ge 50 ] || complain "$db: too few columns"
    while read -r table column; do
        [ "$table" = tidy ] || sed -n "/^| \`$table\`/,/^| \`/p" "$top/docs/results.md" | grep -q . ||
            complain "$db: table $table is not in docs/results.md"
        grep -qF "\`$column\`" "$top/docs/results.md" || complain "$db: column $table.$column is not in docs/results.md"
    done <tables
done

echo "$queries queries"
[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
