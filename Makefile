# `make run` and `make test` work on a fresh clone: both build the venv and the vendored assets first.
PY  ?= python3.11
BIN := .venv/bin
# uv and npm: trust the certificates the system trusts.
export UV_SYSTEM_CERTS := 1
export NODE_USE_SYSTEM_CA := 1

.PHONY: help run test check types format unit browser test-prod assets locks bench bench-push lighthouse calibrate mutate simulate chaos fuzz soak audit clean
help:
	@echo "make run        everything on this machine, one address (Ctrl-C stops it)"
	@echo "make test       what a contributor must pass: check + all tests, browser tests included"
	@echo "make check      lint, types, import floors, compose file, migrations, fast tests"
	@echo "make test-prod  the same tests on PostgreSQL and Redis"
	@echo "make browser    the browser tests alone"
	@echo "make format     let ruff put imports and layout in order"
	@echo "make bench      how long judging takes, what the sandbox answers, what reading 100,000 objects back costs, what a list of campaigns costs; asserts nothing"
	@echo "make simulate   exactly-once under every fault, in virtual time; LAUNCHES=n SEED=s, or ONLY=s:n to see one round again"
	@echo "make chaos      the same promise with real processes, killed every 20 s; LAUNCHES=n SEED=s, goes on where it was stopped"
	@echo "make fuzz       what knows only the OpenAPI document asks a running product; EXAMPLES=n MINUTES=m SEED=s"
	@echo "make calibrate  how true the forecasts are, on the sandbox's hidden truth, printed; minutes (GROUPS=200: a quick look)"
	@echo "make lighthouse the pages as Lighthouse sees them, desktop and phone; printed (ROUNDS=5)"
	@echo "make bench-push pushing beside a loop with TikTok's own SDK: calls a second, throttles, duplicates, pauses; printed"
	@echo "make soak       a crowd at the product as compose starts it, each part killed once (MINUTES=10, USERS=40)"
	@echo "make audit      secrets in the repository, and known weaknesses of packages where the advisories can be reached"
	@echo "make mutate     breaks the rules on purpose: which tests notice (long; SAMPLE=20 takes every 20th)"
	@echo "make locks      lock the packages of requirements*.in anew"

.venv/.stamp: requirements.txt
	@test -x $(BIN)/python || $(PY) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv || true
	@$(BIN)/uv pip sync -q --compile-bytecode --require-hashes --python $(BIN)/python requirements.txt \
	 || $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	@touch $@

# What names a class decides which styles are kept.
PAGES := $(shell find templates campaigns/web static/app -name '*.html' -o -name '*.py' -o -name '*.js')
static/vendor/.stamp: .venv/.stamp package-lock.json static/icons.txt smartplus_admin/assets.py smartplus_admin/styles.py $(PAGES)
	@$(BIN)/python -m smartplus_admin.assets
	@touch $@

assets: static/vendor/.stamp

run: static/vendor/.stamp
	@$(BIN)/python manage.py demo

# What needs no test to run.
types: .venv/.stamp
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet || { echo "make format would lay some files out anew"; exit 1; }
	@$(BIN)/python .ci/audit.py secrets
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	@SMARTPLUS_DEMO=1 $(BIN)/python manage.py makemigrations --check --dry-run
	@SMARTPLUS_DEMO=1 $(BIN)/python manage.py check

unit: static/vendor/.stamp
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not browser and not e2e"

check: types unit

# What starts the whole product, or a browser, goes one after the other.
test: types unit
	@$(BIN)/python -m pytest -m "browser or e2e"

browser: static/vendor/.stamp
	@$(BIN)/python -m pytest -m browser

# The second pair. The runner names the servers it uses; it fails where it finds none, it never skips. What asks neither
# database nor broker says the same on every pair, and is left to the first; so is a demo on a home of its own.
BOTH_ALIKE := rules agreement contract analysis sandbox
test-prod: static/vendor/.stamp
	@$(BIN)/python .ci/second_pair.py $(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not browser and not e2e" $(BOTH_ALIKE:%=--ignore=tests/%)
	@$(BIN)/python .ci/second_pair.py $(BIN)/python -m pytest -m e2e --ignore=tests/wiring/test_demo.py

format: .venv/.stamp
	@$(BIN)/ruff check --fix --quiet || true
	@$(BIN)/ruff format

locks: .venv/.stamp
	@for part in requirements requirements-prod requirements-services; do \
	  constraint=; test $$part = requirements || constraint="-c requirements.txt"; \
	  $(BIN)/uv pip compile -q --python-version 3.11 --generate-hashes --no-header $$constraint $$part.in -o $$part.txt || exit 1; \
	done

# Figures for people: medians on this machine, never asserted.
bench: .venv/.stamp
	@$(BIN)/python -m tests.bench.judging
	@$(BIN)/python -m tests.bench.sandbox
	@$(BIN)/python -m tests.bench.pulling
	@$(BIN)/python .ci/second_pair.py $(BIN)/python -m tests.bench.listing $(SIZES)

# The product's forecasts against the sandbox's hidden truth: seeds are drawn and printed. GROUPS=200 for a quick look.
calibrate: .venv/.stamp
	@$(BIN)/python -m tests.calibrate --groups $(or $(GROUPS),2000) --workers $(or $(WORKERS),1)

# Lists, campaigns and the builder as Lighthouse sees them, on a demo started for it: minutes.
lighthouse: static/vendor/.stamp
	@$(BIN)/python -m tests.bench.lighthouse $(ROUNDS)

# The official SDK's loop and ours against one sandbox, and pauses during a bulk launch: some minutes.
bench-push: .venv/.stamp
	@$(BIN)/python -m tests.bench.pushing

# Not part of check: every mutant of the rules runs their tests once.
mutate: .venv/.stamp
	@$(BIN)/python -m tests.bench.mutating --sample $(or $(SAMPLE),1)

# Deterministic: a failure prints its seed and a trace. Ends with 1 where the promise was broken.
simulate: .venv/.stamp
	@$(BIN)/python -m tests.simulate --launches $(or $(LAUNCHES),200) --seed $(or $(SEED),1) $(if $(ONLY),--only $(ONLY) --trace)

# On SQLite and the embedded broker; `PAIR=2 make chaos` on PostgreSQL and Redis. In slices of MINUTES, kept in var/.
chaos: .venv/.stamp
	@$(if $(PAIR),$(BIN)/python .ci/second_pair.py) $(BIN)/python -m tests.chaos --launches $(or $(LAUNCHES),20) \
	  --seed $(or $(SEED),1) --adgroups $(or $(ADGROUPS),2) --ads $(or $(ADS),2) --minutes $(or $(MINUTES),30) \
	  --home var/chaos$(PAIR)-$(or $(SEED),1)

# The product starts on loopback in a home of its own, and goes with the run. The seed is printed.
fuzz: static/vendor/.stamp
	@$(BIN)/python -m tests.fuzz --max-examples $(or $(EXAMPLES),50) --minutes $(or $(MINUTES),15) $(if $(SEED),--seed $(SEED))

# Says loudly what it could not ask, and fails by what it found alone.
audit: .venv/.stamp
	@$(BIN)/python .ci/audit.py

# PostgreSQL, Redis, sandbox, web, workers and timer of its own, on ports of its own; ends with 1 where something was lost.
soak: static/vendor/.stamp
	@$(BIN)/python -m tests.soak --minutes $(or $(MINUTES),10) --users $(or $(USERS),40)

clean:
	rm -rf .venv node_modules static/vendor .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
