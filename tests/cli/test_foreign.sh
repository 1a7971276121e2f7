#!/usr/bin/env bash
# Files from elsewhere: scenarios and CSV with Windows line ends, a byte order mark, UTF-8 and UTF-16, of 100 MB; results that are cut
# short anywhere, damaged, of another program or of a newer Weir. The right result, or a clear message and exit code; never a crash.
. "$(dirname "$0")/begin.sh"
cp "$town" plain.lua
exits 0 "$weir" check plain.lua --format csv; sed 's/plain\.lua/FILE/g' out.txt >plain.csv

alike() { # a scenario that comes to the same as the plain one
    exits 0 "$weir" check "$1" --format csv
    sed "s/$1/FILE/g" out.txt | cmp -s - plain.csv || complain "$1 comes to other numbers"
}
sed 's/$/\r/' plain.lua >crlf.lua; alike crlf.lua
{ printf '\357\273\277'; cat plain.lua; } >bom.lua; alike bom.lua
{ printf '\357\273\277'; cat crlf.lua; } >both.lua; alike both.lua
tr -d '\n' <plain.lua >one_line.lua # its comments swallow the rest
exits 3 "$weir" check one_line.lua
sed 's/years = 2,/years = 2, yaers = 3,/' crlf.lua >wrong.lua
exits 3 "$weir" check wrong.lua; says err "wrong.lua:11: scenario: unknown field 'yaers'"
grep -q "$(printf '\r')" err && complain 'a carriage return in a message'

# UTF-8 in titles, comments and file names; names of scenarios and plans are plain letters, which is said.
sed -e 's/A small town/Caffè Ŵy 中 town/' -e 's/"An example/"Ênghraifft/' plain.lua >'Ynys Môn.lua'
exits 0 "$weir" run 'Ynys Môn.lua' --reps 1 --set years=0.2 --out 'canlyniadau/Ynys Môn' --quiet
says out.txt 'Caffè Ŵy 中 town'; says out.txt 'Results: canlyniadau/Ynys Môn.db'
exits 0 "$weir" export 'canlyniadau/Ynys Môn.db' --kpi waiting --out ŵ.csv
sed 's/name = "cluster"/name = "clwstwr-ŷ"/' plain.lua >name.lua
exits 3 "$weir" check name.lua; says err "name.lua:36: plan 3: 'name' must be a name of letters, digits, _ and -"
printf '\377\376' >utf16.lua; sed 's/./&\x00/g' plain.lua >>utf16.lua
exits 3 "$weir" check utf16.lua; says err 'utf16.lua: cannot be read: it is UTF-16: save it as UTF-8'
printf 'return scenario { name = "x\377", years = 1 }\n' >latin.lua
exits 3 "$weir" check latin.lua

# Long files: refused at once when too long, read when long.
head -c 100000000 /dev/zero | tr '\0' ' ' >big.lua
exits 3 timeout 20 "$weir" check big.lua; says err 'big.lua: cannot be read: the file is longer than 16 MiB'
exits 3 timeout 20 "$weir" run big.lua --reps 1
{ cat plain.lua; head -c 12000000 /dev/zero | tr '\0' '\n'; } >long.lua; alike long.lua
{ echo 'local t = {'; yes '1,' | head -n 3000000; echo '}'; cat plain.lua; } >table.lua
exits 0 timeout 60 "$weir" check table.lua
rm big.lua long.lua table.lua

# Lists of arrivals.
cp "$root/scenarios/cookbook/arrival_list.lua" list.lua
cp "$root/scenarios/cookbook/arrivals.csv" arrivals.csv
exits 0 "$weir" run list.lua --reps 1 --format csv --out list --quiet; cp out.txt list.csv
sed 's/$/\r/' "$root/scenarios/cookbook/arrivals.csv" | { printf '\357\273\277'; cat; } >arrivals.csv
exits 0 "$weir" run list.lua --reps 1 --format csv --out list --force --quiet
cmp -s out.txt list.csv || complain 'a list of Excel gives other results'
sed -e '1s/$/,ysgol/' -e '2,$s/$/,"Ysgol ŵ, ""Môn"""/' "$root/scenarios/cookbook/arrivals.csv" >arrivals.csv
exits 0 "$weir" run list.lua --reps 1 --format csv --out list --force --quiet
cmp -s out.txt list.csv || complain 'a column with UTF-8 changes the results'
printf 'date,class\n2025-09-0' >arrivals.csv
exits 3 "$weir" check list.lua; says err "arrivals.csv:2:"
printf 'date,class\n2025-09-08,"new' >arrivals.csv
exits 3 "$weir" check list.lua; says err 'line 2 has a quote that is not closed'
printf '\377\376d\000a\000' >arrivals.csv
exits 3 "$weir" check list.lua; says err "list.lua:10: 'arrivals.csv' cannot be read: it is UTF-16: save it as UTF-8"

# Results.
exits 0 "$weir" compare plain.lua --reps 2 --set years=0.2 --out good.db --quiet
size=$(stat -c %s good.db)
refuses() { # file, what is said
    for command in "export $1 --kpi waiting --out never.csv" "plot $1 list" "export $1 --format xlsx --out never.xlsx"; do
        # shellcheck disable=SC2086 # words
        exits 1 timeout 20 "$weir" $command; says err "$2"
        [ ! -s out.txt ] || complain "$command: something on stdout"
    done
    [ -z "$(find . -name 'never*' -o -name '*.gp')" ] || complain "$1: something was written"
}
for bytes in 0 1 50 99 100 4096 $((size / 2)) $((size - 1)); do
    head -c "$bytes" good.db >cut.db
    refuses cut.db cut.db:
done
byte() { # offset, octal: changed in a copy of the results
    cp good.db changed.db
    # shellcheck disable=SC2059 # the byte
    printf "\\$2" | dd of=changed.db bs=1 seek="$1" conv=notrunc status=none
}
byte 63 011; refuses changed.db 'was written by a newer weir (schema 9; this one reads'
byte 68 0; refuses changed.db 'is not a results file of weir'
head -c 100000 /dev/urandom >noise.db; refuses noise.db 'is not a results file of weir'
printf 'SQLite format 3\0' >short.db; refuses short.db 'is not a results file of weir'
echo 'offer,kpi' >table.csv; refuses table.csv 'is not a results file of weir'
mkdir folder; refuses folder folder
if command -v sqlite3 >/dev/null; then
    sqlite3 other.db 'CREATE TABLE town (name)'; refuses other.db 'is not a results file of weir'
    for table in estimate cell kpi manifest; do
        cp good.db less.db
        sqlite3 less.db "DROP VIEW tidy; DROP TABLE $table"
        timeout 20 "$weir" export less.db --out never.csv >out.txt 2>err
        code=$?
        [ $code = 1 ] && grep -q 'less.db: ' err || complain "without table $table: exit code $code"
    done
fi
# Bytes changed anywhere: an answer or a message, in time.
for i in $(seq 40); do
    byte $((size * i / 41)) 377
    timeout 20 "$weir" export changed.db --kpi waiting >out.txt 2>err
    code=$?
    [ $code = 0 ] || { [ $code = 1 ] && grep -q 'changed.db' err; } || complain "a byte changed at $((size * i / 41)): exit code $code"
done

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
