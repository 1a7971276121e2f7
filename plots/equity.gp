# ---- by deprivation fifth ----

set xrange [0.5:5.5]
set xtics out ("1\nmost deprived" 1, "2" 2, "3" 3, "4" 4, "5\nleast deprived" 5)
x_title = "fifth of deprivation of the neighbourhood"
set tmargin at screen down(110)
set bmargin at screen down(legend_top - 90)
# Plans side by side, so that their intervals do not hide each other.
aside(i) = n_plans > 1 ? 0.5 * ((i - 1.0) / (n_plans - 1) - 0.5) : 0

set multiplot
set lmargin at screen across(60)
set rmargin at screen across(440)
set yrange [y_low:y_top]
set ytics out ()
set for [i = 0:int((y_top - y_low) / y_step + 0.5)] ytics add (percent(y_low + i * y_step) y_low + i * y_step)
set label 1 "{/:Bold Seen within 18 weeks}, share of those referred" at screen across(60),down(82)
set label 2 (y_low > 0 ? "The axis does not begin at zero" : "") at screen across(60),down(98) textcolor rgb grey
set label 3 x_title at screen across(250),down(legend_top - 25) center textcolor rgb grey
do for [i = 1:n_plans] {
    @legend_entry
}
plot for [i = 1:n_plans] data index i - 1 using ($1 + aside(i)):2 with lines linewidth 1 linecolor rgb Colour[i], \
    for [i = 1:n_plans] data index i - 1 using ($1 + aside(i)):3:(0):($4 - $3) with vectors nohead \
        linewidth 1.5 linecolor rgb Colour[i], \
    for [i = 1:n_plans] data index i - 1 using ($1 + aside(i)):2 with points linecolor rgb Colour[i] \
        pointtype shape(i) pointsize 0.8 * dot
unset label
set lmargin at screen across(505)
set rmargin at screen across(885)
set yrange [0:1]
set ytics out ()
set for [i = 0:5] ytics add (percent(i / 5.0) i / 5.0)
set label 1 "{/:Bold Schools that hold the offer}, share of all" at screen across(505),down(82)
set label 2 "At the end of the run" at screen across(505),down(98) textcolor rgb grey
set label 3 x_title at screen across(695),down(legend_top - 25) center textcolor rgb grey
plot for [i = 1:n_plans] data index i - 1 using ($1 + aside(i)):5 with lines linewidth 1 linecolor rgb Colour[i], \
    for [i = 1:n_plans] data index i - 1 using ($1 + aside(i)):6:(0):($7 - $6) with vectors nohead \
        linewidth 1.5 linecolor rgb Colour[i], \
    for [i = 1:n_plans] data index i - 1 using ($1 + aside(i)):5 with points linecolor rgb Colour[i] \
        pointtype shape(i) pointsize 0.8 * dot
unset multiplot
