# ---- one measure by the levels of a dimension ----

set lmargin at screen across(level_room)
set rmargin at screen across(width - 40)
set tmargin at screen down(98)
set bmargin at screen down(height - (canvas - legend_top) - 66)

set xrange [x_low:x_top]
set yrange [n_levels + 0.5:0.5]
set xtics out ()
set for [i = 1:|x_tick|] xtics add (x_tick_name[i] x_tick[i])
unset ytics
unset grid
if (format ne "txt") { set grid xtics linecolor rgb "#e4e4e4" linewidth 1 linetype 1 }
set label 1 what noenhanced at screen across(14),down(80) textcolor rgb grey
set label 3 x_title at screen across((level_room + width - 40) / 2),down(height - (canvas - legend_top) - 26) \
    center textcolor rgb grey
do for [i = 1:n_levels] {
    set label 500 + i Level[i] noenhanced at graph 0,first i offset char -1,0 right textcolor rgb "#303030"
}
# Between one level and the next.
do for [i = 1:n_levels - 1] {
    set arrow 400 + i from graph 0,first i + 0.5 to graph 1,first i + 0.5 nohead linecolor rgb "#eeeeee" back
}
# Plans one below the other, so that their intervals do not hide each other.
apart = n_plans < 4 ? 0.22 : 0.7 / (n_plans - 1)
aside(i) = apart * (i - 1 - (n_plans - 1) / 2.0)
do for [i = 1:n_plans] {
    Legend_y[i] = Legend_y[i] + height - canvas
    @legend_entry
}
plot for [i = 1:n_plans] data index i - 1 using 3:($1 + aside(i)):($4 - $3):(0) with vectors nohead \
        linewidth 1.5 linecolor rgb Colour[i], \
    for [i = 1:n_plans] data index i - 1 using 2:($1 + aside(i)) with points linecolor rgb Colour[i] \
        pointtype shape(i) pointsize 0.9 * dot
