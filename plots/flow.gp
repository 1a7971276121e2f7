# ---- the pathway, with loads ----

set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
unset border
unset xtics
unset ytics
unset grid
# In pixels of the canvas.
set xrange [0:width]
set yrange [height:0]
set label 1 "In a box: the stage, how many come to it a year, and its team with the work asked of it over the time there is." \
    at screen across(14),down(70) textcolor rgb grey
set label 2 "Grey: where they come from. Orange: above 1, more than there is time for. Dashed: ways back. Ways out are not drawn." \
    at screen across(14),down(88) textcolor rgb grey
# svg counts text in pixels, the others in points.
name_font = format eq "svg" ? ",12.5" : ",9.4"
small_font = format eq "svg" ? ",11.5" : ",8.6"
do for [i = 1:n_nodes] {
    x = Node_x[i]
    y = Node_y[i]
    set object i rectangle from first x - half_wide,y - half_high to first x + half_wide,y + half_high front \
        fillcolor rgb (Is_source[i] ? "#e4ecef" : Is_over[i] ? "#fbe0cf" : "white") fillstyle solid 1 \
        border linecolor rgb (Is_over[i] ? "#d55e00" : "#909090")
    lines = 1 + (Many[i] ne "" ? 1 : 0) + (Team[i] ne "" ? 1 : 0)
    at = y - 7.5 * (lines - 1)
    set label 1000 + i Node[i] noenhanced at first x,at center front textcolor rgb "#101010" font name_font
    at = at + 15
    if (Many[i] ne "") {
        set label 2000 + i thousands(Many[i] + 0) . " a year" at first x,at center front textcolor rgb grey font small_font
        at = at + 15
    }
    if (Team[i] ne "") {
        set label 3000 + i Team[i] noenhanced at first x,at center front textcolor rgb (Is_over[i] ? "#a34400" : grey) \
            font small_font
    }
}
plot data index 1 using 1:2:($5 == 0 ? $3 - $1 : NaN):($4 - $2) with vectors head filled size 7,18 linewidth 1.1 \
        linecolor rgb "#7c8a92", \
    data index 1 using 1:2:($5 == 1 ? $3 - $1 : NaN):($4 - $2) with vectors nohead linewidth 1.1 linecolor rgb "#7c8a92", \
    data index 1 using 1:2:($5 == 2 ? $3 - $1 : NaN):($4 - $2) with vectors head filled size 7,18 linewidth 1.1 dashtype 2 \
        linecolor rgb "#7c8a92"
