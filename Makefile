# make, make check, make install; see README.md.
PREFIX   ?= /usr/local
DESTDIR  ?=
VERSION  := $(shell sed -n 's/^\#\# \[\([0-9.]*\)\].*/\1/p;T;q' CHANGELOG.md)
RELEASED := $(shell sed -n 's/^\#\# \[[0-9.]*\] - //p;T;q' CHANGELOG.md)
CC       := $(if $(filter default,$(origin CC)),gcc,$(CC))
O        ?= $(if $(SANITIZE),build/sanitize,build)

PKGS      = rdkafka libpq libcurl jansson icu-i18n icu-uc
CFLAGS   ?= -O2 -g
# scripts/check sets WERROR=-Werror: a newer compiler's new warning is no reason not to build.
WERROR   ?=
WARN      = -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wmissing-prototypes $(WERROR)
HARDEN    = -fstack-protector-strong -fPIE
CPPFLAGS += -D_XOPEN_SOURCE=700 -Ilib -DRC_VERSION='"$(VERSION)"' \
	    $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LDFLAGS  += -pie -Wl,-z,relro,-z,now,--as-needed
LDLIBS   += $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lpthread

ifdef SANITIZE
HARDEN   += -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS  += -fsanitize=address,undefined
else
HARDEN   += -D_FORTIFY_SOURCE=2
endif

TOOLS    := $(patsubst cmd/%.c,%,$(wildcard cmd/rc-*.c))
LIB_OBJ  := $(patsubst %.c,$O/%.o,$(wildcard lib/*/*.c))
UNITS    := $(patsubst %.c,$O/%,$(wildcard tests/unit/*/*.c))
SOURCES  := $(wildcard cmd/*.c lib/*/*.[ch] tests/kafka-admin.c tests/unit/*.[ch] tests/unit/*/*.[ch])
MAN      := $(wildcard man/*.[157])
# rc-stack belongs to the source tree, where it keeps its data.
INSTALLED_MAN = $(filter-out rc-stack.1,$(notdir $(MAN)))
EXAMPLES  = DATA.md scripts/flow.env scripts/crontab $(wildcard scripts/systemd/* scripts/prometheus/*)
SHELL_SCRIPTS = $(shell grep -d skip -lE '^\#!.*(bash|/sh)' scripts/* scripts/sql/* tests/*.t tests/faults/*.t tests/containers/* tests/sanitized/run scripts/docker/daily tests/limit tests/lint-rooms .ci/run) tests/lib.sh scripts/sql/psql.sh \
		tests/load.sh tests/memory.sh tests/fetch.sh tests/kafka.sh tests/produce.sh tests/examples.sh tests/faults/lib.sh

all: $(TOOLS:%=$O/%)

# A line of help is a comment with two number signs.
help:
	@sed -n 's/^## //p' Makefile
## make              build the programs in build/
## make check        the tests; what they need is installed by: scripts/install-needs check
## make install      programs, pages, descriptions, completions to PREFIX (/usr/local); DESTDIR is honoured
## make uninstall    take them away again
## make deb          a Debian package; what it needs is installed by: scripts/install-needs deb
## make lint         clang-tidy, shellcheck, mandoc; make format: clang-format
## make SANITIZE=1   build with AddressSanitizer and UBSan, in build/sanitize
## make dist         rappelconso-VERSION.tar.gz, byte for byte the same from a commit
## make faults       programs killed and connections cut; make soak: for half an hour
## make bench       what each stage takes, beside what else does the same work
## make bench-instructions  what each program costs, in instructions, to be compared by make check
## make containers   the image and docker-compose.yml, by podman
## make docs         the README's picture, by Chromium
## make clean        remove build/

$O/rc-%: $O/cmd/rc-%.o $O/librc.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$O/tests/unit/%.o: CPPFLAGS += -Itests
$O/tests/unit/%: $O/tests/unit/%.o $O/librc.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

$O/librc.a: $(LIB_OBJ)
	rm -f $@ && $(AR) rcs $@ $^

# Before a compiler says that it finds no header: which package has it.
libraries:
	@for package in $(PKGS); do \
		pkg-config --exists $$package 2>/dev/null || missing="$$missing $$package"; \
	done; [ -z "$$missing" ] || { echo "make: pkg-config does not find:$$missing: on Debian" \
		"and Ubuntu, scripts/install-needs run installs all that is needed" >&2; exit 1; }

$O/%.o: %.c Makefile | libraries
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(WARN) $(HARDEN) $(CFLAGS) -MMD -MP -c -o $@ $<

-include $(wildcard $O/cmd/*.d $O/lib/*/*.d $O/tests/*.d $O/tests/unit/*/*.d)

units: $(UNITS) $O/tests/kafka-admin

$O/tests/kafka-admin: $O/tests/kafka-admin.o
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# What tests/unaccent.t compares with, whatever release the system has.
UNIDECODE = 1.4.0
oracle: $O/oracle/unidecode-$(UNIDECODE)
$O/oracle/unidecode-$(UNIDECODE):
	rm -rf $(@D)
	python3 -m venv $(@D)
	$(@D)/bin/pip install -q --disable-pip-version-check Unidecode==$(UNIDECODE)
	touch $@

# Prometheus's own checker, out of Debian's package, which is not installed: it would start
# a service; since Debian 13 it has a package of its own.  Without it, tests/rc-runs.t leaves out
# what it would say.
promtool: $O/promtool/promtool
$O/promtool/promtool:
	rm -rf $(@D) && mkdir -p $(@D)
	cd $(@D) && apt-get download -qq -o APT::Sandbox::User=root \
		$$(apt-cache show promtool >/dev/null 2>&1 && echo promtool || echo prometheus)
	dpkg-deb --fsys-tarfile $(@D)/prom*.deb | tar -xO ./usr/bin/promtool >$@.new
	chmod +x $@.new && mv $@.new $@ && rm $(@D)/*.deb

# A pooler, out of Debian's packages, which are not installed: it would start a service.
# Without it, tests/pooler.t is left out.
pgbouncer: $O/pgbouncer/usr/sbin/pgbouncer
$O/pgbouncer/usr/sbin/pgbouncer:
	rm -rf $O/pgbouncer && mkdir -p $O/pgbouncer
	cd $O/pgbouncer && apt-get download -qq -o APT::Sandbox::User=root pgbouncer \
		$$(apt-cache depends pgbouncer | grep -oE 'lib(c-ares|event)[-.0-9a-z]*$$')
	cd $O/pgbouncer && for deb in *.deb; do dpkg-deb -x $$deb . || exit 1; done && rm *.deb
	touch $@

# The schema of the compose specification, out of the last docker-compose that was written in
# Python, and, beside Unidecode, what checks a file against it.
COMPOSE = 1.29.2
compose-schema: $O/compose/schema-$(COMPOSE).json
$O/compose/schema-$(COMPOSE).json: | oracle
	rm -rf $(@D)
	$O/oracle/bin/pip install -q --disable-pip-version-check jsonschema pyyaml
	$O/oracle/bin/pip download -q --disable-pip-version-check --no-deps -d $(@D) docker-compose==$(COMPOSE)
	$O/oracle/bin/python -m zipfile -e $(@D)/docker_compose-*.whl $(@D)/wheel
	mv $(@D)/wheel/compose/config/compose_spec.json $@
	rm -r $(@D)/wheel $(@D)/docker_compose-*.whl

check: needed-for-check all units
	-$(MAKE) -s -k oracle promtool pgbouncer compose-schema
	scripts/rc-stack fetch
	prove -j2 tests/*.t

# What a target runs, named before it fails for want of it.
needed-for-check: NEEDED = prove java psql jq kcat curl python3
needed-for-bench: NEEDED = java psql jq kcat curl python3
needed-for-bench-instructions: NEEDED = prove java valgrind python3
needed-for-lint: NEEDED = shellcheck mandoc clang
needed-for-%:
	@for program in $(NEEDED); do command -v $$program >/dev/null || [ -n "$$(ls /usr/lib/postgresql/*/bin/$$program 2>/dev/null)" ] || \
		missing="$$missing $$program"; done; [ -z "$$missing" ] || { echo "make $*: not found:$$missing: on Debian and" \
		"Ubuntu, scripts/install-needs check installs all that is needed" >&2; exit 1; }

# All that, and what concerns Kafka with a newer librdkafka, whose source an npm package carries.
check-all: check faults $O/librdkafka/lib/pkgconfig/rdkafka.pc
	LD_RUN_PATH=$(abspath $O)/librdkafka/lib PKG_CONFIG_PATH=$O/librdkafka/lib/pkgconfig \
		$(MAKE) -s O=$O/newer CFLAGS='-O2 -g -Wno-ignored-qualifiers' all units
	$O/newer/rc-produce --version
	RC_BUILD=$O/newer prove -j2 $(NEWER_TESTS:%=tests/%.t)
	for version in $(POSTGRES); do $(MAKE) -s $O/postgres-$$version/bin/postgres && \
		RC_STACK_POSTGRES_BIN=$(abspath $O)/postgres-$$version/bin prove -j2 $(POSTGRES_TESTS:%=tests/%.t) || exit; done
NEWER_TESTS = rc-produce rc-produce-faults rc-produce-properties rc-produce-refused rc-consume rc-consume-faults \
	rc-kafka-cluster rc-kafka-slow rc-state security acl memory-kafka
# Servers of other versions, of which Maven has the programs.
POSTGRES = 17.6.0 18.1.0
POSTGRES_TESTS = rc-load rc-load-connect rc-load-faults rc-load-messages rc-load-positions rc-load-silence rc-load-tables \
	rc-state rc-runs
POSTGRES_JAR = embedded-postgres-binaries-linux-$(shell dpkg --print-architecture)
$O/postgres-%/bin/postgres:
	rm -rf $O/postgres-$* && mkdir -p $O/postgres-$*
	cd $O/postgres-$* && mvn -B -q -Dstyle.color=never dependency:copy -DoutputDirectory=. \
		-Dartifact=io.zonky.test.postgres:$(POSTGRES_JAR):$* && \
		python3 -m zipfile -e *.jar . && tar -xJf *.txz && rm *.jar *.txz && test -x bin/postgres
LIBRDKAFKA = node-rdkafka@3.6.1
$O/librdkafka/lib/pkgconfig/rdkafka.pc:
	rm -rf $O/librdkafka && mkdir -p $O/librdkafka
	cd $O/librdkafka && npm pack --silent $(LIBRDKAFKA) && tar -xzf *.tgz && rm *.tgz
	cd $O/librdkafka/package/deps/librdkafka && ./configure --prefix=$(abspath $O)/librdkafka \
		--disable-gssapi >/dev/null && $(MAKE) -s -C src >/dev/null && $(MAKE) -s -C src install >/dev/null

# What kills and cuts: faults a few times, soak for about half an hour, with
# other faults each time; SEED=N repeats what a failure printed.
faults: all
	prove tests/faults/*.t
soak: export SEED := $(or $(SEED),$(shell date +%s))
soak: all
	ROUNDS=200 prove -v tests/faults/kill.t
	ROUNDS=10 prove -v tests/faults/services.t
	prove -v tests/faults/cut.t
	DURATION=600 prove -v tests/faults/follow.t
# What each stage takes, beside what else does the same work: BENCHMARKS.md. RECORDS=10000,1000000: other sizes.
bench: needed-for-bench all
	scripts/rc-stack fetch
	scripts/bench $(RECORDS:%=--records %)
# What each program costs, in instructions: the figures are kept for this compiler, and compared by make check.
bench-instructions: needed-for-bench-instructions all
	scripts/rc-stack fetch
	KEEP=1 prove -v tests/instructions.t
	git diff --stat tests/instructions 2>/dev/null || true
# The image and docker-compose.yml, by podman; see the test.
containers:
	scripts/rc-stack fetch --kafka
	prove -v tests/containers/flow.t

# The sources as the formatter wants them; format-check only says what is not.
# Other versions of clang's tools want other things of the same sources: with them,
# what they would say is left out.
CLANG_TOOLS = 14
written_for = $(shell $1 --version 2>/dev/null | grep -o 'version $(CLANG_TOOLS)\.')
left_out = @echo "$@: left out: the sources are written for $1 $(CLANG_TOOLS), which is not here"

ifneq ($(call written_for,clang-format),)
format:
	clang-format -i $(SOURCES)
format-check:
	clang-format --dry-run -Werror $(SOURCES)
else
format format-check:
	$(call left_out,clang-format)
endif

lint: needed-for-lint lint-scripts lint-rooms lint-man lint-c lint-clang # one process for all scripts: it takes long alone
ifneq ($(call written_for,clang-tidy),)
lint-c: $(SOURCES:%=$O/lint/%)
else
lint-c:
	$(call left_out,clang-tidy)
endif
# How many states of a function clang's analyzer follows, which is its own limit. scripts/check sets
# fewer: those that come last take most of the time.
LINT_STATES ?= 225000
$O/lint/%.c: %.c .clang-tidy $(wildcard lib/*/*.h)
	@mkdir -p $(@D)
	clang-tidy --quiet $< -- -std=c11 $(CPPFLAGS) -Itests -Xclang -analyzer-config \
		-Xclang max-nodes=$(LINT_STATES) 2>$@.err || { cat $@.err; exit 1; }
	@touch $@
$O/lint/%.h: ;
# F_OFD_SETLK and F_SETPIPE_SZ of fcntl(2); the size of a terminal
GNU = state/lock base/lines base/pipeline base/meter
$(foreach file,$(GNU),$O/lib/$(file).o $O/lint/lib/$(file).c $O/clang/lib/$(file).checked): CPPFLAGS += -D_GNU_SOURCE
# What clang warns of, which is not all that gcc does.
lint-clang: $(patsubst %.c,$O/clang/%.checked,$(filter %.c,$(SOURCES)))
$O/clang/%.checked: %.c $(wildcard lib/*/*.h)
	@mkdir -p $(@D)
	clang $(CPPFLAGS) -Itests $(WARN) -Werror -fsyntax-only $<
	@touch $@
lint-rooms:
	tests/lint-rooms
lint-scripts:
	shellcheck -x -a $(SHELL_SCRIPTS)
lint-man:
	mandoc -Tlint -Wwarning $(MAN)

# Where it goes; texts name the PREFIX in place of /usr/local, and pages the release.
ROOT      = $(DESTDIR)$(PREFIX)
SHARE     = $(ROOT)/share/rappelconso
BASH_COMPLETIONS = share/bash-completion/completions
ZSH_COMPLETIONS ?= share/zsh/site-functions
FOLDERS   = bin share/rappelconso/datasets share/rappelconso/flow share/rappelconso/sql share/rappelconso/report share/man/man1 share/man/man5 share/man/man7 \
	    $(BASH_COMPLETIONS) $(ZSH_COMPLETIONS)
IN_TEXTS  = -e 's|/usr/local|$(PREFIX)|g'
IN_PAGES  = $(IN_TEXTS) -e 's/^\.Os$$/.Os rappelconso $(VERSION)/' \
	    -e "s/^\.Dd .*/.Dd $$(LC_ALL=C date -d '$(RELEASED)' '+%B %-d, %Y')/"
install: all
	@umask 022; set -e; for folder in $(FOLDERS); do install -d "$(ROOT)/$$folder"; done; \
	install -m 755 $(TOOLS:%=$O/%) scripts/rc-flow scripts/rc-report "$(ROOT)/bin"; \
	install -m 644 lib/dataset/*.json "$(SHARE)/datasets"; \
	install -m 755 scripts/flow/order.sh "$(SHARE)/flow"; \
	install -m 644 scripts/flow/pipes.sh "$(SHARE)/flow"; \
	install -m 644 scripts/report/* "$(SHARE)/report"; \
	install -m 755 scripts/sql/views "$(SHARE)/sql"; \
	install -m 644 scripts/sql/*.sql scripts/sql/psql.sh "$(SHARE)/sql"; \
	for file in $(EXAMPLES); do sed $(IN_TEXTS) "$$file" >"$(SHARE)/$${file##*/}"; done; \
	for page in $(INSTALLED_MAN); do sed $(IN_PAGES) "man/$$page" >"$(ROOT)/share/man/man$${page##*.}/$$page"; done; \
	scripts/completions bash "$(PREFIX)/share/rappelconso/datasets" $O >"$(ROOT)/$(BASH_COMPLETIONS)/rc-flow"; \
	for file in $(TOOLS) rc-report; do ln -sf rc-flow "$(ROOT)/$(BASH_COMPLETIONS)/$$file"; done; \
	scripts/completions zsh "$(PREFIX)/share/rappelconso/datasets" $O >"$(ROOT)/$(ZSH_COMPLETIONS)/_rappelconso"
	@echo "installed in $(ROOT):"
	@echo "  bin                the programs, and rc-flow"
	@echo "  share/man          their pages: man rappelconso"
	@echo "  share/rappelconso  descriptions of datasets; examples: flow.env, crontab, systemd units, alerts.yml"
	@echo "  and completions for bash and zsh"
# What others put there stays, as do the folders that are everybody's.
uninstall:
	@set -e; for file in $(TOOLS) rc-flow rc-report; do rm -f "$(ROOT)/bin/$$file" "$(ROOT)/$(BASH_COMPLETIONS)/$$file"; done; \
	rm -f "$(ROOT)/$(ZSH_COMPLETIONS)/_rappelconso"; \
	rm -rf "$(SHARE)"; \
	for page in $(INSTALLED_MAN); do rm -f "$(ROOT)/share/man/man$${page##*.}/$$page"; done
	@echo "uninstalled from $(ROOT)"

# The same archive from the same commit, whenever and wherever it is made.
dist:
	git archive --format=tar --prefix=rappelconso-$(VERSION)/ HEAD | gzip -9n >rappelconso-$(VERSION).tar.gz

# A Debian package of the last commit, rappelconso_VERSION-1_ARCHITECTURE.deb, and what lintian says of it.
deb:
	scripts/make-deb $O/deb
	cp $O/deb/*.deb .

docs: all
	scripts/make-docs

clean:
	rm -rf $O

.PHONY: docs bench bench-instructions all help units oracle promtool pgbouncer compose-schema check check-all faults soak containers format format-check lint lint-c lint-clang lint-rooms lint-scripts lint-man install uninstall dist deb libraries clean
.SECONDARY:
