# ---- the list by how long they have waited ----

columns = n_plans == 4 ? 2 : n_plans > 3 ? 3 : n_plans
rows = (n_plans + columns - 1) / columns
left = 70
panel_width = (width - left - 10) / columns
panel_height = (height - 98 - 30) / rows
set xrange [x_low:x_top]
set yrange [y_low:y_top]
array Band[5] = ["#deebf7", "#9ecae1", "#4292c6", "#08519c", "#d55e00"]
array Words[5] = ["up to 4 weeks", "4 to 18", "18 to 52", "52 to 104", "over 104 weeks"]
array At[5] = [120, 240, 320, 404, 494]
set label 9003 "Have waited" at screen across(14),down(76) textcolor rgb grey
do for [k = 1:5] {
    set object 100 + k rectangle from screen across(At[k] - 18),down(82) to screen across(At[k] - 6),down(70) \
        fillcolor rgb Band[k] fillstyle solid 1 border linecolor rgb "#909090"
    set label 9010 + k Words[k] at screen across(At[k]),down(76) textcolor rgb "#303030"
}
set style fill solid 1 noborder
set multiplot
do for [i = 1:n_plans] {
    column_at = (i - 1) % columns
    row_at = (i - 1) / columns
    set lmargin at screen across(left + column_at * panel_width)
    set rmargin at screen across(left + (column_at + 1) * panel_width - 24)
    set tmargin at screen down(98 + row_at * panel_height + 22)
    set bmargin at screen down(98 + (row_at + 1) * panel_height - 24)
    set label 1 Label[i] noenhanced at graph 0,1 offset 0,char 0.7 textcolor rgb Colour[i]
    set ytics out ()
    if (column_at == 0) { set for [k = 1:|y_tick|] ytics add (y_tick_name[k] y_tick[k]) }
    if (column_at != 0) { set for [k = 1:|y_tick|] ytics add ("" y_tick[k]) }
    plot data index i - 1 using 1:6 with filledcurves y1=0 fillcolor rgb Band[5], \
        data index i - 1 using 1:5 with filledcurves y1=0 fillcolor rgb Band[4], \
        data index i - 1 using 1:4 with filledcurves y1=0 fillcolor rgb Band[3], \
        data index i - 1 using 1:3 with filledcurves y1=0 fillcolor rgb Band[2], \
        data index i - 1 using 1:2 with filledcurves y1=0 fillcolor rgb Band[1]
    unset label
    unset object
}
unset multiplot
