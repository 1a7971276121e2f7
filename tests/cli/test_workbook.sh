#!/usr/bin/env bash
# The workbook: a zip of XML that is well formed, whose sheets hold the numbers of the CSV to 15 digits, texts that need escaping
# and UTF-8 included; with charts; the same bytes for the same results; opened by LibreOffice where that is.
. "$(dirname "$0")/begin.sh"

command -v python3 >/dev/null || { echo 'python3 is not there to read the workbook'; exit 1; }
sed -e 's/title = "A small/title = "Ynys Môn \& <b>, =1+1: a small/' -e 's/name = "none"/name = "heddiw"/' "$town" >my.lua
exits 0 "$weir" compare my.lua --reps 3 --plans heddiw,cluster --out a.db --quiet
exits 0 "$weir" export a.db --format xlsx --out a.xlsx
exits 1 "$weir" export a.db --format xlsx --out a.xlsx; says err 'exists already'
exits 0 "$weir" export a.db --format xlsx --out b.xlsx --force
cmp -s a.xlsx b.xlsx || complain 'the same results give another workbook'
exits 2 "$weir" export a.db --format xlsx; says err 'needs a name'
exits 2 "$weir" export a.db --format xlsx --out c.xlsx --table facts; says err 'holds all tables'
exits 2 "$weir" export a.db --format xlsx --out c.xlsx --kpi waitin; says err "did you mean 'waiting'?"
[ ! -e c.xlsx ] || complain 'a workbook in spite of an error'
[ -z "$(find . -name '*partial*')" ] || complain 'a temporary file is left'
for table in facts ledger; do "$weir" export a.db --table $table --out $table.csv; done
"$weir" export a.db --period all --out estimates.csv
"$weir" export a.db --kpi waiting,contacts --group quintile --out chosen.csv
exits 0 "$weir" export a.db --format xlsx --out chosen.xlsx --kpi waiting,contacts --group quintile

cat >read.py <<'END'
import csv, re, sys, zipfile
import xml.etree.ElementTree as ET
M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

def workbook(path):
    z = zipfile.ZipFile(path)
    assert z.testzip() is None
    part = {n: ET.fromstring(z.read(n)) for n in z.namelist() if n.endswith((".xml", ".rels"))}  # all are well formed
    strings = ["".join(t.text or "" for t in s.iter(M + "t")) for s in part["xl/sharedStrings.xml"]]
    sheets = {}
    for i, s in enumerate(part["xl/workbook.xml"].iter(M + "sheet"), 1):
        rows = []
        for r in part[f"xl/worksheets/sheet{i}.xml"].iter(M + "row"):
            cells = {}
            for c in r.iter(M + "c"):
                assert c.find(M + "f") is None, "a formula"
                column = re.match("[A-Z]+", c.get("r")).group()
                value = c.find(M + "v").text
                cells[column] = strings[int(value)] if c.get("t") == "s" else float(value)
            rows.append([cells.get(chr(65 + k), "") for k in range(12)])
        sheets[s.get("name")] = rows
    return sheets, part

def same(rows, path):
    lines = list(csv.reader(open(path, encoding="utf-8")))
    assert len(rows) == len(lines) > 1, (path, len(rows), len(lines))
    for row, line in zip(rows, lines):
        for cell, field in zip(row, line):
            assert (abs(cell - float(field)) <= 1e-14 * abs(cell) if isinstance(cell, float) else cell == field), (path, row, line)

sheets, part = workbook("a.xlsx")
assert list(sheets) == ["Summary", "Waiting by month", "Estimates", "Years", "Months", "Ledger", "Parameters", "Measures", "Run"], list(sheets)
same(sheets["Estimates"], "estimates.csv")
same(sheets["Ledger"], "ledger.csv")
assert sheets["Summary"][0][0].startswith("Ynys Môn & <b>, =1+1: a small"), sheets["Summary"][0]
rows = {(r[4], r[2], r[3], r[1]): r for r in sheets["Estimates"]}
summary = [r for r in sheets["Summary"] if r[0] == "cohort_seen_18w"]
assert [r[1] for r in summary] == ["heddiw", "cluster"], summary
e = {r[1]: r for r in sheets["Estimates"] if r[2:5] == ["cohort_seen_18w", "all", "all"]}
assert summary[1][2:5] == e["cluster"][5:8] and summary[1][5:8] == e["cluster-heddiw"][5:8], (summary, e)
assert sheets["Waiting by month"][0][1:3] == ["heddiw", "cluster"] and len(sheets["Waiting by month"]) == 25
charts = [n for n in part if n.startswith("xl/charts/chart")]
assert len(charts) == 5, charts
parameter = {r[0]: r for r in sheets["Parameters"]}
assert parameter["area.wte_core"][2] == 5.9 and parameter["area.wte_core"][7] == "E", parameter["area.wte_core"]
assert any("Public Health Scotland" in r[8] for r in sheets["Parameters"])
same(workbook("chosen.xlsx")[0]["Estimates"], "chosen.csv")
END
python3 read.py 2>err || complain 'the workbook is not right'

# A network has its own measures, and no list.
exits 0 "$weir" run "$root/scenarios/cookbook/jackson.lua" --reps 2 --set years=2 --out n.db --quiet
exits 0 "$weir" export n.db --format xlsx --out n.xlsx
python3 - 2>err <<'END' || complain 'the workbook of a network is not right'
import zipfile
names = zipfile.ZipFile("n.xlsx").read("xl/workbook.xml").decode()
assert 'name="Summary"' in names and 'name="Waiting by month"' not in names, names
END

# A sweep has tables of its own.
exits 0 "$weir" sweep "$town" -n 2 --reps 1 --set years=0.3 --out s.db --quiet
exits 0 "$weir" export s.db --out records.csv
exits 0 "$weir" export s.db --format xlsx --out s.xlsx
sed '/^sheets, part/,$d' read.py >sweep.py
cat >>sweep.py <<'END'
sheets, part = workbook("s.xlsx")
assert "Records" in sheets and "Candidates" not in sheets, list(sheets)
assert len(sheets["Records"]) == len(open("records.csv").readlines()), len(sheets["Records"])
END
sed -i 's/range(12)/range(26)/; s/column = re.match.*/column = re.match("[A-Z]+", c.get("r")).group()[-1]/' sweep.py
python3 sweep.py 2>err || complain 'the workbook of a sweep is not right'

if command -v soffice >/dev/null; then
    HOME=$tmp timeout 120 soffice --headless --convert-to 'csv:Text - txt - csv (StarCalc):44,34,76' --outdir converted a.xlsx >/dev/null 2>err || complain 'LibreOffice does not open it'
    says converted/a.csv 'Ynys Môn & <b>, =1+1'
    says converted/a.csv cohort_seen_18w
fi

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
