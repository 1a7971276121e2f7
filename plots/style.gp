# ---- what all figures share ----

# `gnuplot DIRECTORY/FILE.gp` finds the numbers beside the script and puts the figure there.
where = "./"
if (exists("ARG0")) { if (strlen(ARG0) > strlen(stem) + 3) { where = ARG0[1:strlen(ARG0) - strlen(stem) - 3] } }
data = where . stem . ".dat"
if (!exists("format")) { format = "svg" }
if (!exists("target")) { target = where . stem . "." . format }

if (!exists("height")) { height = 560 }
width = 900
set encoding utf8
set decimalsign "."
has(name) = strstrt(GPVAL_TERMINALS, " " . name . " ") > 0
# svg counts text in pixels and draws points larger; the others count in points of 1/72 inch.
big = format eq "svg" ? 22 : 16.5
dot = format eq "svg" ? 0.55 : 1.0
if (format eq "svg") { set terminal svg size width,height dynamic enhanced background "white" font "Arial,13" }
if (format eq "png" && has("pngcairo")) {
    set terminal pngcairo size width,height enhanced background "white" font "Arial,9.75"
}
if (format eq "png" && !has("pngcairo")) {
    set terminal png size width,height enhanced background "#ffffff" font "arial,10"
}
if (format eq "pdf") {
    set terminal pdfcairo size width/96.0,height/96.0 enhanced background "white" font "Arial,9.75"
}
# Letters on a terminal.
if (format eq "txt") { set terminal dumb size 110,36 enhanced mono }
set output target

# Pixels from the left and from the top.
across(x) = x / (1.0 * width)
down(y) = 1 - y / (1.0 * height)

thousands(x) = _thousands(floor(x + 0.5))
_thousands(n) = n < 1000 ? sprintf("%d", n) : _thousands(n / 1000) . sprintf(",%03d", n % 1000)
# For ticks, whose labels are formats.
percent(x) = sprintf("%.0f%%%%", 100 * x)

# Shapes tell plans apart without colour; the hollow one is one less.
array Shape[6] = [7, 5, 9, 13, 11, 15]
shape(i) = Shape[(i - 1) % 6 + 1]

grey = "#606060"
set datafile separator tab
set datafile missing "NaN"
set border 3 linecolor rgb "#909090"
set tics nomirror scale 0.5 textcolor rgb "#303030"
if (format ne "txt") { set grid ytics linecolor rgb "#e4e4e4" linewidth 1 linetype 1 }
set key off
set style fill transparent solid 0.15 noborder
set label 9001 "{/:Bold=" . sprintf("%g", big) . " " . title . "}" at screen across(14),down(24)
set label 9002 subtitle noenhanced at screen across(14),down(46) textcolor rgb grey

# Entry i of the legend, where the script above has put it.
legend_entry = "set label 200 + i '' at screen across(Legend_x[i] + 10),down(Legend_y[i]) \
point pointtype shape(i) pointsize 0.9 * dot linecolor rgb Colour[i]; \
set label 300 + i Label[i] noenhanced at screen across(Legend_x[i] + 22),down(Legend_y[i])"
