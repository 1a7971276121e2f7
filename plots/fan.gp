# ---- how far single futures lie apart ----

columns = n_plans == 4 ? 2 : n_plans > 3 ? 3 : n_plans
rows = (n_plans + columns - 1) / columns
left = 70
panel_width = (width - left - 10) / columns
panel_height = (height - 98 - 30) / rows
set xrange [x_low:x_top]
set yrange [y_low:y_top]
set label 9003 what noenhanced at screen across(14),down(66) textcolor rgb grey
set label 9004 "Line: the middle future. Dark: half of all futures. Light: nine in ten." at screen across(14),down(82) \
    textcolor rgb grey
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
    set style fill transparent solid 0.25 noborder
    plot data index i - 1 using 1:2:6 with filledcurves fillcolor rgb Colour[i], \
        data index i - 1 using 1:3:5 with filledcurves fillcolor rgb Colour[i], \
        data index i - 1 using 1:4 with lines linewidth 2 linecolor rgb Colour[i]
    unset label 9001
    unset label 9002
    unset label 9003
    unset label 9004
}
unset multiplot
