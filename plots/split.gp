# ---- splits of money: one objective against another ----

set lmargin at screen across(70)
set rmargin at screen across(width - 20)
set tmargin at screen down(98)
set bmargin at screen down(height - 88)
set xrange [x_low:x_top]
set yrange [y_low:y_top]
if (share_x) { set format x "%.1f%%" } else { set format x "%g" }
if (share_y) { set format y "%.1f%%" } else { set format y "%g" }
# Shares are shown as percentages: the axes count them so.
kx = share_x ? 100 : 1
ky = share_y ? 100 : 1
set xrange [kx * x_low:kx * x_top]
set yrange [ky * y_low:ky * y_top]
set xtics out
set ytics out

note = "Grey: tried. Line: no split that was tried is better in every objective" . (reps > 1 ? ", with 95% intervals" : "")
if (n_outside > 0) { note = note . sprintf(". %d tried lie outside", n_outside) }
set label 1 y_title noenhanced at screen across(14),down(80) textcolor rgb grey
set label 2 note . "." noenhanced at screen across(14),down(height - 14) textcolor rgb grey
set label 3 x_title noenhanced at screen across((70 + width - 20) / 2),down(height - 42) center textcolor rgb grey

do for [i = 1:n_named] {
    if (Name_x[i] == Name_x[i]) {
        set label 100 + i Name[i] noenhanced at screen across(Name_x[i]),down(Name_y[i]) textcolor rgb "#202020"
        if (Name_left_of[i]) { set label 100 + i right }
        if (Name_far[i]) {
            set arrow 100 + i from first kx * Point_x[i],first ky * Point_y[i] \
                to screen across(Name_x[i]),down(Name_y[i]) nohead linewidth 0.7 linecolor rgb "#606060"
        }
    }
}
plot data index 0 using (kx * $1):(ky * $4) with points pointtype 7 pointsize 0.8 * dot linecolor rgb "#b8b8b8", \
    data index 1 using (kx * $1):(ky * $4) with lines linewidth 1.5 linecolor rgb "#0072b2", \
    data index 1 using (kx * $2):(ky * $4):(kx * ($3 - $2)):(0) with vectors nohead linewidth 1 linecolor rgb "#0072b2", \
    data index 1 using (kx * $1):(ky * $5):(0):(ky * ($6 - $5)) with vectors nohead linewidth 1 linecolor rgb "#0072b2", \
    data index 1 using (kx * $1):(ky * $4) with points pointtype 7 pointsize 0.9 * dot linecolor rgb "#0072b2", \
    data index 2 using (kx * $2):(ky * $4):(kx * ($3 - $2)):(0) with vectors nohead linewidth 1 linecolor rgb "#202020", \
    data index 2 using (kx * $1):(ky * $5):(0):(ky * ($6 - $5)) with vectors nohead linewidth 1 linecolor rgb "#202020", \
    data index 2 using (kx * $1):(ky * $4) with points pointtype 5 pointsize 1.0 * dot linecolor rgb "#202020", \
    data index 3 using (kx * $1):(ky * $4) with points pointtype 9 pointsize 1.6 * dot linecolor rgb "#d55e00"
