# Needs python3 >= 3.11 with venv and pip; everything else goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# niquests' urllib3-future must not put itself in the place of the urllib3 that requests is measured on.
PIP := URLLIB3_NO_OVERRIDE=1 $(BIN)/pip install --quiet --disable-pip-version-check --no-binary=urllib3-future

.PHONY: study test lint fast servers projects projects-next conformance conformance-next clean

study: $(VENV)/bench  ## measure every worker, print the table, write runs/<id>/
	$(BIN)/betterworker run

test: lint fast  ## lint, types, import contract, every test
	$(MAKE) --no-print-directory servers

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fast: $(VENV)/dev  ## the tests that start no real server and no browser
	$(BIN)/pytest --numprocesses=auto -m "not servers and not browser"

servers: $(VENV)/dev  ## the tests that do: those that claim the CPUs in one process, the others in one beside it
	$(BIN)/python -m tests.servers

projects: $(VENV)/dev  ## the environments of the projects that the tests make, before they ask for them
	$(BIN)/python -m tests.projects

projects-next: $(VENV)/dev  ## what is done inside a project, on Django 6, where there is a Python from 3.12 on
	$(BIN)/python -m tests.projects.elsewhere

conformance: $(VENV)/dev  ## Django's own test suites through the handler: none may fail here that passes without it
	$(BIN)/python -m tests.conformance

conformance-next: $(VENV)/dev  ## the same on Django 6, and the handler's tests, where there is a Python from 3.12 on
	$(BIN)/python -m tests.conformance.elsewhere

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "betterworker needs Python 3.11 or later: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/bench: pyproject.toml | $(VENV)/bin/python
	$(PIP) --editable '.[bench,niquests]'
	touch $@

$(VENV)/dev: pyproject.toml | $(VENV)/bin/python
	$(PIP) --editable '.[bench,niquests,dev]'
	touch $@ $(VENV)/bench

clean:
	rm -rf $(VENV) .conformance .projects dist .mypy_cache .ruff_cache .pytest_cache
