# Weir. `make` builds ./weir, `make check` tests it, `make demo` shows it; `make help` lists the rest.
# Each goal first sees to the packages it needs, so each works straight after a clone.

VERSION = 0.1.0
PREFIX = /usr/local
DATADIR = $(PREFIX)/share/weir

ifeq ($(origin CC),default)
CC = gcc
endif
CFLAGS = -O2 -g

# Objects of a sanitised build (SANITIZE=asan or tsan) are kept apart, and such a program reads its data from here.
SANITIZE =
SANITIZE_asan = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
SANITIZE_tsan = -fsanitize=thread
B = build$(SANITIZE:%=/%)
PROGRAM = $(if $(SANITIZE),$(B)/weir,weir)
ifneq ($(SANITIZE),)
DATADIR = $(CURDIR)
endif

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion \
    -Wno-sign-conversion -Wvla
ifneq ($(filter true,$(CI))$(filter 1,$(WERROR)),)
STRICT = -Werror
endif
# No fused multiply-add: results are the same on every x86-64 and Arm machine.
BUILD_CFLAGS = -std=c11 $(CFLAGS) -ffp-contract=off $(WARNINGS) $(STRICT) $(SANITIZE_$(SANITIZE))
BUILD_CPPFLAGS = -I. -I$(B) -D_POSIX_C_SOURCE=200809L $(CPPFLAGS)

# pkg-config is asked once, by the first recipe that needs it: the same run may have installed the libraries by then.
ask = $(eval $(1) := $$(shell pkg-config $(2)))$($(1))
LUA_NAME = $(shell for l in lua5.4 lua-5.4 lua54 lua; do \
    pkg-config --exists "$$l >= 5.4" "$$l < 5.5" 2>/dev/null && echo $$l && break; done)
LIB_CFLAGS = $(call ask,LIB_CFLAGS,--cflags gsl sqlite3 xlsxwriter $(LUA_NAME))
LIB_LDLIBS = $(call ask,LIB_LDLIBS,--libs gsl sqlite3 xlsxwriter $(LUA_NAME))
TEST_LDLIBS = $(call ask,TEST_LDLIBS,--libs cmocka)

ROOMS = sim/core sim/experiment sim/analysis sim/store sim/lua sim/cli models plots
SOURCES := $(sort $(wildcard $(ROOMS:=/*.c)))
OFFERS := $(patsubst models/offer_%.c,%,$(filter models/offer_%,$(SOURCES)))
REGISTRY := $(if $(wildcard models/offer.h),$(B)/models/offer_registry)
MAIN := $(B)/sim/cli/main.o
OBJECTS := $(SOURCES:%.c=$(B)/%.o) $(REGISTRY:=.o)
LIBRARY := $(B)/libweir.a

# Tests are programs of their own; ONLY=dist takes those whose name contains "dist".
chosen = $(if $(ONLY),$(foreach t,$(1),$(if $(findstring $(ONLY),$(basename $(t))),$(t))),$(1))
TEST_SOURCES := $(sort $(wildcard tests/*/test_*.c))
TEST_SCRIPTS := $(if $(SANITIZE),,tests/arrows.sh tests/globals.sh) \
    $(sort $(shell find tests -mindepth 2 -name 'test_*.sh' -perm -u+x 2>/dev/null))
TEST_PROGRAMS := $(patsubst %.c,$(B)/%,$(call chosen,$(TEST_SOURCES)))
MEMCHECK_PROGRAMS := $(filter $(B)/tests/unit/% $(B)/tests/theory/%,$(TEST_PROGRAMS))

# All C files that git tracks or would; without git, all there are.
C_FILES = $(wildcard $(sort $(shell git ls-files -co --exclude-standard -- '*.c' '*.h' 2>/dev/null || \
    find $(ROOMS) tests bench -name '*.[ch]' 2>/dev/null)))

# All cores, unless -j says otherwise.
CORES := $(shell nproc 2>/dev/null || echo 1)
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(CORES)
endif

.PHONY: all help deps deps-dev ready check check-report check-slurm check-valgrind asan tsan demo bench docs deb install uninstall format lint \
    lint-build lint-clang lint-format lint-cppcheck lint-arrows lint-space test-programs clean FORCE
.DELETE_ON_ERROR:

all: $(LIBRARY) $(if $(filter $(MAIN),$(OBJECTS)),$(PROGRAM))

help:
	@echo 'make                  build ./weir'
	@echo 'make check            build and run every test; ONLY=dist runs those whose name contains "dist"'
	@echo 'make check-report     the report in a real browser, where there is Chromium'
	@echo 'make check-valgrind   unit and theory tests under valgrind'
	@echo 'make check-slurm      shards of a sweep on a real Slurm on this machine (as root)'
	@echo 'make asan, make tsan  every test with the address and undefined-behaviour, or the thread, sanitiser'
	@echo 'make demo             compare delivery models in Kent and Medway; results and figures in out/'
	@echo 'make bench            events per second on this machine'
	@echo 'make docs             docs/reference.md from the tables in the program, and the pages as HTML in build/html'
	@echo 'make lint, format     check, or mend, how the code reads'
	@echo 'make install          PREFIX=/usr/local, DESTDIR; uninstall takes it away'
	@echo 'make deb              a Debian package, in build/'
	@echo 'make deps, deps-dev   install the packages that users, or developers, need'
	@echo 'make clean            remove what was built (not out/)'
	@echo 'Variables: CC, CFLAGS, PREFIX, DESTDIR; WERROR=1 makes warnings errors, as CI=true does; V=1 shows commands'

# ---- packages ----

# $(call absent,COMMAND,PACKAGE): the Debian package to install when the command fails.
absent = $(if $(shell { $(1); } >/dev/null 2>&1 && echo y),,$(2))
library = $(call absent,pkg-config --exists $(1),$(2))
program = $(call absent,command -v $(1),$(2))
COMPILER = $(if $(findstring clang,$(CC)),clang,gcc) libc6-dev

ABSENT_build = $(call program,pkg-config,pkg-config) \
    $(call absent,$(CC) -E -include stdio.h -x c /dev/null,$(COMPILER)) \
    $(call library,gsl,libgsl-dev) $(call library,sqlite3,libsqlite3-dev) \
    $(call library,xlsxwriter,libxlsxwriter-dev) $(call absent,test $(LUA_NAME),liblua5.4-dev)
ABSENT_demo = $(call program,gnuplot,gnuplot-nox)
ABSENT_check = $(call library,cmocka,libcmocka-dev) $(ABSENT_demo)
ABSENT_deps = $(ABSENT_check)
ABSENT_test-programs = $(ABSENT_check)
ABSENT_asan = $(ABSENT_check)
ABSENT_tsan = $(ABSENT_check)
ABSENT_check-slurm = $(call program,slurmctld,slurm-wlm)
ABSENT_check-valgrind = $(ABSENT_check) $(call program,valgrind,valgrind)
ABSENT_docs = $(call program,cmark-gfm,cmark-gfm)
ABSENT_deb = $(call program,dpkg-shlibdeps,dpkg-dev)
ABSENT_format = $(call program,clang-format,clang-format)
ABSENT_lint = $(ABSENT_check) $(ABSENT_format) $(call program,clang,clang) $(call program,cppcheck,cppcheck)
ABSENT_deps-dev = $(ABSENT_lint) $(call program,valgrind,valgrind) $(call program,clang-tidy,clang-tidy) \
    $(call absent,ls `clang -print-resource-dir`/lib/*/libclang_rt.fuzzer*,libclang-rt-14-dev)
ABSENT = $(sort $(ABSENT_build) $(foreach goal,$(patsubst lint-%,lint,$(MAKECMDGOALS)),$(ABSENT_$(goal))))

APT_INSTALL = apt-get install -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300
define install_packages
@if ! command -v apt-get >/dev/null; then \
    echo 'Needed but not found (by the names of the Debian packages): $(1)' >&2; exit 1; \
fi; \
if [ "$$(id -u)" = 0 ]; then as_root=; \
elif sudo -n true 2>/dev/null; then as_root='sudo -n'; \
else \
    echo 'Packages are missing. As root, run:' >&2; \
    echo '    apt-get update && apt-get install -y $(1)' >&2; exit 1; \
fi; \
echo 'Installing: $(1)'; \
as_root="$$as_root env DEBIAN_FRONTEND=noninteractive"; \
$$as_root apt-get update -qq </dev/null || echo 'apt-get update failed; going on' >&2; \
$$as_root $(APT_INSTALL) $(1) </dev/null
endef

ready:
	$(if $(ABSENT),$(call install_packages,$(ABSENT)),@:)

deps deps-dev: ready

# ---- build ----

# What is piped to $(keep) becomes the target, which stays as it was when that changes nothing.
keep = { mkdir -p $(@D) && cat >$@.new && if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi; }
quiet = $(if $(V),,@echo '  $(1)';)

# Changed settings, or another set of sources, make anew what was built with the old ones.
$(B)/settings: FORCE
	@echo '$(CC) $(BUILD_CPPFLAGS) $(BUILD_CFLAGS)' | $(keep)

$(B)/datadir: FORCE
	@echo '$(DATADIR)' | $(keep)

$(B)/sources: FORCE
	@echo '$(OBJECTS) $(LDFLAGS)' | $(keep)

$(B)/version.h: FORCE
	@commit=$$([ ! -e .git ] || git describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null); \
	printf '#define %s "%s"\n' WEIR_VERSION '$(VERSION)' WEIR_COMMIT "$${commit:-unknown}" | $(keep)

# Every models/offer_NAME.c defines `const care_offer_t offer_NAME`.
$(B)/models/offer_registry.c: FORCE
	@{ printf '%s\n' '/* Generated from the names models/offer_*.c. */' '#include "models/offer.h"' '' \
	    '#include <stddef.h>' '' $(OFFERS:%='extern const care_offer_t offer_%;') '' \
	    'const care_offer_t *const CARE_OFFERS[] = {' $(OFFERS:%='    &offer_%,') '    NULL,' '};' \
	    'const size_t CARE_N_OFFERS = $(words $(OFFERS));'; } | $(keep)

COMPILE = $(call quiet,CC $<)mkdir -p $(@D) && \
    $(CC) $(BUILD_CPPFLAGS) $(ROOM_CPPFLAGS) $(LIB_CFLAGS) $(BUILD_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/sim/cli/%.o: ROOM_CPPFLAGS = -DWEIR_DATADIR='"$(DATADIR)"'
$(filter $(B)/sim/cli/%,$(OBJECTS)): $(B)/datadir

$(B)/%.o: %.c $(B)/settings | ready $(B)/version.h
	$(COMPILE)

$(B)/models/offer_registry.o: $(B)/models/offer_registry.c $(B)/settings | ready
	$(COMPILE)

$(LIBRARY): $(filter-out $(MAIN),$(OBJECTS)) $(B)/sources | ready
	$(call quiet,AR $@)rm -f $@ && ar rcs $@ $(filter %.o,$^)

$(PROGRAM): $(MAIN) $(LIBRARY)
	$(call quiet,LD $@)$(CC) $(BUILD_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIB_LDLIBS) -lm -pthread

# A test that defines __wrap_malloc is handed every call of malloc, and so for other functions.
$(TEST_PROGRAMS): $(B)/tests/%: $(B)/tests/%.o $(LIBRARY)
	$(call quiet,LD $@)$(CC) $(BUILD_CFLAGS) $(LDFLAGS) `nm $< | sed -n 's/.* T __wrap_/-Wl,--wrap=/p'` -o $@ $^ \
	    $(TEST_LDLIBS) $(LIB_LDLIBS) -lm -pthread

-include $(OBJECTS:.o=.d) $(TEST_PROGRAMS:=.d)

# ---- tests ----

RUN_TESTS = CC='$(CC)' BUILD='$(B)' WEIR='./$(PROGRAM)' tests/run.sh

test-programs: $(TEST_PROGRAMS)

check: all test-programs
	@$(RUN_TESTS) $(TEST_PROGRAMS) $(call chosen,$(TEST_SCRIPTS))

# Needs Chromium; without it nothing is looked at, and that is said.
check-report: all
	@WEIR='./$(PROGRAM)' tests/browser/check_report.sh

check-valgrind: all test-programs
	@WRAPPER='valgrind --quiet --error-exitcode=99 --leak-check=full' LIMIT=3000 $(RUN_TESTS) $(MEMCHECK_PROGRAMS)

# The templates of docs/cluster on a real Slurm on this machine's loopback; needs root.
check-slurm: all
	@tests/slurm/check.sh

asan tsan: ready
	@$(MAKE) --no-print-directory check SANITIZE=$@

# ---- use ----

DEMO = out/kent_medway

demo: all
	@mkdir -p out
	./weir compare scenarios/kent_medway.lua --reps 6 --out $(DEMO).db --force
	@set -e; for figure in list waits funnel frontier equity facts; do for format in svg png; do \
	    echo "./weir plot $(DEMO).db $$figure --out $(DEMO)-$$figure.$$format --force"; \
	    ./weir plot $(DEMO).db $$figure --out $(DEMO)-$$figure.$$format --force; \
	done; done
	@echo 'Results, and their figures:'; ls $(DEMO).db $(DEMO)-*.svg $(DEMO)-*.png

bench: all
	./$(PROGRAM) bench

docs: all
	./$(PROGRAM) help reference >docs/reference.md.new
	mv docs/reference.md.new docs/reference.md
	docs/html.sh $(B)/html
	@echo 'HTML: $(B)/html/README.html'

SHARE = $(DESTDIR)$(PREFIX)/share
MAN = $(SHARE)/man/man1
COMPLETION_FILES = $(SHARE)/bash-completion/completions/weir $(SHARE)/zsh/site-functions/_weir \
    $(SHARE)/fish/vendor_completions.d/weir.fish

install: all
	install -D -m 755 weir $(DESTDIR)$(PREFIX)/bin/weir
	install -D -m 644 LICENSE $(SHARE)/doc/weir/LICENSE
	install -d $(MAN) $(dir $(COMPLETION_FILES))
	./weir help man >$(MAN)/weir.1
	for c in $$(./weir help commands); do ./weir help man $$c >$(MAN)/weir-$$c.1 || exit 1; done
	./weir help completion bash >$(word 1,$(COMPLETION_FILES))
	./weir help completion zsh >$(word 2,$(COMPLETION_FILES))
	./weir help completion fish >$(word 3,$(COMPLETION_FILES))
	find scenarios plots bench -type f ! -name "*.[ch]" ! -name "*.md" -exec sh -c \
	    'for f; do install -D -m 644 "$$f" "$(SHARE)/weir/$$f" || exit 1; done' sh {} +

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/weir
	rm -f $(MAN)/weir.1 $(MAN)/weir-*.1 $(COMPLETION_FILES)
	rm -rf $(SHARE)/weir $(SHARE)/doc/weir

# Built for /usr, so that the program finds its data there; the next plain `make` builds that part anew.
DEB = $(B)/weir_$(VERSION)_$(shell dpkg --print-architecture 2>/dev/null).deb

deb:
	rm -rf $(B)/deb
	@$(MAKE) --no-print-directory install PREFIX=/usr DESTDIR=$(B)/deb
	.ci/deb.sh $(B)/deb $(VERSION) $(DEB)

clean:
	rm -rf build weir

# ---- how the code reads ----

format: ready
	clang-format -i $(C_FILES)

lint: lint-build lint-clang lint-format lint-cppcheck lint-arrows lint-space

ifneq ($(STRICT),)
lint-build: all test-programs
else
lint-build: ready
	@$(MAKE) --no-print-directory all test-programs B=build/lint PROGRAM=build/lint/weir WERROR=1
endif

PER_CORE = xargs -r -P $(CORES) -n

lint-clang: $(B)/version.h | ready
	@printf '%s\n' $(C_FILES) | $(PER_CORE) 4 clang -fsyntax-only -DWEIR_DATADIR='""' \
	    $(BUILD_CPPFLAGS) $(LIB_CFLAGS) $(BUILD_CFLAGS) -Werror -Wno-unused-function

lint-format: ready
	@printf '%s\n' $(C_FILES) | $(PER_CORE) 8 clang-format --dry-run --Werror

# Left out: what cppcheck 2.10 gets wrong (hex floats, our 128-bit type, realloc into a struct; leaks are valgrind's).
lint-cppcheck: $(B)/version.h | ready
	@printf '%s\n' $(filter-out tests/%,$(filter %.c,$(C_FILES))) | $(PER_CORE) 8 cppcheck --quiet --std=c11 \
	    --error-exitcode=1 --inline-suppr --enable=warning,performance,portability --suppress=incorrectLogicOperator \
	    --suppress=CastIntegerToAddressAtReturn --suppress=memleak -I. -I$(B)

lint-arrows:
	@tests/arrows.sh

lint-space:
	@! grep -nHP '\t|\s$$' $(C_FILES) /dev/null || { echo 'C files: tabs or trailing spaces' >&2; exit 1; }
	@! git grep -nIE '[[:space:]]$$' -- . ':!*.csv' ':!*.tsv' 2>/dev/null || { echo 'Trailing spaces' >&2; exit 1; }
