#!/usr/bin/env bash
# Every link of the pages leads somewhere, to a heading that is there too; the same in the HTML of `make docs`.
set -u
cd "$(dirname "$0")/../.." || exit 2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
faults=0
complain() { echo "FAULT: $*"; faults=$((faults + 1)); }

cat >"$tmp/links.py" <<'END'
import html.parser, os, re, sys
bad = links = 0

def headings(path):
    names, text = {}, re.sub(r"(?ms)^ *```.*?^ *```", "", open(path, encoding="utf-8").read())
    for h in re.findall(r"(?m)^#{1,6} (.*?)#*$", text):
        h = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", h.strip())
        s = re.sub(r"[^\w\- ]", "", h.replace("`", "").lower()).replace(" ", "-")
        names[s] = names.get(s, 0) + 1
    return {n if i == 0 else f"{n}-{i}" for n, k in names.items() for i in range(k)}

class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.ids, self.links = set(), []
        self.feed(open(path, encoding="utf-8").read())
    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        self.ids.add(a.get("id"))
        if a.get("href") or a.get("src"):
            self.links.append(a.get("href") or a.get("src"))

def links_of(path):
    if path.endswith(".html"):
        return Page(path).links
    text = re.sub(r"(?ms)^ *```.*?^ *```", "", open(path, encoding="utf-8").read())
    return re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", text))

def names_of(path):
    return Page(path).ids if path.endswith(".html") else headings(path)

for path in sys.argv[1:]:
    for link in links_of(path):
        if re.match(r"[a-z]+:", link):
            continue
        links += 1
        file, _, name = link.partition("#")
        to = os.path.normpath(os.path.join(os.path.dirname(path), file)) if file else path
        if not os.path.exists(to):
            print(f"{path}: {link}: there is no such file"); bad += 1
        elif name and to.endswith((".md", ".html")) and name not in names_of(to):
            print(f"{path}: {link}: there is no such heading"); bad += 1
print(len(sys.argv) - 1, "pages,", links, "links")
sys.exit(bad > 0 or links < 20)
END
mapfile -t pages < <(ls README.md CHANGES.md; find docs bench -name '*.md')
python3 "$tmp/links.py" "${pages[@]}" || complain 'links of the pages'

if command -v cmark-gfm >/dev/null; then
    docs/html.sh "$tmp/html" || complain 'docs/html.sh'
    mapfile -t pages < <(find "$tmp/html" -name '*.html')
    python3 "$tmp/links.py" "${pages[@]}" || complain 'links of the HTML'
    grep -q '<table>' "$tmp/html/README.html" || complain 'no tables in the HTML'
else
    docs/html.sh "$tmp/html" 2>"$tmp/err" && complain 'no cmark-gfm, and docs/html.sh is content'
    grep -q 'cmark-gfm is needed' "$tmp/err" || complain 'it is not said what is needed'
fi

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
