#!/usr/bin/env bash
# What is shown while one waits: a bar with the time left on a terminal and nowhere else, lines with --progress plain, nothing with
# --quiet; bold only on a terminal, and not with NO_COLOR. A dry run says how long and how large before, and is about right.
. "$(dirname "$0")/begin.sh"

exits 0 "$weir" run "$town" --reps 4 --out a.db; grep -q '\[' err && complain 'a bar without a terminal'
exits 0 "$weir" run "$town" --reps 4 --out a.db --force --progress plain
says err 'run: 4 of 4 replications, 0:00 left'
exits 0 "$weir" run "$town" --reps 4 --out a.db --force --progress plain --quiet; [ ! -s err ] || complain '--quiet with --progress plain'
exits 0 "$weir" run "$town" --reps 4 --out a.db --force --progress none; grep -q replications, err && complain '--progress none shows some'
exits 2 "$weir" run "$town" --progress often
grep -q "$(printf '\033')" out.txt && complain 'an escape without a terminal'

if command -v script >/dev/null; then
    on_terminal() { # environment, arguments of weir...: what the terminal got, in terminal.txt
        local environment=$1
        shift
        # shellcheck disable=SC2086 # several variables
        env -u NO_COLOR TERM=xterm $environment timeout 60 script -qec "'$weir' $*" /dev/null </dev/null >terminal.txt 2>&1 ||
            complain "on a terminal: weir $*"
    }
    bar=$'run [#' bold=$'\033[1m' erase=$'\r\033[K'
    on_terminal '' run "'$town'" --reps 4 --out b.db
    says terminal.txt "$bar"; says terminal.txt '4/4 100% 0:00 left'; says terminal.txt "$bold"; says terminal.txt "$erase"
    on_terminal 'NO_COLOR=1' run "'$town'" --reps 4 --out b.db --force
    says terminal.txt "$bar"; grep -qF "$bold" terminal.txt && complain 'bold in spite of NO_COLOR'
    on_terminal 'NO_COLOR=' run "'$town'" --reps 4 --out b.db --force
    says terminal.txt "$bold"
    on_terminal 'TERM=dumb' run "'$town'" --reps 4 --out b.db --force
    grep -qE $'\033|\\[#' terminal.txt && complain 'escapes on a dumb terminal'
    on_terminal '' run "'$town'" --reps 4 --out b.db --force --quiet
    grep -qF '[#' terminal.txt && complain 'a bar in spite of --quiet'
    on_terminal '' run "'$town'" --reps 4 --out b.db --force --progress plain
    says terminal.txt 'run: 4 of 4 replications'; grep -qF '[#' terminal.txt && complain 'a bar in spite of --progress plain'
fi

# A dry run: within half of the size that the file then has; nothing is written.
ahead() { # arguments of weir: the size it says, in bytes
    "$weir" "$@" --dry-run | awk '$1 == "disk:" { f["kB"] = 1e3; f["MB"] = 1e6; f["GB"] = 1e9; print $(NF - 1) * f[$NF] }'
}
for reps in 2 20; do
    said=$(ahead compare "$town" --reps $reps --out c.db)
    [ ! -e c.db ] || complain 'a dry run writes'
    exits 0 "$weir" compare "$town" --reps $reps --out c.db --quiet
    awk -v said="$said" -v is="$(stat -c %s c.db)" 'BEGIN { exit !(said > is / 1.5 && said < is * 1.5) }' ||
        complain "a dry run says $said bytes; it is $(stat -c %s c.db)"
    rm c.db
done
exits 0 "$weir" compare "$root/scenarios/kent_medway.lua" --set scale=0.2 --dry-run
grep -qE '^time: +about .*: [0-9.e-]+ seconds a replication, from [0-9.]+ years run now$' out.txt || complain "no time: $(cat out.txt)"
exits 0 "$weir" run "$town" --precision 5% --max-reps 40 --dry-run; says out.txt 'time:         at most about'

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
