#!/usr/bin/env bash
# What is wrong is refused in words that name the file and the line: exit code 3 (2 for the command line, 1 for files), nothing on
# stdout, nothing written, nothing run; and what is there already stays as it was.
set -u
cd "$(dirname "$0")/../.." || exit 2
weir=$(realpath "${WEIR:-./weir}")
town=$(realpath scenarios/tutorial.lua)
tmp=$(mktemp -d) || exit 2
trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
mkdir "$tmp/here" && cd "$tmp/here" || exit 2
faults=0

complain() {
    echo "FAULT: $*"
    sed 's/^/    /' "$tmp/err" | head
    faults=$((faults + 1))
}

refused() { # exit code, words of stderr, arguments of weir...: and the folder is as it was
    local wanted=$1 words=$2 before after got
    shift 2
    before=$(find . -type f -exec cksum {} +; find . -type d | sort)
    timeout 60 "$weir" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
    got=$?
    after=$(find . -type f -exec cksum {} +; find . -type d | sort)
    [ "$got" = "$wanted" ] || complain "weir $*: exit code $got, not $wanted"
    [ ! -s "$tmp/out" ] || complain "weir $*: something on stdout"
    grep -qF -- "$words" "$tmp/err" || complain "weir $*: does not say: $words"
    [ "$before" = "$after" ] || complain "weir $*: files were made or changed"
}

wrong() { # words of stderr: the scenario on stdin is refused by every command that reads one
    cat >bad.lua
    refused 3 "$1" check bad.lua
    refused 3 "$1" run bad.lua --reps 1
    refused 3 "$1" compare bad.lua --reps 1 --out results
    rm bad.lua
}

wrong_at_length() { # the same for one that takes a while to be found out: by one command
    cat >bad.lua
    refused 3 "$1" run bad.lua --reps 1
    rm bad.lua
}

# ---- the scenario ----

edited() { sed "$1" "$town"; } # the tutorial with one thing wrong

edited 's/years = 2,/years = 2, yaers = 2,/' |
    wrong "bad.lua:11: scenario: unknown field 'yaers' (did you mean 'years'?)"
edited 's/years = 2,/years = 2,\n  workforce = { recruit_days = pounds(5) },/' |
    wrong "bad.lua:12: workforce: 'recruit_days' is a time, but 5 pounds was given"
edited 's/years = 2,/years = 2,\n  concern = { wish = 1.5 },/' |
    wrong "bad.lua:12: concern: 'wish' must be between 0 and 1; 1.5 was given"
edited 's/offer = "cluster"/offer = "clutser"/' | wrong "did you mean 'cluster'?"

queue() { # rate, share: a plain queue whose routes sum to that share + .6
    cat <<END
return scenario {
  name = "queue", years = 1,
  sources = { { name = "in", to = "desk", rate = { per_year = $1 } } },
  pools = { { name = "clerks", units = 1 } },
  stages = {
    { name = "desk", pool = "clerks", service = exponential { mean = hours(1) },
      routes = { { to = "exit", share = 0.6 }, { to = "desk", share = $2 } } },
  },
}
END
}
queue 300 0.4 >good.lua
"$weir" check good.lua >"$tmp/out" 2>"$tmp/err" || complain 'the queue without a fault is refused'
rm good.lua
queue -300 0.4 | wrong 'bad.lua:3: source "in": '
queue 300 0.5 | wrong 'bad.lua:7: stage "desk": the routes on "done" sum to 1.1, not 1'

wrong_at_length "bad.lua:2: the scenario ran for more than" <<'END'
local n = 0
while true do n = n + 1 end
return scenario {}
END
wrong_at_length "bad.lua:2: the scenario needs more than 256 MiB of memory" <<'END'
local t = {}
while true do t[#t + 1] = ("x"):rep(1000) .. #t end
END
wrong "bad.lua:1: scenarios have no access to the system: 'os' is not available" <<'END'
os.execute("touch hacked")
return scenario {}
END
wrong "bad.lua:1: scenarios have no access to the system: 'io' is not available" <<'END'
local file = io.open("hacked", "w")
return scenario {}
END
wrong 'bad.lua:1: require "../secret"' <<'END'
local secret = require "../secret"
END
wrong "bad.lua:3: unexpected symbol near '='" <<'END'
return scenario {
  name = "x",
  years = = 2,
}
END
wrong 'bad.lua' </dev/null
printf '\033Lua\124\0\031' | wrong 'bad.lua'
[ ! -e hacked ] || complain 'a scenario made a file'

refused 3 'absent.lua: cannot be read' check absent.lua
refused 3 'absent.lua: cannot be read' run absent.lua

# Several faults are told in one pass.
edited 's/years = 2,/years = -2, yaers = 2,\n  concern = { wish = 1.5 },/' | wrong 'bad.lua:12'
edited 's/years = 2,/years = -2, yaers = 2,\n  concern = { wish = 1.5 },/' | wrong 'bad.lua:11'

# ---- the command line ----

refused 3 "--set yaers=3: scenario: unknown field 'yaers' (did you mean 'years'?)" run "$town" --set yaers=3
refused 3 "--set pools.cor.units=3: there is no 'cor' in pools (did you mean 'core'?)" run "$town" --set pools.cor.units=3
refused 3 "--set concern.wish=2: concern: 'wish' must be between 0 and 1" compare "$town" --set concern.wish=2
refused 3 "--set years=abc: scenario: 'years' must be a number" run "$town" --set years=abc
refused 3 "--set pools.core.units=-1: pool \"core\": 'units' must be 0 or more" run "$town" --set pools.core.units=-1
refused 2 "--plans: there is no plan 'nonee' (did you mean 'none'?)" compare "$town" --plans nonee
refused 2 "compare: --reps: '0' is not a whole number" compare "$town" --reps 0
refused 2 "name a file, not a folder" compare "$town" --reps 1 --out results/
refused 3 "there are no schools" compare "$town" --reps 1 --set schools.primary=0 --set schools.secondary=0 --set schools.special=0
refused 3 "--set area.wte_core=-1: given with this scenario" run "$town" --set area.wte_core=-1
refused 3 'offer "cluster": pooled and top_sliced are shares of the same money, but sum to 1.4' \
    compare "$town" --set plans.cluster.pooled=0.7 --set plans.cluster.top_sliced=0.7
refused 3 'there is no pool "zz"' compare "$town" --reps 1 --set workforce.core_pool=zz
refused 2 "unknown command 'comprae' (did you mean 'compare'?)" comprae "$town"
refused 2 'something is missing' run

# ---- files ----

"$weir" run "$town" --reps 1 --set years=0.2 --out mine >"$tmp/out" 2>"$tmp/err" || complain 'the tutorial does not run'
"$weir" export mine.db --kpi waiting --out mine.csv >"$tmp/out" 2>"$tmp/err" || complain 'the results cannot be exported'
refused 1 'mine.db: exists already' run "$town" --reps 1 --out mine.db
refused 1 'mine.csv: exists already' export mine.db --out mine.csv
refused 1 'mine.csv: is not a results file' plot mine.csv list
refused 1 'absent.db' export absent.db
"$weir" export mine.db --kpi waiting --out mine.csv --force >"$tmp/out" 2>"$tmp/err" || complain '--force does not overwrite'

# A folder that cannot be written; root may write anywhere, so there it is a file in the folder's place.
mkdir locked && chmod a-w locked
[ -w locked ] && { rmdir locked; : >locked; }
refused 1 'locked/x.db' run "$town" --reps 1 --out locked/x.db
refused 1 'locked/x.csv' export mine.db --out locked/x.csv

# Without gnuplot there is no figure, and it is said what is missing; the figure's script and numbers are kept for later.
mkdir "$tmp/empty"
env PATH="$tmp/empty" "$weir" plot mine.db list >"$tmp/out" 2>"$tmp/err"
[ $? = 1 ] || complain 'a figure without gnuplot'
grep -q 'gnuplot cannot be started' "$tmp/err" || complain 'not said: gnuplot cannot be started'
[ ! -s "$tmp/out" ] || complain 'a figure is named that is not there'
[ "$(find . -name 'mine-list*' | sort | paste -sd' ')" = './mine-list.dat ./mine-list.gp' ] ||
    complain "left by a figure that was not made: $(find . -name 'mine-list*')"

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
