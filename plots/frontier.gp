# ---- cost against waiting ----

set lmargin at screen across(70)
set rmargin at screen across(width - 20)
set tmargin at screen down(98)
set bmargin at screen down(height - 88)
set xrange [x_low:x_top]
set yrange [y_low:y_top]
set xtics out x_step
set ytics out ()
set for [i = int(ceil(y_low / y_step)):int(floor(y_top / y_step))] ytics add (percent(i * y_step) i * y_step)

y_title = "Share of those referred who are seen within 18 weeks"
if (y_low > 0) { y_title = y_title . "; the axis does not begin at zero" }
if (side_by_side) { y_title = y_title . "; plans of like cost stand side by side" }
note = "Filled: all public money" . (reps > 1 ? ", with 95% intervals. " : ". ")
if (schools_pay) { note = note . "Hollow: the commissioner's part. " }
note = note . "Grey line: no plan shown gives more for less."
set label 1 y_title at screen across(14),down(80) textcolor rgb grey
set label 2 note at screen across(14),down(height - 14) textcolor rgb grey
set label 3 x_title at screen across((70 + width - 20) / 2),down(height - 42) center textcolor rgb grey

do for [i = 1:n_plans] {
    if (Name_x[i] == Name_x[i]) {
        set label 100 + i Label[i] noenhanced at screen across(Name_x[i]),down(Name_y[i]) textcolor rgb Colour[i]
        if (Name_left_of[i]) { set label 100 + i right }
        if (Name_far[i]) {
            set arrow 100 + i from first Point_x[i],first Point_y[i] to screen across(Name_x[i]),down(Name_y[i]) \
                nohead linewidth 0.7 linecolor rgb Colour[i]
        }
    }
}
plot data index n_plans using 1:2 with steps linewidth 1.5 linecolor rgb "#c8c8c8", \
    for [i = 1:n_plans] data index i - 1 using ($7 == $1 ? $1 + $8 : $7):4:($7 == $1 ? 0 : $1 + $8 - $7):(0) \
        with vectors nohead linecolor rgb Colour[i] dashtype 3, \
    for [i = 1:n_plans] data index i - 1 using ($2 + $8):4:($3 - $2):(0) \
        with vectors nohead linewidth 1.5 linecolor rgb Colour[i], \
    for [i = 1:n_plans] data index i - 1 using ($1 + $8):5:(0):($6 - $5) \
        with vectors nohead linewidth 1.5 linecolor rgb Colour[i], \
    for [i = 1:n_plans] data index i - 1 using ($7 == $1 ? $1 + $8 : $7):4 \
        with points pointtype shape(i) - 1 pointsize 1.2 * dot linecolor rgb Colour[i], \
    for [i = 1:n_plans] data index i - 1 using ($1 + $8):4 \
        with points pointtype shape(i) pointsize 1.2 * dot linecolor rgb Colour[i]
