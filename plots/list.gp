# ---- children waiting, month by month ----

set lmargin at screen across(70)
set rmargin at screen across(width - name_room)
set tmargin at screen down(98)
set bmargin at screen down(height - 45)

seconds(date) = strptime("%Y-%m-%d", date)
month_end = "(timecolumn(1, '%Y-%m-%d') + 86400 * column(2))"
stats data using 2 nooutput

set yrange [0:y_top]
set ytics out ()
set for [i = 0:int(y_top / y_step + 0.5)] ytics add (thousands(i * y_step) i * y_step)
set label 1 "Spells waiting at the end of the month" at screen across(14),down(80) textcolor rgb grey
set xtics out ()
set for [date in ticks] xtics add (strftime(tick_format, seconds(date)) seconds(date))

do for [i = 1:n_plans] {
    if (End[i] == End[i]) {
        set label 100 + i Label[i] at graph 1,first Name_at[i] offset char 1.6,0 noenhanced textcolor rgb Colour[i]
        set arrow 100 + i from graph 1,first End[i] to graph 1.015,first Name_at[i] nohead linecolor rgb Colour[i]
    }
}
# Many bands together must not become a wall.
if (n_plans > 4) { set style fill transparent solid 0.09 noborder }
plot for [i = 1:n_plans] data index i - 1 using @month_end:4:5 with filledcurves fillcolor rgb Colour[i], \
    for [i = 1:n_plans] data index i - 1 using @month_end:3 with lines linewidth 2 linecolor rgb Colour[i]
