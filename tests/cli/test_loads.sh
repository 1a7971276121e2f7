#!/usr/bin/env bash
# Loads, drift and steady states: weir check before a run, weir run after it.
. "$(dirname "$0")/begin.sh"

# Two stages in a loop: a share of 0.25 comes back, so 1 / 0.75 visits each. At 18 a day and 40 minutes a visit the
# first has a load of 18 / 0.75 / 36 = 0.667; class b leaves after it, so the second sees half: 12 visits of 1 hour.
cat >loop.lua <<'LUA'
return scenario { name = "loop", start = "2025-01-06", years = 0.5, classes = { "a", "b" },
  pools = { pool { name = "first", kind = "servers" }, pool { name = "second", kind = "servers" } },
  stages = {
    stage { name = "one", pool = "first", service = exponential { mean = minutes(40) },
      routes = { { to = "one", share = 0.25 }, { to = "two", class = "a" }, { to = "exit", class = "b" } } },
    stage { name = "two", pool = "second", service = exponential { mean = hours(1) } },
  },
  sources = { source { name = "people", to = "one", rate = assumption(per_day(18), "an example"),
    class = { a = share(0.5), b = share(0.5) } } } }
LUA
exits 0 "$weir" check loop.lua
grep -qE '^first +servers +1 +365.25 server-days +0.667 +0.667 +0$' out.txt || complain 'the load of the first is wrong'
grep -qE '^second +servers +1 +365.25 server-days +0.375 +0.375 +0$' out.txt || complain 'the load of the second is wrong'
grep -q unstable out.txt && complain 'a stable network is called unstable'

# At 30 a day a quarter of the 36 that can be served come back: 39 over 36 is 1.083, and the list grows by 3 x 7 a week.
exits 0 "$weir" check loop.lua --set sources.people.rate=30
says out.txt 'first: load 1.08, the list grows by 21.0 a week: unstable'
grep -qE '^second +servers +1 +365.25 server-days +0.562' out.txt || complain 'more is passed on than can be served'
exits 0 "$weir" check loop.lua --set sources.people.rate=27
says out.txt 'first: load 1, so its list never settles: unstable'

# What is found in a run is what was foretold: 26 weeks and 20 replications leave a standard error of about 1.2 a week.
exits 0 "$weir" run loop.lua --set sources.people.rate=30 --out over.db
says out.txt 'list grows, a week'
growth=$(sed -n 's/^first: load 1\.[01][0-9] (.*), the list grows by \([0-9.]*\) a week: unstable$/\1/p' out.txt)
awk -v g="${growth:-0}" 'BEGIN { exit !(g > 16 && g < 26) }' || complain "the list grows by '$growth' a week"
says out.txt 'A list that grows has no steady state'
exits 0 "$weir" run loop.lua --out under.db
grep -qE 'unstable|Overloaded' out.txt && complain 'a stable run is called unstable'

# More than one server can do, but nobody stays: overloaded, and the list does not grow.
sed 's/name = "one", pool/name = "one", timers = { { name = "gave_up", after = fixed(hours(1)) } }, pool/' loop.lua >leave.lua
exits 0 "$weir" check leave.lua --set sources.people.rate=40
grep -q '^first: load 1\..*, more than it can serve: some leave' out.txt || complain 'check: a list that people leave is said to grow'
grep -q unstable out.txt && complain 'check: a list that people leave is called unstable'
sed 's/ sources = .*/ initial = { { stage = "one", count = 3 } } }/; /class = { a = share/d' loop.lua >closed.lua
exits 0 "$weir" check closed.lua; says out.txt 'Nobody comes but those who are there at the start'
exits 0 "$weir" run leave.lua --set sources.people.rate=40 --set years=2 --out leave.db
grep -q '^first: load 1\..*, but the list is not sure to grow: people leave it unserved' out.txt ||
    complain 'a list that people leave is said to grow'

# Year by year when it changes.
sed 's/years = 0.5/years = 3/; s/ rate = assumption(per_day(18), "an example"),/ rate = { per_year = assumption(per_year(6000), "an example"), growth = assumption(share(0.2), "an example") },/' loop.lua >grow.lua
exits 0 "$weir" check grow.lua
grep -qE '^Offered load +y1 +y2 +y3$' out.txt || complain 'check: no loads by year'
exits 0 "$weir" run grow.lua --reps 5 --out grow.db
says out.txt 'Load by contract year'; says out.txt 'Growth of the list, a week, by contract year'
awk '/^Load by contract year/ { on = 1 } on && $1 == "first" { exit !($2 < $3 && $3 < $4) }' out.txt || complain 'loads do not rise'
# Not of a plain network when there are more than twelve years, or when its load changes by 0.1 or less: 6000 a year are a
# load of 0.608, and 5% growth a year makes it 0.062 more in the third. A year's load of 20 replications has a standard
# error of 0.64 x sqrt(2 / 6300 / 20) = 0.0025, a difference 0.0036: 0.1 is 10 of these away.
exits 0 "$weir" run grow.lua --reps 2 --set years=12 --set sources.people.rate.growth=0.03 --out twelve.db
says out.txt 'Load by contract year'
exits 0 "$weir" run grow.lua --reps 2 --set years=13 --set sources.people.rate.growth=0.03 --out thirteen.db
grep -q 'by contract year' out.txt && complain 'thirteen years of a network, a column each'
exits 0 "$weir" run grow.lua --reps 20 --set sources.people.rate.growth=0.05 --out flat.db
grep -q 'by contract year' out.txt && complain 'years of much the same load, a column each'
exits 0 "$weir" run "$town" --reps 2 --out town.db
says out.txt 'Load by contract year'
exits 0 "$weir" check "$town"; says out.txt 'Loads depend on decisions taken in the run'
cp out.txt checked
exits 0 "$weir" run "$town" --reps 1 --set years=1 --format csv --out pilot --quiet
for pool in core neuro; do # the loads that check hints at are those of that replication
    load=$(awk -F, -v pool="pool=$pool" '$3 == "load" && $4 == pool && $5 == "all" { printf "%.2f", $6 }' out.txt)
    grep '^One replication of its first year has these loads' checked | grep -qE " $pool $load[,.]" || complain "check: $pool is not $load"
    says checked "$pool: $(awk -v load="$(awk -F, -v pool="pool=$pool" '$3 == "load" && $4 == pool && $5 == "all" { print $6 }' out.txt)" \
        'BEGIN { printf "%.0f", 100 * (load - 1) }')% more work than it can do"
done

# Capacity: half a day's shift, a dated step half-way, and repairs that take a fifth of the time.
cat >shift.lua <<'LUA'
return scenario { name = "shift", start = "2025-01-06", years = 1,
  pools = { pool { name = "day", kind = "servers", units = 2, timetable = { cycle = days(1),
      { at = hours(8), share = 1 }, { at = hours(20), share = 0 } } },
    pool { name = "steps", kind = "servers", units = 1, steps = { { from = days(182.5), units = 3 } } },
    pool { name = "fails", kind = "servers", fails = { after = exponential { mean = days(4) }, repair = fixed(days(1)) } } },
  stages = { stage { name = "one", pool = "day", service = fixed(hours(1)), next = "two" },
    stage { name = "two", pool = "steps", service = fixed(hours(1)), next = "three" },
    stage { name = "three", pool = "fails", service = fixed(hours(1)) } },
  sources = { source { name = "people", to = "one", between = fixed(hours(2)) } } }
LUA
if exits 0 "$weir" check shift.lua; then
    grep -qE '^day +servers +2 +365.25 server-days +0.500' out.txt || complain 'the timetable is not counted'
    grep -qE '^steps +servers +1 +730.5 server-days +0.250' out.txt || complain 'the step is not counted'
    grep -qE '^fails +servers +1 +292.2 server-days +0.625' out.txt || complain 'repairs are not counted'
fi

# One source, one stage and one pool are said so; arrivals from a list of dates are counted.
cat >dates.lua <<'LUA'
return scenario { name = "dates", start = "2025-01-06", years = 1,
  pools = { pool { name = "desk" } }, stages = { stage { name = "one", pool = "desk", service = fixed(days(36.525)) } },
  sources = { source { name = "list", to = "one", dates = { days(1), days(40), "2025-05-05", "2025-08-01", "2025-09-01" } } } }
LUA
if exits 0 "$weir" check dates.lua; then
    says out.txt 'at scale 1. 1 source, 1 stage, 1 pool.'
    grep -qE '^list +5(\.0[0-9]*)? +one$' out.txt || complain 'the dates are not counted'
    grep -qE '^desk +servers +1 +365.25 server-days +0.500' out.txt || complain 'the load of dated arrivals is wrong'
fi
exits 0 "$weir" check shift.lua --set sources.people.to=three; says out.txt '1 source, 3 stages, 3 pools.'

# What overflows is not known before a run: no load where only that comes, and a remark where others come too. One that
# leaves a list for another of the same pool is counted already.
cat >overflow.lua <<'LUA'
return scenario { name = "overflow", start = "2025-01-06", years = 2,
  pools = { pool { name = "near" }, pool { name = "far" }, pool { name = "beyond" } },
  stages = {
    stage { name = "first", pool = "near", service = exponential { mean = days(1) }, limit = 1,
      timers = { { name = "moves", after = days(1), to = "again" } }, on = { full = "second" } },
    stage { name = "again", pool = "near", service = exponential { mean = days(1) } },
    stage { name = "second", pool = "far", service = exponential { mean = days(1) }, next = "third" },
    stage { name = "third", pool = "beyond", service = exponential { mean = days(1) } },
  },
  sources = { source { name = "people", to = "first", rate = per_day(0.5) } } }
LUA
exits 0 "$weir" check overflow.lua
grep -qE '^near +servers +1 +365.25 server-days +0.500 +0.500 +0$' out.txt || complain 'overflow: the load of the first is wrong'
for pool in far beyond; do
    grep -qE "^$pool +servers +1 +365.25 server-days +- +- +-\$" out.txt || complain "overflow: a load of '$pool' is told"
    says out.txt "$pool: reached only by those who are turned away, baulk or leave elsewhere; how many is not known before a run"
done
grep -qE '^near: |nan' out.txt && complain 'overflow: a remark on the first'
sed 's/  sources = {/&\n    source { name = "own", to = "third", rate = per_day(0.25) },/' overflow.lua >more.lua
exits 0 "$weir" check more.lua
grep -qE '^beyond +servers +1 +365.25 server-days +0.250' out.txt || complain 'overflow: the known load of the last is wrong'
says out.txt 'beyond: also reached by those who are turned away'

# One long replication: an interval by batch means; none of an unstable one, or of too few spans.
exits 0 "$weir" run loop.lua --set years=3 --reps 1 --warmup 4w --out one.db
grep -qE '^One replication: mean number present [0-9.]+ \([0-9.]+ to [0-9.]+\), 95% interval by batch means, [123]0 batches of' out.txt ||
    complain 'no interval by batch means'
exits 0 "$weir" run loop.lua --set sources.people.rate=30 --reps 1 --out unstable.db
says out.txt 'there is no steady state to take batch means of'
exits 0 "$weir" run loop.lua --reps 1 --series 15 --out few.db; says out.txt 'too few spans are counted'
exits 0 "$weir" run loop.lua --reps 2 --out two.db; grep -q 'batch means' out.txt && complain 'batch means of two replications'

# A plan that promises schools more than its staff can give, and one that does not.
exits 0 "$weir" compare "$root/scenarios/universal_tiers.lua" --plans promised,bronze --reps 2 --set scale=0.4 --set years=1 --out promise.db
says out.txt 'promised: schools are promised 2.'
grep -q '^bronze: schools are promised' out.txt && complain 'a plan that keeps its promise is called overloaded'

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
