#!/usr/bin/env bash
# Every command has help with examples and a manual page that troff takes without a warning; they name every option that it takes,
# and what they name, completion offers, in a real bash, and in zsh and fish where those are.
. "$(dirname "$0")/begin.sh"

commands=$("$weir" help commands)
[ "$(wc -l <<<"$commands")" -ge 10 ] || complain 'too few commands are listed'

page() { "$weir" help man "$@" >page.1 || complain "help man $*"; }

for command in '' $commands; do
    # shellcheck disable=SC2086 # no argument for the page of weir itself
    page $command
    if command -v groff >/dev/null; then
        groff -man -Tutf8 -ww -P-cbou page.1 >page.txt 2>warnings || complain "groff: the page of weir $command"
        [ ! -s warnings ] || complain "the page of weir $command: $(head -1 warnings)"
        awk 'length > 120 { exit 1 }' page.txt || complain "the page of weir $command is too wide"
    fi
    grep -q '^\.TH WEIR' page.1 && grep -q '^\.SH EXIT STATUS' page.1 || complain "the page of weir $command lacks its parts"
done

names_all() { # of a command: what its help names is in its page, and completion offers it
    local option
    page "$1"
    "$weir" help complete "weir $1 --" | cut -f1 >offered
    for option in $("$weir" "$1" --help | sed -n 's/^  \(-., \|    \)\(--[a-z-]*\).*/\2/p'); do
        sed 's/\\-/-/g' page.1 | grep -qF -- "$option" || complain "the page of weir $1 does not name $option"
        grep -qxF -- "$option" offered || complain "completion of weir $1 does not offer $option"
    done
    "$weir" "$1" --help | grep -q '^Examples:' || complain "weir help $1 shows no example"
}
for command in $commands; do names_all "$command"; done
exits 2 "$weir" help man comprae; says err "did you mean 'compare'?"
exits 2 "$weir" help completion csh; says err 'bash, zsh or fish'

offers() { # line, words that must be offered
    local line=$1 word
    shift
    "$weir" help complete "$line" | cut -f1 >offered
    for word; do grep -qxF -- "$word" offered || complain "completion of '$line' does not offer '$word'"; done
}
offers_not() { # line, word
    "$weir" help complete "$1" | cut -f1 | grep -qxF -- "$2" && complain "completion of '$1' offers '$2'"
}
offers 'weir ' check compare help
offers 'weir com' compare
offers_not 'weir com' check
offers 'weir help ' compare reference
offers 'weir check ' ':files .lua' kent_medway tutorial
offers 'weir plot ' ':files .db'
offers 'weir plot x.db ' waits list
offers 'weir plot --format png x.db ' waits
offers_not 'weir plot x.db waits ' list
offers 'weir plot x.db waits --format ' svg png pdf
offers 'weir export --kpi ' waiting cohort_seen_18w
offers 'weir export --kpi=waiting,coh' '--kpi=waiting,cohort_seen_18w'
offers_not 'weir export --kpi=waiting,coh' '--kpi=waiting,unmet_need'
offers "weir compare $town --plans " none traded
offers "weir compare $town --plans none,t" none,traded
offers 'weir compare tutorial --plans ' none traded
offers "weir run $town --set money.ex" money.extra_per_year=
offers "weir run $town --progress p" plain
offers "weir run $town --out " :files
offers 'weir sweep tutorial --design s' sobol saltelli
offers 'weir evidence capa_w' capa_weeks
[ -z "$("$weir" help complete 'weir frobnicate ')" ] || complain 'an unknown command has completions'
[ -z "$("$weir" help complete "weir run $tmp/absent.lua --plans " 2>&1)" ] || complain 'an absent scenario has plans'
"$weir" run "$town" --reps 1 --set years=0.2 --out small --quiet >/dev/null || complain 'the tutorial does not run'
offers 'weir export small.db --plans ' none
offers 'weir export small.db --group quin' quintile quintile=1
offers 'weir plot small.db groups --by ' quintile school_type
offers 'weir export small.db --period ' month y1 2025-09

# A line of bash, completed as readline would: its words broken at = and : too.
"$weir" help completion bash >weir.bash
bash -n weir.bash || complain 'the completion of bash is not bash'
cp "$town" my.lua
mkdir folder
mkdir bin && ln -s "$weir" bin/weir
in_bash() { # line, the words that are to replace the last
    local line=$1
    shift
    PATH=$PWD/bin:$PATH bash -c '
        . ./weir.bash
        COMP_LINE=$1 COMP_POINT=${#1}
        COMP_WORDBREAKS=$" \t\n\"\047><=;|&(:"
        read -ra COMP_WORDS <<<"$1"
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _weir 2>/dev/null
        printf "%s\n" "${COMPREPLY[@]}"' bash "$line" >offered
    for word; do grep -qxF -- "$word" offered || complain "bash: completion of '$line' does not offer '$word'"; done
}
in_bash 'weir com' compare
in_bash 'weir check my' my.lua
grep -q small offered && complain 'bash: a results file is offered as a scenario'
in_bash 'weir check f' folder
in_bash 'weir export sm' small.db
in_bash 'weir export small.db --kpi=waiting,coh' waiting,cohort_seen_18w
in_bash 'weir export small.db --group quintile=' 1 5
in_bash 'weir run my.lua --set money.ex' money.extra_per_year=
in_bash 'weir run my.lua --out my' my.lua

if command -v zsh >/dev/null; then
    "$weir" help completion zsh >_weir
    zsh -n _weir || complain 'the completion of zsh is not zsh'
    cat >try.zsh <<'END'
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'fpath=($PWD $fpath); autoload -U compinit; compinit -u -D; keep() { print -r -- $BUFFER >>zsh.txt; BUFFER= }
    zle -N keep; bindkey "^X" keep; print >zsh.ready'
for ((i = 0; i < 200; i++)) { [[ -e zsh.ready ]] && break; sleep 0.1 }
n=0
for begun in 'weir com' 'weir compare my.lua --plans tra' 'weir check my' 'weir export small.db --kpi waiting,cohort_seen_18'; do
    zpty -w -n z "$begun"$'\t\x18'
    ((n++))
    for ((i = 0; i < 100; i++)) { [[ -e zsh.txt && $(wc -l <zsh.txt) -ge n ]] && break; sleep 0.1 }
done
zpty -d z
END
    PATH=$PWD/bin:$PATH TERM=xterm timeout 60 zsh -f try.zsh >/dev/null 2>&1
    for line in 'weir compare' 'weir compare my.lua --plans traded' 'weir check my.lua' \
        'weir export small.db --kpi waiting,cohort_seen_18w'; do
        sed 's/ *$//' zsh.txt | grep -qxF -- "$line" || complain "zsh does not complete to: $line"
    done
fi

if command -v fish >/dev/null; then
    "$weir" help completion fish >weir.fish
    in_fish() { # line, words offered
        local line=$1
        shift
        PATH=$PWD/bin:$PATH HOME=$PWD fish --no-config -c 'source weir.fish; complete -C $argv[1]' -- "$line" | cut -f1 >offered
        for word; do grep -qxF -- "$word" offered || complain "fish: completion of '$line' does not offer '$word'"; done
    }
    in_fish 'weir com' compare
    in_fish 'weir check my' my.lua
    in_fish 'weir export --kpi waiting,coh' waiting,cohort_seen_18w
    in_fish 'weir compare my.lua --plans tra' traded
fi

[ "$faults" = 0 ] || { echo "$faults faults"; exit 1; }
