#!/usr/bin/env bash
# weir erlang and weir capa: the formulas' known values in the words of a service, and every wrong use.
. "$(dirname "$0")/begin.sh"

row() { # what, value: the answer's line
    grep -qE "^ *$1 +$2( |\$|:|,)" out.txt || { complain "not there: $1 $2"; sed 's/^/    /' out.txt; }
}

# The helpline: 7.3 calls an hour of half an hour, patience 6 minutes; 4, 5, 7 lines lose 23%, 13%, 3%.
for line in 4:22.8% 5:12.8% 7:2.9%; do
    exits 0 "$weir" erlang arrivals=7.3/h service=30min servers=${line%:*} patience=6min
    row 'give up' "${line#*:}"
done

# M/M/1 at 0.7: waits 0.7 / (1 - 0.7) = 2.33 services; M/M/2 at load 1.2 on 2: Erlang C 0.45; Erlang B with 5 at load 3: 0.110.
exits 0 "$weir" erlang arrivals=0.7/hour service=1h servers=1 target=4h
row 'average wait' '2.33 hours .0.0972 days.'; row '% utilisation' '70.0%'; row 'breaches per month' 108; row 'have to wait' '70.0%'; row 'wait longer than the target' '21.1%'
row 'fewest servers for the target' '2'
exits 0 "$weir" erlang arrivals=1.2/h service=1h servers=2; row 'have to wait' '45.0%'
exits 0 "$weir" erlang arrivals=3/h service=1h servers=5; row 'turned away' '11.0%'

# One clock: 37.5 hours of opening make a week, so 15 a week of 3 hours keep 1.2 busy; a list that grows is called unstable.
exits 0 "$weir" erlang arrivals=15/week service=3h servers=2 open=37.5
row 'offered load' '1.2 servers'
exits 0 "$weir" erlang service=3h open=37.5 servers=1 arrivals=15/week
row 'the list grows by' '2.5 a week: unstable'; row 'average wait' 'without end'

# CAPA: 11.25 weeks x 2 / 7.5 = 3 a half-day and quarter; 12 a week accepted ask for 13.04 x .66 x 12 Partnerships.
exits 0 "$weir" capa accepted=12/week partnership=36
row 'new cases a half-day session and quarter' 3; row 'new Partnerships the job plan takes on' 108
row 'new Partnerships asked for' 103.3; row 'Partnership: % utilisation' '95.7%'
exits 0 "$weir" capa accepted=12/week partnership=30 waiting=90 choice=20 waiting_choice=50 transfer=70%
row 'Partnership: % utilisation' '121.7%'; row 'the list grows by' '19.57 a quarter'
row 'wait of one who joins now, first come' '91 days'; row 'Choice: % utilisation' '69.6%'; row 'weeks to clear the list' '9.527'
# 8.4 a week ask for 6.9 places: a list of 90 is 18 weeks long (124) in 23 weeks, and then all who join breach, 36.5 a month. One of
# 200 is 24 weeks long already; with 8.28 places for 7.92 it is down to 149 in 142 weeks.
row 'breaches per month' '0 now, 36.52 of those who join from week 23 on'; row 'breaches per month' 0
exits 0 "$weir" capa accepted=12/week partnership=36 waiting=200
row 'breaches per month, of those who join now' '34.44'; row 'weeks until none breaches' '141.9'
exits 0 "$weir" capa accepted=12/week partnership=36 waiting=200 target=26weeks; row 'breaches per month' 0
exits 2 "$weir" capa accepted=12/week partnership=36 target=18; says err "'18' is not a time such as"

# Wrong use.
exits 2 "$weir" erlang; says err 'something is missing'
exits 2 "$weir" erlang arivals=3/h service=1h servers=1; says err "unknown key 'arivals' (did you mean 'arrivals'?)"
exits 2 "$weir" erlang arrivals=3 service=1h servers=1; says err "'3' is not a rate such as 7.3/h"
exits 2 "$weir" erlang arrivals=3/h service=1 servers=1; says err "'1' is not a time such as 30min"
exits 2 "$weir" erlang arrivals=3/h service=1h servers=1.5; says err 'not a whole number'
exits 2 "$weir" erlang arrivals=3/h service=1h servers=0; says err 'outside 1 to 2000'
exits 2 "$weir" erlang arrivals=3/h service=1h; says err "'servers=' is missing"
exits 2 "$weir" erlang arrivals=3/h service=1h servers=2 open=200; says err 'outside 0.1 to 168'
exits 2 "$weir" erlang arrivals=-3/h service=1h servers=2; says err "'-3/h' is not a rate"
exits 2 "$weir" erlang arrivals; says err "'arrivals' is not key=value"
exits 2 "$weir" capa accepted=12/week partnership=36 transfer=110%; says err 'outside 0 to 1'
exits 2 "$weir" capa accepted=12/week; says err "'partnership=' is missing"
exits 0 "$weir" erlang --help; says out.txt 'patience=6min'
exits 0 "$weir" help capa; says out.txt 'partnership=36'

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
