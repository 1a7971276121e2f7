# ---- what changes the list from one plan to another ----

set lmargin at screen across(80)
set rmargin at screen across(width - 40)
set tmargin at screen down(108)
set bmargin at screen down(height - 70)

set xrange [0.4:n_bars + 0.6]
set yrange [y_low:y_top]
set xtics scale 0 ()
set for [i = 1:n_bars] xtics add (Name[i] i)
set ytics out ()
set for [i = 1:|y_tick|] ytics add (y_tick_name[i] y_tick[i])
set label 1 "What each flow adds to the list (orange) or takes from it (blue), against " . Label[1] . ", in spells over the whole run" noenhanced \
    at screen across(14),down(80) textcolor rgb grey
set arrow 1 from graph 0,first 0 to graph 1,first 0 nohead linecolor rgb "#606060"
more = "#d55e00"
fewer = "#0072b2"
set style fill solid 0.85 noborder
# A number stands beyond the end of its bar that is farther from nought.
is_low(a, b) = a + b < 0
beyond(a, b) = is_low(a, b) ? (a < b ? a : b) : (a > b ? a : b)
plot data using 1:2:($1 - 0.36):($1 + 0.36):2:(int($1) < n_bars && $3 >= $2 ? $3 : $2) with boxxyerror fillcolor rgb more, \
    data using 1:2:($1 - 0.36):($1 + 0.36):2:(int($1) < n_bars && $3 < $2 ? $3 : $2) with boxxyerror fillcolor rgb fewer, \
    data using 1:2:($1 - 0.36):($1 + 0.36):2:(int($1) == n_bars ? $3 : $2) with boxxyerror fillcolor rgb "#404040", \
    data using ($1 + 0.36):3:(int($1) < n_bars - 1 ? 0.28 : NaN):(0) with vectors nohead linecolor rgb "#606060" dashtype 2, \
    data using (int($1) == n_bars ? $1 + 0.2 : NaN):(net_low):(0):(net_high - net_low) with vectors nohead linewidth 2 \
        linecolor rgb "#909090", \
    data using 1:(is_low($2, $3) ? NaN : beyond($2, $3)):(Bar[int($1)]) with labels offset 0,char 0.7 textcolor rgb "#202020", \
    data using 1:(is_low($2, $3) ? beyond($2, $3) : NaN):(Bar[int($1)]) with labels offset 0,char -0.8 textcolor rgb "#202020"
