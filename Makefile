# The verbs of the project; `make help` lists them. CI runs only these.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet

.PHONY: help run test check bench evaluate lock clean
.DEFAULT_GOAL := help

help: ## list the verbs
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/run.stamp: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing locked packages (about a minute the first time) ..."
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	@echo "Installing the test tools ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

run: $(VENV)/run.stamp ## install, prepare and start everything on http://127.0.0.1:8080
	@$(BIN)/tuslakh run

test: $(VENV)/dev.stamp check ## check, then every test, the browser story included
	@$(BIN)/python -m tests.browser.install
	$(BIN)/python -m pytest -q

check: $(VENV)/dev.stamp ## format, lint, types, catalogue files, compose file
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/tuslakh catalogue check --files-only
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

bench: $(VENV)/dev.stamp ## turns a second, reply latency, start time and memory
	$(BIN)/python -m tests.bench

evaluate: $(VENV)/dev.stamp ## how well typed messages find their service
	$(BIN)/tuslakh evaluate

lock: $(VENV)/dev.stamp ## write the lock files anew (for developers; needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --prerelease=if-necessary-or-explicit --no-annotate --custom-compile-command "make lock" -q -o requirements.lock
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --prerelease=if-necessary-or-explicit --no-annotate --custom-compile-command "make lock" -q -o requirements-dev.lock

clean: ## remove the environment and caches; data in var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info build
