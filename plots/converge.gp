# ---- an estimate as replications are added ----

set lmargin at screen across(70)
set rmargin at screen across(width - name_room)
set tmargin at screen down(98)
set bmargin at screen down(height - 60)

set xrange [x_low:x_top]
set yrange [y_low:y_top]
set xtics out ()
set for [i = 1:|x_tick|] xtics add (x_tick_name[i] x_tick[i])
set ytics out ()
set for [i = 1:|y_tick|] ytics add (y_tick_name[i] y_tick[i])
set label 1 y_title noenhanced at screen across(14),down(80) textcolor rgb grey
set label 2 "replications" at screen across((70 + width - name_room) / 2),down(height - 16) center textcolor rgb grey

do for [i = 1:n_plans] {
    if (End[i] == End[i]) {
        set label 100 + i Label[i] at graph 1,first Name_at[i] offset char 1.6,0 noenhanced textcolor rgb Colour[i]
        set arrow 100 + i from first reps,first End[i] to graph 1.015,first Name_at[i] nohead linecolor rgb Colour[i] \
            linewidth 0.5
    }
}
# Many bands together must not become a wall.
if (n_plans > 4) { set style fill transparent solid 0.09 noborder }
plot for [i = 1:n_plans] data index i - 1 using 1:3:4 with filledcurves fillcolor rgb Colour[i], \
    for [i = 1:n_plans] data index i - 1 using 1:2 with lines linewidth 2 linecolor rgb Colour[i]
