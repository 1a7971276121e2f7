#!/usr/bin/env bash
# The report in a real browser (Chromium, without a window): at 360 and 1440 pixels nothing is wider than the page, no word on the
# console, text stands out from its ground in light and in dark (WCAG 2.1, 1.4.3), landmarks and headings are there, every region
# that scrolls can be reached by the keyboard, and every drawing has a name. Skipped, and said so, where there is no browser.
#   tests/browser/check_report.sh [REPORT...]     default: reports of a comparison and of a network are made
set -u
pages=()
for page; do
    pages+=("$(realpath -e "$page")") || exit 2
done
cd "$(dirname "$0")/../.." || exit 2
weir=$(realpath "${WEIR:-./weir}")
browser=
for name in chromium chromium-browser google-chrome; do
    [ -n "$browser" ] || browser=$(command -v "$name")
done
[ -n "$browser" ] || { echo 'no Chromium here: the report is not looked at in a browser (Debian: chromium)'; exit 0; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
faults=0

# Runs in the page, once it is there; what it finds ends in the element "found".
cat >"$tmp/look.js" <<'JS'
const found = [];
const fault = text => found.push(text);
const name = e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + (e.className && e.className.baseVal === undefined ? '.' + e.className : '');
const width = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth > width) fault('the page is ' + document.documentElement.scrollWidth + ' wide in ' + width);
for (const e of document.querySelectorAll('body *')) {
    const box = e.getBoundingClientRect();
    if (box.width > 0 && box.right > width + 1 && !e.closest('.scroll, pre, .skip')) fault(name(e) + ' ends at ' + box.right);
}
const rgb = text => (text.match(/[\d.]+/g) || []).map(Number);
const light = c => { const f = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; return 0.2126 * f(c[0]) + 0.7152 * f(c[1]) + 0.0722 * f(c[2]); };
const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] > 0) return c; }
    return rgb(getComputedStyle(document.documentElement).backgroundColor).slice(0, 3).concat().length && matchMedia('(prefers-color-scheme: dark)').matches ? [0, 0, 0] : [255, 255, 255]; };
let least = 99, texts = 0;
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || e.closest('svg, script') || !e.getClientRects().length) continue;
    const style = getComputedStyle(e), a = light(rgb(style.color)), b = light(ground(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    texts++;
    least = Math.min(least, ratio);
    if (ratio < (large ? 3 : 4.5)) fault(name(e) + ' has contrast ' + ratio.toFixed(2) + ': ' + walk.currentNode.data.trim().slice(0, 40));
}
for (const e of document.querySelectorAll('svg text')) {
    const owner = e.closest('g[fill]') || e, a = light(rgb(getComputedStyle(owner).fill)), ratio = 1.05 / (a + 0.05);
    if (ratio < 1.9) fault('a word in a drawing is too pale: ' + e.textContent.slice(0, 40));
}
for (const mark of ['header', 'nav[aria-label]', 'main', 'footer', 'h1']) {
    if (document.querySelectorAll('body > ' + mark + ', header > h1').length < 1 || document.querySelectorAll(mark).length !== 1) fault('not one ' + mark);
}
for (const e of document.querySelectorAll('.scroll, pre')) {
    if (e.scrollWidth > e.clientWidth + 1 && e.tabIndex < 0) fault(name(e) + ' scrolls and cannot be reached by keyboard');
    if (e.matches('.scroll') && !e.getAttribute('aria-label')) fault(name(e) + ' has no name');
}
for (const e of document.querySelectorAll('section')) if (!document.getElementById(e.getAttribute('aria-labelledby'))) fault(name(e) + ' has no name');
for (const e of document.querySelectorAll('svg')) if (!e.querySelector(':scope > title') || e.getAttribute('role') !== 'img') fault('a drawing has no name');
for (const e of document.querySelectorAll('a[href^="#"]')) if (!document.getElementById(e.hash.slice(1))) fault('a link leads nowhere: ' + e.hash);
for (const e of document.querySelectorAll('a, summary')) { const box = e.getBoundingClientRect(); if (e.offsetParent && box.height > 0 && box.height < 16) fault(name(e) + ' is ' + box.height + ' high'); }
if (performance.getEntriesByType('resource').length) fault('it asked for ' + performance.getEntriesByType('resource')[0].name);
if (texts < 100) fault('only ' + texts + ' texts');
parent.postMessage('BEGIN ' + found.length + ' faults, least contrast ' + least.toFixed(2) + ', width ' + width + '\n' + found.slice(0, 20).join('\n') + '\nEND', '*');
JS

# In a frame of that width, since a window of the browser has a least width.
browse() { # width, scheme, page
    cat >"$tmp/frame.html" <<HTML
<!DOCTYPE html><html><head><meta name="color-scheme" content="light dark"/></head><body style="margin: 0"><script>
addEventListener("message", event => { const say = document.createElement("pre"); say.textContent = event.data; document.body.append(say); });
</script><iframe src="file://$3" style="border: 0; width: $1px; height: 900px; color-scheme: light dark"></iframe></body></html>
HTML
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update \
        --disable-sync --no-first-run --user-data-dir="$tmp/profile" --hide-scrollbars --window-size="1500,900" \
        --blink-settings=preferredColorScheme="$2" --enable-logging=stderr --v=0 --virtual-time-budget=5000 --dump-dom "file://$tmp/frame.html" \
        >"$tmp/dom" 2>"$tmp/log"
}

look() { # page
    local page=$1 width scheme
    { sed '/<\/body>/,$d' "$page"; echo '<script>'; cat "$tmp/look.js"; echo '</script></body></html>'; } >"$tmp/page.html"
    for width in 360 1440; do
        for scheme in 0 1; do # dark, light
            browse $width $scheme "$tmp/page.html"
            sed -n '/BEGIN /,/^END/p' "$tmp/dom" >"$tmp/found"
            printf '%s, %s pixels, %s: %s\n' "$(basename "$page")" $width "$([ $scheme = 0 ] && echo dark || echo light)" \
                "$(sed -n 's/.*BEGIN //p' "$tmp/found")"
            if ! grep -q 'BEGIN 0 faults' "$tmp/found"; then
                cat "$tmp/found"
                [ -s "$tmp/found" ] || tail -5 "$tmp/log"
                faults=1
            fi
            grep -q "width $width" "$tmp/found" || { echo "the page was not $width wide"; faults=1; }
            ! grep 'CONSOLE' "$tmp/log" || faults=1
        done
    done
}

if [ ${#pages[@]} = 0 ]; then
    "$weir" compare scenarios/tutorial.lua --reps 10 --out "$tmp/town" --quiet >/dev/null && "$weir" report "$tmp/town.db" >/dev/null &&
        "$weir" run scenarios/cookbook/jackson.lua --reps 5 --set years=2 --out "$tmp/net" --quiet >/dev/null &&
        "$weir" report "$tmp/net.db" >/dev/null || { echo 'no reports to look at'; exit 1; }
    pages=("$tmp/town-report.html" "$tmp/net-report.html")
fi
for page in "${pages[@]}"; do
    look "$page"
done
exit $faults
