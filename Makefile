# The front door. Every target does the set-up that it needs; a second run takes seconds.

PYTHON ?= python3
BIN := .venv/bin
PORT ?= 5000
UV ?= uv
WORKERS ?= 2
export PORT
# Tests start hundreds of processes: each would compile all code anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run dev serve test test-fast lint format types contracts bench bench-large lock screenshots clean

help: ## Show what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: ## Set up everything, load the demo and serve it on http://127.0.0.1:$PORT
	@exec $(PYTHON) scripts/setup.py run

dev: ## The same, with reload on each change of the code
	@exec $(PYTHON) scripts/setup.py dev

serve: ## What production runs: gunicorn and worker, no demo, settings from SANDBOX_* variables
	@exec $(PYTHON) scripts/setup.py serve

test: ## Style, types, contracts, then every test on SQLite and on PostgreSQL
	@$(PYTHON) scripts/setup.py test
	@$(MAKE) --no-print-directory lint
	SANDBOX_TEST_DATABASE=sqlite $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal
	SANDBOX_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not once"

test-fast: ## The tests for daily work: SQLite, no browser, no PDF, no whole journeys
	@$(PYTHON) scripts/setup.py test-fast
	SANDBOX_TEST_DATABASE=sqlite $(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal \
		-m "not browser and not pdf and not postgres and not slow"

lint: ## Style, types and import contracts
	@$(PYTHON) scripts/setup.py test-fast
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: ## Put the code in the agreed form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: ## Measure against a bare page; writes tests/benchmarks/results.json
	@$(PYTHON) scripts/setup.py test
	$(BIN)/python -m tests.benchmarks

bench-large: ## The same with 1,000,000 cases (an hour, 40 GB of disk)
	@$(PYTHON) scripts/setup.py test
	$(BIN)/python -m tests.benchmarks --large

lock: ## Compile the hashed lock files from pyproject.toml (needs uv: pip install uv)
	$(UV) pip compile $(LOCK) pyproject.toml --output-file requirements.lock
	$(UV) pip compile $(LOCK) pyproject.toml --group dev --constraint requirements.lock \
		--output-file requirements-dev.lock
	$(UV) pip compile $(LOCK) --group node --output-file requirements-node.lock
	npm install --package-lock-only

LOCK := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url

screenshots: ## Make the pictures of the README anew
	@$(PYTHON) scripts/setup.py test
	$(BIN)/python -m tests.browser.screenshots

clean: ## Remove everything that the set-up made, the data in instance/ excepted
	rm -rf .venv node_modules static/dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
