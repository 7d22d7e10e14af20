# The verbs of the project; `make help` lists them. CI runs only these.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet

.PHONY: help run test check bench chaos evaluate train lock clean
.DEFAULT_GOAL := help

help: ## list the verbs
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/run.stamp: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing locked packages (about a minute the first time) ..."
	@$(PIP) install --no-deps --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	@echo "Installing the test tools ..."
	@$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

run: $(VENV)/run.stamp ## install, prepare and start everything on http://127.0.0.1:8080
	@$(BIN)/tuslakh run

test: $(VENV)/dev.stamp check ## check, then every test, the browser story included
	@$(BIN)/python -m tests.browser.install
	$(BIN)/python -m pytest -q -n auto

check: $(VENV)/dev.stamp ## format, lint, types, catalogue files, compose file
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/tuslakh catalogue check --files-only
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

bench: $(VENV)/dev.stamp ## messages accepted and turns a second, reply times, CPU and memory, understanding
	$(BIN)/python -m tests.bench

chaos: $(VENV)/dev.stamp ## 100,000 events and 1,000 kills: nothing lost, nothing doubled (over an hour)
	$(BIN)/python -m tests.chaos --events 100000 --kills 1000

evaluate: $(VENV)/dev.stamp ## how well typed messages find their service
	$(BIN)/tuslakh evaluate

# The build of torch for processors stands on its own index; it is not in the lock, which would bring the one for CUDA.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
$(VENV)/train.stamp: $(VENV)/dev.stamp requirements-train.lock
	@echo "Installing torch and its friends ..."
	@$(PIP) install torch==2.13.0 --extra-index-url $(TORCH_INDEX)
	@$(PIP) install --no-deps --require-hashes -r requirements-train.lock
	@touch $@

train: $(VENV)/train.stamp ## make the encoder anew and fit what stands on it (under an hour on two cores)
	$(BIN)/python -m nlu.training

# Left out of the locks: what tokenizers would fetch models with (they come with us), and torch for CUDA.
COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--prerelease=if-necessary-or-explicit --no-annotate --custom-compile-command "make lock" -q
lock: $(VENV)/dev.stamp ## write the lock files anew (for developers; needs uv)
	@mkdir -p var
	@echo "huggingface-hub ; sys_platform == 'none'" > var/left-out.txt
	@echo "torch ; sys_platform == 'none'" > var/left-out-of-train.txt
	$(COMPILE) --override var/left-out.txt -o requirements.lock
	$(COMPILE) --override var/left-out.txt --extra dev -o requirements-dev.lock
	$(COMPILE) --override var/left-out-of-train.txt --extra dev --extra train -o requirements-train.lock

clean: ## remove the environment and caches; data in var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info build
