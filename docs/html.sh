#!/usr/bin/env bash
# The pages as HTML: docs/html.sh FOLDER, from the top of the tree. Needs cmark-gfm (Debian: cmark-gfm).
set -eu
to=$1
command -v cmark-gfm >/dev/null || {
    echo 'docs/html.sh: cmark-gfm is needed to make HTML of the pages (Debian: apt-get install cmark-gfm)' >&2
    exit 1
}

# Headings get the names that links use (as on GitHub: small letters, spaces to dashes, other signs dropped); links lead to .html.
finish() {
    awk '
        function slug(text) {
            gsub(/<[^>]*>/, "", text)
            gsub(/&[a-z]+;/, "", text)
            text = tolower(text)
            gsub(/[^a-z0-9 _\200-\377-]/, "", text)
            gsub(/ /, "-", text)
            return used[text]++ ? text "-" (used[text] - 1) : text
        }
        match($0, /^<h[1-6]>/) {
            level = substr($0, 3, 1)
            sub(/^<h[1-6]>/, "<h" level " id=\"" slug($0) "\">")
        }
        { gsub(/<table>/, "<div class=\"table\"><table>"); gsub(/<\/table>/, "</table></div>"); print }' |
        sed -E 's/href="([^":#]*)\.md(#[^"]*)?"/href="\1.html\2"/g'
}

page() { # file, path back to the top
    local title
    title=$(sed -n 's/^# //p;/^# /q' "$1")
    cat <<END
<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title:-Weir}</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 52rem; margin: 0 auto; padding: 1rem; }
pre, code { font: 0.9em/1.4 ui-monospace, monospace; }
pre { overflow-x: auto; padding: 0.7rem; background: rgb(128 128 128 / 0.12); }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9em; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.6rem; border-bottom: 1px solid rgb(128 128 128 / 0.4); }
img { max-width: 100%; height: auto; background: #fff; }
</style>
</head>
<body>
<nav><a href="${2}README.html">Weir</a></nav>
<main>
END
    cmark-gfm -e table -e autolink "$1" | finish
    printf '</main>\n</body>\n</html>\n'
}

for file in README.md CHANGES.md LICENSE $(find docs -name '*.md' | sort); do
    mkdir -p "$to/$(dirname "$file")"
    if [ "${file%.md}" = "$file" ]; then
        cp "$file" "$to/$file"
        continue
    fi
    page "$file" "$(dirname "$file" | sed -E 's,^\.$,,; s,[^/]+,..,g; s,(.)$,\1/,')" >"$to/${file%.md}.html"
done
mkdir -p "$to/docs"
cp -r docs/img "$to/docs/"
# what the pages link to besides pages
for folder in scenarios bench models; do
    find $folder -name '*.lua' -o -name '*.csv' -o -name '*.md' -o -name '*.h' -o -name 'offer_*.c' |
        while IFS= read -r file; do install -D -m 644 "$file" "$to/$file"; done
done
for file in bench/*.md; do
    [ ! -e "$file" ] || page "$file" ../ >"$to/${file%.md}.html"
done
