#!/usr/bin/env bash
# weir bench: the workloads are right, and their csv holds what it should.
. "$(dirname "$0")/begin.sh"
bench=$root/bench

field() { # name: of the last line of out.txt
    awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i } END { print $at }' out.txt
}

between() { # name, low, high
    awk -v x="$(field "$1")" -v low="$2" -v high="$3" 'BEGIN { exit !(x != "" && x >= low && x <= high) }' ||
        complain "$1 is '$(field "$1")', not from $2 to $3"
}

# M/M/1 at load 0.9. Asymptotic variance of the mean sojourn of n customers in services, rho = 0.9, is about
# 2 rho (1 + rho ...) / (1 - rho)^4 / n: for n = 400,000 a standard error of 0.25; 4 of them, 1 in 16,000.
exits 0 "$weir" bench mm1 --customers 4e5 --format csv
[ "$(head -1 out.txt)" = 'workload,scale,customers,events,seconds,ns_per_event,live_bytes_per_entity,mean_sojourn,exact_sojourn' ] ||
    complain 'mm1: the head is wrong'
between customers 397000 403000; between mean_sojourn 9 11; between exact_sojourn 10 10
awk -F, 'NR == 2 { exit !($4 <= 2 * $3 && $4 > 2 * $3 - 500) }' out.txt || complain 'mm1: not two events a customer'
awk -F, 'NR == 2 { x = $5 / $4 * 1e9 - $6; exit !(x < 0.1 && x > -0.1 && $5 > 0) }' out.txt || complain 'mm1: ns an event is wrong'
between live_bytes_per_entity 50 100000
cp out.txt first.txt
exits 0 "$weir" bench mm1 --customers 4e5 --format csv
[ "$(cut -d, -f1-4,8- out.txt)" = "$(cut -d, -f1-4,8- first.txt)" ] || complain 'mm1: two runs differ'
exits 0 "$weir" bench mm1 --customers 4e5 --seed 2 --format csv
[ "$(cut -d, -f8 out.txt)" != "$(cut -d, -f8 first.txt)" ] || complain 'mm1: the seed makes no difference'

# The pathway: three services after no wait take 0.85 + 1.70 + 2.55 = 5.1 hours; a lower class waits less.
exits 0 "$weir" bench path --customers 60000 --scale 20 --format csv
[ "$(head -1 out.txt | cut -d, -f8-)" = 'mean_wait_0,mean_wait_1,mean_wait_2,mean_time_in_system,reneged' ] || complain 'path: the head is wrong'
between customers 58500 61500; between scale 20 20; between mean_time_in_system 4.5 6; between reneged 600 12000
awk -F, 'NR == 2 { exit !($8 > 0 && $8 < $9 && $9 < $10) }' out.txt || complain 'path: waits are not in the order of classes'
awk -F, 'NR == 2 { served = $4 - $3 - $12; done = 3 * ($3 - $12); exit !(served <= done && served > done - 5000) }' out.txt ||
    complain 'path: events are not arrivals, ends of service and reneges'
for scale in 1 1000; do
    exits 0 "$weir" bench path --customers 5000 --scale $scale --format csv; between customers 4600 5800
done

# All of them, in one table; two threads do as many events as one.
exits 0 "$weir" bench --customers 2000 --format csv
[ "$(wc -l <out.txt)" = 4 ] || complain 'not three workloads'
awk -F, 'NR == 1 { n = NF } NF != n { exit 1 }' out.txt || complain 'rows of unlike length'
[ "$(cut -d, -f1,2 out.txt | tail -3 | tr '\n' ' ')" = 'mm1,1 path,1 path,100 ' ] || complain 'other workloads'
exits 0 "$weir" bench --customers 2000; says out.txt 'mean_time_in_system'
exits 0 "$weir" bench scaling --reps 6 --customers 2000 --jobs 2 --format csv
awk -F, 'NR > 1 { jobs = jobs " " $4; events = events " " $3 } END { split(events, e, " "); exit !(jobs == " 1 2" && e[1] == e[2]) }' out.txt ||
    complain 'scaling: threads differ'
exits 0 "$weir" bench scaling --reps 6 --customers 2000; says out.txt 'times as fast'

# The workloads are scenarios like any other.
for file in mm1 path; do
    exits 0 "$weir" check "$bench/$file.lua"; says out.txt 'offered load'
done

# Wrong use.
exits 2 "$weir" bench mm2; says err "did you mean 'mm1'?"
exits 2 "$weir" bench nothing; says err 'mm1, path or scaling'
exits 2 "$weir" bench mm1 path; says err 'one argument too many'
exits 2 "$weir" bench mm1 --format json; says err 'is not text or csv'
exits 2 "$weir" bench mm1 --scale 2; says err '--scale is for path'
exits 2 "$weir" bench --scale 2; says err '--scale is for path'
exits 2 "$weir" bench path --reps 3; says err 'are for scaling'
exits 2 "$weir" bench mm1 --customers 1e9; says err 'more than 145 years'
for bad in 0 -5 x 1e99 nan 0x400 5k; do
    exits 2 "$weir" bench mm1 --customers="$bad"; says err "--customers: '$bad' is not a number from 100 to 1e9"
done
for bad in 0 1001 y; do exits 2 "$weir" bench path --scale "$bad"; says err 'is not a number from 0.1 to 1000'; done

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
