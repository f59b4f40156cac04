# `make demo` and `make test` need Python 3.11 or newer and nothing else; all else goes into .venv.

PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
BENCH ?= .venv-bench
SIZE ?= moderate
UV ?= uv
COMPILE := $(UV) pip compile --universal --generate-hashes --no-emit-index-url --no-annotate --python-version 3.11

.DEFAULT_GOAL := help
.PHONY: help demo serve test lint audit migrations image-test faults-night docs openapi screenshots bench lock install clean

help:
	@grep -E '^[a-z ]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: export SMEZHNIK_DATABASE_URL ?= sqlite:///demo.db
demo: export SMEZHNIK_ADMIN_KEY ?= demo-key-change-me
demo: $(VENV)/.serves ## load the sample directory, show suggestions, serve (DEMO_SERVE=0: only show)
	@echo "SMEZHNIK_DATABASE_URL=$$SMEZHNIK_DATABASE_URL  SMEZHNIK_ADMIN_KEY=$$SMEZHNIK_ADMIN_KEY"
	@$(BIN)/smezhnik demo

serve: $(VENV)/.serves ## serve with the SMEZHNIK_ settings of the environment
	@$(BIN)/smezhnik serve

test: $(VENV)/.tests ## the whole suite, on SQLite and on PostgreSQL
	$(BIN)/python -m pytest

lint: $(VENV)/.tests ## style, types, import contracts, dependencies, Dockerfile
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	$(BIN)/hadolint Dockerfile

audit: $(VENV)/.tests ## no finding of high severity in what is served and in the migrations
	$(BIN)/bandit --quiet --recursive app alembic --severity-level high

migrations: $(VENV)/.tests ## up, compare with the code, down and up again, on both databases
	@for kind in sqlite postgresql; do \
		echo "migrations on $$kind" && PATH="$(CURDIR)/$(BIN):$$PATH" \
		$(BIN)/python -m tests.databases $$kind sh -euc \
		'alembic upgrade head; alembic check; alembic downgrade base; alembic upgrade head; alembic check' \
		|| exit 1; done

image-test: ## build the image, start it, ask whether it is ready (root, buildah, debootstrap; IMAGE_TEST_MOUNTS: folders pip needs)
	.ci/image-test

faults-night: $(VENV)/.tests ## the tests of faults at their long sizes (kills: SQLite only); each prints its counts
	TEST_NIGHT=1 $(BIN)/python -m pytest -n0 -s tests/faults

openapi docs: $(VENV)/.tests ## write docs/openapi.json, docs/access.md, docs/errors.md, docs/settings.md and .env.example
	$(BIN)/python -m tests.architecture.published

screenshots: $(VENV)/.tests ## take the pictures of the README from the demo's pages (needs chromium)
	$(BIN)/python -m tests.browser.screenshots

bench: $(BENCH)/.measures ## measure beside peers and write docs/performance.md (SIZE=tiny, small, moderate, large)
	$(BENCH)/bin/python -m benchmarks --size $(SIZE)

lock: ## resolve the dependencies anew (needs uv)
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(COMPILE) --extra bench -c requirements-dev.lock pyproject.toml -o requirements-bench.lock
	$(BUILD_TOOLS) | $(COMPILE) -c requirements-dev.lock - -o requirements-build.lock

install: $(VENV)/.tests ## everything for developing, in .venv

clean: ## remove what was made here, not the databases
	rm -rf $(VENV) $(BENCH) dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
	find app tests alembic benchmarks -name __pycache__ -prune -exec rm -rf {} +

BUILD_TOOLS := python3 -c 'import tomllib; \
	print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")'

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; where it has another name or place: \
	make $(MAKECMDGOALS) PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit( \
	"Python 3.11 or newer is needed; {} is {}.{}".format(sys.executable, *sys.version_info[:2]))'
	$(PYTHON) -m venv $(VENV)

# A lock that was not touched since is not installed again.
$(VENV)/.serves: requirements.lock requirements-build.lock pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV); the first time this takes a minute or two"
	@$(PIP) install --require-hashes -r requirements.lock -r requirements-build.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.tests: requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV); the first time this takes a minute or two"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# The peers of the benchmarks, apart from what serves and what tests.
$(BENCH)/.measures: requirements-bench.lock | $(BIN)/python
	@echo "Installing into $(BENCH)"
	@$(BIN)/python -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip --disable-pip-version-check --no-input --quiet install \
		--require-hashes -r requirements-bench.lock
	@touch $@
