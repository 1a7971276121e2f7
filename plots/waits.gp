# ---- how long children wait ----

weeks = "2 4 8 18 26 52 104 156"
marks = "4 18 52"
x_title = "weeks since registration (doubling scale)"
set logscale x 2
set xrange [1.8:180]
set yrange [0:1]
set for [i = 0:5] ytics add (percent(i / 5.0) i / 5.0)
set xtics out ()
set for [week in weeks] xtics add (week week + 0)
set for [week in marks] arrow from week + 0,graph 0 to week + 0,graph 1 nohead linecolor rgb "#b0b0b0" dashtype 2
set tmargin at screen down(110)
set bmargin at screen down(legend_top - 70)

set multiplot
set lmargin at screen across(60)
set rmargin at screen across(440)
set label 1 "{/:Bold Those seen}, share within so many weeks" at screen across(60),down(82)
set label 2 "Descriptive: it flatters a service that sees only the quick" \
    at screen across(60),down(98) textcolor rgb grey
set label 3 x_title at screen across(250),down(legend_top - 26) center textcolor rgb grey
do for [i = 1:n_plans] {
    @legend_entry
}
plot for [i = 1:n_plans] data index i - 1 using 1:3:4 with filledcurves fillcolor rgb Colour[i], \
    for [i = 1:n_plans] data index i - 1 using 1:2 with linespoints linewidth 1.5 linecolor rgb Colour[i] \
        pointtype shape(i) pointsize 0.6 * dot
unset label
set lmargin at screen across(505)
set rmargin at screen across(885)
set label 1 "{/:Bold Those still waiting}, share who wait at most so long" at screen across(505),down(82)
set label 2 "At the ends of the months; lower means longer waits" at screen across(505),down(98) textcolor rgb grey
set label 3 x_title at screen across(695),down(legend_top - 26) center textcolor rgb grey
plot for [i = 1:n_plans] data index i - 1 using 1:6:7 with filledcurves fillcolor rgb Colour[i], \
    for [i = 1:n_plans] data index i - 1 using 1:5 with linespoints linewidth 1.5 linecolor rgb Colour[i] \
        pointtype shape(i) pointsize 0.6 * dot
unset multiplot
