# ---- published facts against what was simulated ----

# Inside, outside, not sure.
array Verdict[3] = ["#0072b2", "#d55e00", "#7f7f7f"]
array Verdict_shape[3] = [7, 9, 4]
set xrange [x_low:x_top]
if (is_log) { set logscale x }
set xtics out ()
set for [i = 1:|x_tick|] xtics add (x_tick_name[i] x_tick[i])

if (rows) {
    set lmargin at screen across(name_room)
    set rmargin at screen across(width - 150)
    set tmargin at screen down(98)
    set bmargin at screen down(height - 66)
    set yrange [n_facts + 0.5:0.5]
    unset ytics
    unset grid
    if (format ne "txt") { set grid xtics linecolor rgb "#e4e4e4" linewidth 1 linetype 1 }
    note = "Grey: accepted. Blue: inside, red triangle: outside, hollow: not sure" . (reps > 1 ? "; 95% intervals." : ".")
    if (dropped > 0) { note = note . sprintf(" %g with 0 published not shown.", dropped) }
    set label 1 note noenhanced at screen across(14),down(80) textcolor rgb grey
    set label 2 "simulated (published)" noenhanced at screen across(width - 140),down(80) textcolor rgb grey
    set label 3 "simulated, as a share of what was published" at screen across((name_room + width - 150) / 2),down(height - 26) \
        center textcolor rgb grey
    do for [i = 1:n_facts] {
        set label 500 + i Fact[i] noenhanced at graph 0,first i offset char -1,0 right textcolor rgb "#303030"
        set label 700 + i Numbers[i] noenhanced at graph 1,first i offset char 1.2,0 textcolor rgb "#303030"
    }
    set arrow 1 from first 1,graph 0 to first 1,graph 1 nohead linewidth 1.5 linecolor rgb "#606060"
    set style fill solid 1 noborder
    set boxwidth 1
    plot data using 2:1:3:4:($1 - 0.3):($1 + 0.3) with boxxyerror fillcolor rgb "#e0e0e0", \
        1 / 0, \
        for [v = 0:2] data using ($8 == v ? $6 : NaN):1:($7 - $6):(0) with vectors nohead linewidth 2 linecolor rgb Verdict[v + 1], \
        for [v = 0:2] data using ($8 == v ? $5 : NaN):1 with points pointtype Verdict_shape[v + 1] pointsize dot \
            linecolor rgb Verdict[v + 1]
} else {
    set lmargin at screen across(80)
    set rmargin at screen across(width - 40)
    set tmargin at screen down(98)
    set bmargin at screen down(legend_top - 68)
    set yrange [x_low:x_top]
    if (is_log) { set logscale y }
    set ytics out ()
    set for [i = 1:|x_tick|] ytics add (x_tick_name[i] x_tick[i])
    of_unit = unit eq "" ? "" : ", " . unit
    set label 1 "Simulated" . of_unit . (reps > 1 ? ", with 95% intervals" : "") . ". Line: equal. Grey: accepted. Hollow: outside, or not sure." \
        noenhanced at screen across(14),down(80) textcolor rgb grey
    set label 3 "published" . of_unit noenhanced at screen across((80 + width - 40) / 2),down(legend_top - 25) center textcolor rgb grey
    do for [i = 1:n_kinds] {
        set label 200 + i '' at screen across(Legend_x[i] + 10),down(Legend_y[i]) \
            point pointtype shape(i) pointsize 0.9 * dot linecolor rgb Kind_colour[i]
        set label 300 + i Kind[i] noenhanced at screen across(Legend_x[i] + 22),down(Legend_y[i])
    }
    plot data using 2:3:(0):($4 - $3) with vectors nohead linewidth 4 linecolor rgb "#e0e0e0", \
        x with lines linewidth 1.5 linecolor rgb "#606060", \
        for [k = 1:n_kinds] data using ($9 == k ? $2 : NaN):6:(0):($7 - $6) with vectors nohead linewidth 1.5 \
            linecolor rgb Kind_colour[k], \
        for [k = 1:n_kinds] data using ($9 == k && $8 == 0 ? $2 : NaN):5 with points pointtype shape(k) pointsize 0.8 * dot \
            linecolor rgb Kind_colour[k], \
        for [k = 1:n_kinds] data using ($9 == k && $8 != 0 ? $2 : NaN):5 with points pointtype shape(k) - 1 pointsize dot \
            linecolor rgb Kind_colour[k]
}
