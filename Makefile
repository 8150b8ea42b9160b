# Two commands matter: `make regenerate` and `make test`. Each sets up what it needs on a machine
# that has Python 3.11 or later and make. `make help` lists the rest.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
NODE   := node_modules/.ready

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml constraints.txt hatch_build.py
	$(PYTHON) -m venv $(VENV)
	# pip first: dependency groups are younger than the pip of most Pythons.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable . --group dev
	touch $@

$(NODE): package.json package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

.PHONY: setup
setup: $(READY) ## create .venv and install everything into it

.PHONY: regenerate
regenerate: $(READY) ## compose, lint and generate every version, then follow a parcel through the fresh client
	$(BIN)/python -m generator regenerate
	$(BIN)/python examples/parcel_life.py

# Tests start many processes. Compiled modules are stored, whatever the environment says, or each compiles all again.
export PYTHONDONTWRITEBYTECODE :=

# Long forms of tests may take as long as they like.
PATIENT := -o timeout=7200 -o faulthandler_timeout=7300

.PHONY: test
test: $(READY) ## run the tests; `make pages` and `make site-check` have more; TEST_SEED (day of the year) chooses a version for those that run with three
	TEST_SEED=$${TEST_SEED:-$$(date +%j)} $(BIN)/python -m pytest -n 3 --dist worksteal -m "not pages and not rehearsal and not site"

# The dependencies of users, and only tests that need little else.
BOUNDS_TESTS := tests/runtime/wire tests/runtime/models
BOUNDS_NEED := pytest pytest-timeout pytest-xdist hypothesis cryptography fastapi

.PHONY: bounds
bounds: $(READY) ## the lowest and the newest releases of the dependencies that pyproject.toml allows
	$(PYTHON) -m venv --clear .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check \
	  --constraint constraints-lowest.txt --editable . $(BOUNDS_NEED)
	.venv-lowest/bin/python -m pytest -q -n 2 $(BOUNDS_TESTS) tests/faults/test_fault_matrix.py \
	  --ignore tests/runtime/wire/test_runtime_foreign_code.py
	EXTRAS=lowest $(BIN)/python -m pytest -q -n 0 $(PATIENT) tests/packaging/test_extras.py -k enough
	$(PYTHON) -m venv --clear .venv-newest
	.venv-newest/bin/python -m pip install --quiet --disable-pip-version-check \
	  --upgrade --editable . httpx2 $(BOUNDS_NEED)
	.venv-newest/bin/python -m pytest -q -n 2 $(BOUNDS_TESTS)

DLT := .venv-dlt

$(DLT)/.ready: pyproject.toml tests/data_out/requirements.txt
	$(PYTHON) -m venv --clear $(DLT)
	$(DLT)/bin/python -m pip install --quiet --disable-pip-version-check \
	  --constraint tests/data_out/requirements.txt --editable '.[dlt,mock]' 'dlt[duckdb]' pandas polars pytest pytest-timeout
	touch $@

# The environment has no hypothesis, which the conftest of all tests needs.
.PHONY: dlt
dlt: $(DLT)/.ready ## the source for dlt into DuckDB, killed on the way; pandas and polars; in an environment of its own
	RUNTIME__DLTHUB_TELEMETRY=false $(DLT)/bin/python -m pytest -q --noconftest tests/data_out

.PHONY: contract
contract: $(READY) ## the contract tests of all versions, deeper: CONTRACT_EXAMPLES (200), CONTRACT_SEED (today)
	ALL_VERSIONS=1 \
	CONTRACT_EXAMPLES=$${CONTRACT_EXAMPLES:-200} CONTRACT_SEED=$${CONTRACT_SEED:-$$(date +%Y%m%d)} \
	  $(BIN)/python -m pytest -n 2 --dist worksteal $(PATIENT) tests/contract

.PHONY: schemathesis
schemathesis: $(READY) ## its command line against the mock over HTTP, all versions: SCHEMATHESIS_EXAMPLES (50), SCHEMATHESIS_SEED
	ALL_VERSIONS=1 SCHEMATHESIS_EXAMPLES=$${SCHEMATHESIS_EXAMPLES:-50} \
	  $(BIN)/python -m pytest -q -n 2 --dist worksteal $(PATIENT) tests/contract/test_schemathesis_command.py

.PHONY: rehearsal
rehearsal: $(READY) ## a made-up version with every kind of change: what follows each of them, as a table; image, action and official SDKs (needs package registries)
	$(BIN)/python -m pytest -m rehearsal -n 0 -q -s tests/maintainer tests/mock/anywhere tests/interop

.PHONY: extras
extras: $(READY) ## each extra alone, from the wheel: a program uses it, and without it says what to install (needs a package registry)
	$(BIN)/python -m pytest -q -n 0 $(PATIENT) tests/packaging/test_extras.py

.PHONY: reproducible
reproducible: $(READY) ## the sdist and the wheel, built twice in different circumstances: the same bytes
	$(BIN)/python -m pytest -q -n 0 $(PATIENT) tests/packaging/test_reproducible.py

.PHONY: publish-rehearsal
publish-rehearsal: $(READY) ## a candidate and a final release, published to an index of this machine and installed from it (needs package registries)
	PUBLISH_REHEARSAL=1 $(BIN)/python -m pytest -n 0 -q $(PATIENT) tests/maintainer/test_rehearsal_publish.py

.PHONY: propose-table
propose-table: $(READY) ## every real version proposed from its own document for other tools: which moves are found, missed and false
	$(BIN)/python -m tests.propose

.PHONY: faults
faults: $(READY) ## the client against a hostile server: what happens for each fault, as a table
	$(BIN)/python -m tests.faults

.PHONY: documents
documents: $(READY) ## make up documents (DOCUMENTS, 2,000) and try each in lint, client, mock and diff
	DOCUMENTS=$${DOCUMENTS:-2000} $(BIN)/python -m pytest -q -n 2 $(PATIENT) tests/documents

.PHONY: fuzz
fuzz: $(READY) ## 100,000 broken responses through the readers of all versions; FUZZ_SEED (today) can be set
	$(BIN)/python -m tests.robustness.fuzz --count 100000 --seed $${FUZZ_SEED:-$$(date +%Y%m%d)}

.PHONY: fire
fire: $(READY) ## 100,000 broken and odd requests at the mock, over real connections; FIRE_SEED (today) can be set
	$(BIN)/python -m tests.mock.fire --count $${FIRE_COUNT:-100000} --seed $${FIRE_SEED:-$$(date +%Y%m%d)}

.PHONY: interop
interop: $(READY) ## the official SDKs against the mock, every method and every way to sign, as a table (needs package registries)
	$(BIN)/python -m tests.interop

# datamodel-code-generator, in an environment of its own.
FOREIGN := .venv-exports/.ready
$(FOREIGN): tests/exports/foreign/requirements.txt
	$(PYTHON) -m venv --clear .venv-exports
	.venv-exports/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

.PHONY: exports
exports: $(READY) $(NODE) $(FOREIGN) ## the documents for other tools, each used with the tools that it is for (needs package registries)
	FOREIGN_TOOLS=1 $(BIN)/python -m pytest -q -n 2 --dist worksteal tests/exports

.PHONY: deep
deep: $(READY) ## the long forms of other tests: a million trackings, a mock of 100,000, ten times the examples, 10,000 webhooks for each store, an import of 10,000 rows that is killed, all web servers, more kills, forks and interrupts (half an hour)
	$(BIN)/python -m tests.deep.million_trackings
	for format in arrow csv ndjson parquet xlsx; do $(BIN)/python -m tests.deep.million_trackings --to $$format || exit; done
	$(BIN)/python -m tests.deep.mock_100k
	$(BIN)/python -m tests.deep.kill_readers
	DEPTH=10 $(BIN)/python -m pytest -q -n 2 $(PATIENT) tests/generator/test_hostile_text.py tests/migration tests/diff \
	  tests/mock/explorer/test_printed_code.py tests/propose/test_hostile_documents.py
	BULK_KILLS=30 $(BIN)/python -m pytest -q $(PATIENT) tests/recipes/bulk/test_writing_killed.py
	CSV_ROWS=10000 $(BIN)/python -m pytest -q $(PATIENT) tests/cli/csv/test_csv_import_killed.py
	BULK_INTERRUPTS=500 $(BIN)/python -m pytest -q $(PATIENT) tests/recipes/bulk/test_writing_interrupts.py
	ALL_VERSIONS=1 FORKED_CHILDREN=6 $(BIN)/python -m pytest -q $(PATIENT) tests/robustness/test_fork_during_first_use.py
	$(MAKE) endurance
	WEBHOOK_SERVERS=all $(BIN)/python -m pytest -q $(PATIENT) tests/webhooks/receiving/test_servers.py

.PHONY: endurance
endurance: $(READY) ## AFTERSHIP_WEBHOOK_EVENTS (10,000) for each receiver, store and inbox, whose processes are killed
	AFTERSHIP_WEBHOOK_EVENTS=$${AFTERSHIP_WEBHOOK_EVENTS:-10000} \
	AFTERSHIP_WEBHOOK_SECONDS=$${AFTERSHIP_WEBHOOK_SECONDS:-5} \
	  $(BIN)/python -m pytest -q $(PATIENT) -o log_cli=true -o log_cli_level=INFO \
	  tests/webhooks/receiving/test_endurance.py tests/webhooks/receiving/test_inbox_endurance.py

.PHONY: mutants
mutants: $(READY) ## plant faults in the mock, the document and the client; show that each is caught
	$(BIN)/python tests/contract/mutants.py

.PHONY: mock
mock: $(READY) ## the mock server on port 4010
	$(BIN)/aftership mock --port 4010

.PHONY: bench
bench: $(READY) ## the figures beside peers, and their budgets; writes benchmarks/results.json and a table of README.md
	$(BIN)/python -m benchmarks

.PHONY: format
format: $(READY) ## let ruff format what people wrote
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

.PHONY: check
check: check-python check-spec check-wheel ## style, types, layers, drift, the document, the wheel

.PHONY: check-python
check-python: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy overrides generated generator examples benchmarks
	$(BIN)/python -m pytest --quiet tests/project/test_layers.py

.PHONY: check-spec
check-spec: $(READY)
	$(BIN)/python -m generator lint
	# Not with the hash seed of `make regenerate`: an order that depends on it is drift.
	PYTHONHASHSEED=4242 $(BIN)/python -m generator regenerate --check
	$(BIN)/python -m tests.project.validate_documents

.PHONY: check-wheel
check-wheel: $(READY)
	PYTHON=$(PYTHON) tests/project/check_wheel

.PHONY: site
site: $(READY) ## the documentation site, in build/site, with every link checked
	$(BIN)/python -m generator site --output build/site --check

.PHONY: site-check
site-check: site ## what a browser says about the site, and faults that are planted into one
	SITE=build/site $(BIN)/python -m pytest -q -n 2 -m site tests/site

.PHONY: pages
pages: $(READY) ## run the commands and programs of all pages, and the examples, against the mock
	$(BIN)/python -m pytest -q -n 3 --dist worksteal -m pages tests/project tests/examples

.PHONY: surface
surface: $(READY) ## write down the public surface of the package, in docs/surface.txt
	$(BIN)/python -m generator surface --write

.PHONY: build
build: $(READY) ## the sdist and the wheel, in dist/; the documents for other tools, in build/exports/
	rm -rf dist build/exports
	$(BIN)/python -m build --outdir dist .
	$(BIN)/python -m generator export --all --output build/exports

.PHONY: constraints
constraints: $(READY) ## write down the versions that are installed now
	( echo "# The exact versions that CI and 'make' install. Refresh: make constraints"; \
	  $(BIN)/python -m pip freeze --all --exclude-editable --exclude setuptools --exclude wheel ) > constraints.txt

.PHONY: clean
clean: ## remove what the targets above made, but not generated/
	rm -rf $(VENV) .venv-lowest .venv-newest .venv-dlt .venv-exports node_modules dist build .bench .bench-default .bench-prism .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
