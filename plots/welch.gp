# ---- Welch's plot ----

set lmargin at screen across(70)
set rmargin at screen across(width - 25)
set tmargin at screen down(110)
set bmargin at screen down(legend_top - 68)

set xrange [0:x_end]
set yrange [0:y_top]
set ytics out ()
set for [i = 0:int(y_top / y_step + 0.5)] ytics add ((y_step < 1 ? sprintf("%g", i * y_step) : thousands(i * y_step)) i * y_step)
set xtics out ()
set for [i = 0:int(x_end / x_step + 1e-9)] xtics add (sprintf("%g", i * x_step) i * x_step)
set label 1 note at screen across(14),down(68) noenhanced textcolor rgb grey
set label 2 "Mean number present" at screen across(14),down(93) textcolor rgb grey
set label 3 x_title at screen across((70 + width - 25) / 2),down(legend_top - 25) center textcolor rgb grey

if (warmup > 0) {
    set object 1 rectangle from first 0,graph 0 to first warmup,graph 1 behind \
        fillcolor rgb "#ececec" fillstyle solid 1 noborder
}
do for [i = 1:n_plans] {
    @legend_entry
    if (Settled[i] == Settled[i]) {
        set arrow 100 + i from first Settled[i],graph 0 to first Settled[i],graph 1 nohead \
            linewidth 1.5 dashtype 2 linecolor rgb Colour[i]
    }
}
# The raw mean is pale, so that the average stands out; shapes tell plans apart without colour.
pale(i) = "#a0" . Colour[i][2:7]
plot for [i = 1:n_plans] data index i - 1 using 1:2 with lines linewidth 1 linecolor rgb pale(i), \
    for [i = 1:n_plans] data index i - 1 using 1:3 with lines linewidth 2.5 linecolor rgb Colour[i], \
    for [i = 1:n_plans] data index i - 1 using 1:3 every mark::int(mark * i / (n_plans + 1.0)) with points \
        linecolor rgb Colour[i] pointtype shape(i) pointsize 0.9 * dot
