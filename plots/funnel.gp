# ---- from concern to treatment ----

columns = n_plans > 4 ? 4 : n_plans
rows = (n_plans + columns - 1) / columns
left = 175
panel_width = (width - left - 10) / columns
panel_height = (height - 78 - 34) / rows
# Few plans get less high panels: bars need not be fat.
if (panel_height > 380) { panel_height = 380 }

set border 0
unset grid
set xrange [0:x_most * (columns > 2 ? 1.42 : 1.15)]
set yrange [n_steps + 0.6:0.4]
unset xtics
set ytics scale 0
set style fill solid 0.85 noborder
mark = n_plans > 1 ? "The mark | is what " . Label[1] . " gives. " : ""
set label 9003 mark . "Referrals and what follows: those that come from schools." noenhanced \
    at screen across(14),down(78 + rows * panel_height + 18) textcolor rgb grey
most(a, b) = a > b ? a : b
set multiplot
do for [i = 1:n_plans] {
    column_at = (i - 1) % columns
    row_at = (i - 1) / columns
    set lmargin at screen across(left + column_at * panel_width)
    set rmargin at screen across(left + (column_at + 1) * panel_width - 10)
    set tmargin at screen down(78 + row_at * panel_height + 22)
    set bmargin at screen down(78 + (row_at + 1) * panel_height - 6)
    set label 1 Label[i] noenhanced at graph 0,1 offset 0,char 0.7 textcolor rgb Colour[i]
    set ytics ()
    if (column_at == 0) { set for [s = 1:n_steps] ytics add (Step[s] s) }
    if (column_at != 0) { set for [s = 1:n_steps] ytics add ("" s) }
    plot data index i - 1 using (0):1:(0):2:($1 - 0.36):($1 + 0.36) with boxxyerror fillcolor rgb Colour[i], \
        data index i - 1 using 3:1:($4 - $3):(0) with vectors nohead linewidth 2 linecolor rgb "#303030", \
        data index i - 1 using (i > 1 ? $5 : NaN):($1 - 0.46):(0):(0.92) with vectors nohead linecolor rgb "white" \
            linewidth 3.5, \
        data index i - 1 using (i > 1 ? $5 : NaN):($1 - 0.46):(0):(0.92) with vectors nohead linecolor rgb "#202020" \
            linewidth 1.2, \
        data index i - 1 using (most($4, most($2, i > 1 ? $5 : 0))):1:(thousands($2)) with labels left offset char 0.6,0
    unset label 9001
    unset label 9002
    unset label 9003
}
unset multiplot
