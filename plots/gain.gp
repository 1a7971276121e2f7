# ---- what each plan gains on the first ----

set lmargin at screen across(name_room)
set rmargin at screen across(width - 40)
set tmargin at screen down(118)
set bmargin at screen down(height - 56)

set xrange [x_low:x_top]
set yrange [n_plans - 0.5:0.5]
set xtics out ()
set for [i = 1:|x_tick|] xtics add (x_tick_name[i] x_tick[i])
unset ytics
unset grid
if (format ne "txt") { set grid xtics linecolor rgb "#e4e4e4" linewidth 1 linetype 1 }
set border 1 linecolor rgb "#909090"
set label 3 "percentage points more than under " . Label[1] noenhanced \
    at screen across((name_room + width - 40) / 2),down(height - 16) center textcolor rgb grey
do for [i = 2:n_plans] {
    set label 500 + i Label[i] noenhanced at graph 0,first i - 1 offset char -1,0 right textcolor rgb Colour[i]
}
set arrow 1 from first 0,graph 0 to first 0,graph 1 nohead linecolor rgb "#606060" linewidth 1.5
# The key: filled for those referred, hollow for the same children.
set label 10 "" at screen across(22),down(74) point pointtype 7 pointsize 1.1 * dot linecolor rgb "#303030"
set label 11 "of those referred, seen within 18 weeks" at screen across(34),down(74) textcolor rgb "#303030"
set label 12 "" at screen across(22),down(94) point pointtype 6 pointsize 1.1 * dot linecolor rgb "#303030"
set label 13 "of the same children under every plan, seen or consulted about within 18 weeks" \
    at screen across(34),down(94) textcolor rgb "#303030"
plot for [i = 2:n_plans] data index 0 every ::i - 2::i - 2 using 3:($1 - 0.14):($4 - $3):(0) with vectors nohead \
        linewidth 2 linecolor rgb Colour[i], \
    for [i = 2:n_plans] data index 0 every ::i - 2::i - 2 using 2:($1 - 0.14) with points linecolor rgb Colour[i] \
        pointtype 7 pointsize 1.1 * dot, \
    for [i = 2:n_plans] data index 1 every ::i - 2::i - 2 using 3:($1 + 0.14):($4 - $3):(0) with vectors nohead \
        linewidth 2 linecolor rgb Colour[i], \
    for [i = 2:n_plans] data index 1 every ::i - 2::i - 2 using 2:($1 + 0.14) with points linecolor rgb "white" \
        pointtype 7 pointsize 1.1 * dot, \
    for [i = 2:n_plans] data index 1 every ::i - 2::i - 2 using 2:($1 + 0.14) with points linecolor rgb Colour[i] \
        pointtype 6 pointsize 1.1 * dot linewidth 2
