# One word for each wish. What Debian lacks of Dialproof's needs is installed first (tools/packages.txt).
#
#   make                 builds build/release/dialproof
#   make run             builds and starts it in dev mode
#   make test            the whole test suite, from nothing
#   make test-clients    programs that others wrote, against the release build
#   make test-carriers   message centres and gateways that others wrote, for the release build to send through
#   make check           before a commit: format, include rules, lint, fast tests
#   make format          formats our C++ files
#   make lint            clang-tidy over all of them
#   make simulate        plays SEEDS seeds from FIRST on, or SIMULATE_SECONDS
#   make fuzz            fuzzes every parser, FUZZ_SECONDS each
#   make bench           measures the server under load and says which goals it reaches: docs/performance.md
#   make install         to DESTDIR and PREFIX
#   make phone-metadata  takes newer numbering plans from npm (needs node)
#   make api-viewer      packs the viewer of /docs, from npm (needs node)
#   make clean           removes build/

JOBS ?= $(shell nproc)
LISTEN ?= 127.0.0.1:8080
DATA ?= build/dev-data
DESTDIR ?=
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60
SIMULATE_SECONDS ?= 300
SEEDS ?=
FIRST ?= 1
LINT_SECONDS ?= 60

empty :=
space := $(empty) $(empty)
STEP = tools/step
NINJA = cmake --build build/$(1) --parallel $(JOBS) $(if $(2),--target $(2))
FUZZ = sh -c 'cmake -DDIALPROOF_FUZZ_SECONDS=$(FUZZ_SECONDS) build/fuzz && $(call NINJA,fuzz,run_fuzzers)'
PLAY = build/debug/tests/simulation/simulation --regressions tests/simulation/regressions.txt --first $(FIRST) \
       --jobs $(JOBS) $(if $(SEEDS),--seeds $(SEEDS),--seconds $(SIMULATE_SECONDS))
CPP_FILES = git ls-files --cached --others --exclude-standard '*.cpp' '*.h'

# Test programs where threads meet: ThreadSanitizer runs these, and only these are built for it.
THREADED_TESTS = base_test platform_test net_test server_test cached_store_test store_suite sqlite_suite postgres_suite

.DEFAULT_GOAL := release
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory --silent
.PHONY: release run test check format format-check lint simulate fuzz bench install phone-metadata api-viewer clean \
        build-packages all-packages test-debug test-simulation test-asan test-tsan test-fuzz test-release test-clients \
        test-carriers

build-packages:
	tools/install-packages build

all-packages:
	tools/install-packages build test clients carriers lint

build/%/build.ninja:
	$(STEP) configure-$* cmake --preset $*

release: build-packages
	$(MAKE) build/release/build.ninja
	$(STEP) build-release $(call NINJA,release,dialproof)

run: release
	build/release/dialproof serve --dev --listen $(LISTEN) --data $(DATA)

test: all-packages
	rm -rf build/results
	$(MAKE) --keep-going test-debug test-simulation test-asan test-tsan test-fuzz test-release test-clients \
	    test-carriers; \
	    status=$$?; tools/test-summary || status=1; exit $$status

test-debug: build/debug/build.ninja
	$(STEP) build-debug $(call NINJA,debug)
	$(STEP) test-debug tools/run-ctest debug

test-simulation: build/debug/build.ninja
	$(STEP) build-planted-bugs $(call NINJA,debug,simulation planted_bugs)
	$(STEP) test-planted-bugs tests/simulation/prove_planted_bugs.py build/debug/tests/simulation --jobs $(JOBS) \
	    --results build/results/planted-bugs.xml
	$(STEP) test-simulation $(PLAY) --results build/results/simulation.xml

test-asan: build/asan/build.ninja
	$(STEP) build-asan $(call NINJA,asan)
	$(STEP) test-asan tools/run-ctest asan

test-tsan: build/tsan/build.ninja
	$(STEP) build-tsan $(call NINJA,tsan,$(THREADED_TESTS))
	$(STEP) test-tsan tools/run-ctest tsan --tests-regex '^($(subst $(space),|,$(THREADED_TESTS)))$$'

test-fuzz: build/fuzz/build.ninja
	$(STEP) test-fuzz $(FUZZ)

test-release: release
	$(STEP) test-release tests/system/run build/release/dialproof --results build/results/release.xml

# Debian's own Python, whose modules these tests need.
test-clients: release
	tools/install-packages clients
	$(STEP) npm-clients npm --prefix tests/clients ci --ignore-scripts
	$(STEP) test-clients /usr/bin/python3 tests/system/run build/release/dialproof --tests tests/clients \
	    --results build/results/clients.xml

test-carriers: release
	tools/install-packages clients carriers
	$(STEP) npm-carriers npm --prefix tests/carriers ci --ignore-scripts
	$(STEP) test-carriers tests/system/run build/release/dialproof --tests tests/carriers \
	    --results build/results/carriers.xml

check: all-packages format-check
	$(STEP) include-rules python3 -B tests/architecture/rules_test.py
	$(STEP) scripts shellcheck tools/install-packages tools/step tools/run-ctest .ci/run
	$(STEP) lint tools/lint --seconds $(LINT_SECONDS)
	$(MAKE) build/debug/build.ninja
	$(STEP) build-debug $(call NINJA,debug)
	$(STEP) test-fast tools/run-ctest debug --label-exclude 'system|slow'

format-check:
	$(CPP_FILES) | xargs clang-format-14 --dry-run --Werror

format:
	$(CPP_FILES) | xargs clang-format-14 -i

lint: all-packages
	tools/lint

simulate: all-packages build/debug/build.ninja
	$(STEP) build-simulation $(call NINJA,debug,simulation)
	$(PLAY)

fuzz: all-packages
	$(MAKE) test-fuzz

bench: all-packages
	tools/install-packages bench
	$(STEP) configure-release cmake --preset release
	$(STEP) build-bench $(call NINJA,release,bench)
	build/release/bench/store_bench build 1.5
	build/release/bench/numbers_bench
	bench/run build/release
	bench/transports build/release
	bench/delivery build/release

install: release
	install -D -m 755 build/release/dialproof $(DESTDIR)$(PREFIX)/bin/dialproof
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/dialproof README.md LICENSE NOTICE deploy/dialproof.toml docs/*.md
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/dialproof deploy/dialproof.sysusers
	cd proto && find . -name '*.proto' -exec install -D -m 644 {} $(abspath $(DESTDIR)$(PREFIX))/share/dialproof/proto/{} \;
	install -D -m 644 deploy/dialproof.service $(DESTDIR)$(PREFIX)/lib/systemd/system/dialproof.service
	sed -i 's|@PREFIX@|$(PREFIX)|' $(DESTDIR)$(PREFIX)/lib/systemd/system/dialproof.service
	echo "installed under $(DESTDIR)$(PREFIX); docs/operations.md says how to start the service"

phone-metadata:
	npm --prefix tools/phone-metadata ci
	npm --prefix tools/phone-metadata run build

api-viewer:
	npm --prefix tools/api-viewer ci
	npm --prefix tools/api-viewer run build

clean:
	rm -rf build
