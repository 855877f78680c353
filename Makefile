# `make report` sets everything up and renders the report; `make test` sets everything up and passes the tests.
# Nothing is needed but Python 3.11 or later and make. The environment lies in $(VENV).

PYTHON ?= python3
VENV ?= .venv
OUT ?= out
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
REPORT := report alibaba --as-of 2026-05-14

.PHONY: report test lint grammar templates golden versions vsix clean

report: $(STAMP)
	@mkdir -p $(OUT)
	@$(BIN)/thesis $(REPORT) -o $(OUT)/alibaba.html
	@$(BIN)/thesis $(REPORT) -o $(OUT)/alibaba.md
	@echo "The report: $(OUT)/alibaba.html (open it in a browser), as text: $(OUT)/alibaba.md"

test: $(STAMP) lint
	$(BIN)/python -m pytest -n auto

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

grammar: $(STAMP)
	$(BIN)/python -m dsl.syntax.parser_table
	$(BIN)/python -m editors.highlighting
	$(BIN)/python -m editors.tree_sitter

templates: $(STAMP)
	$(BIN)/python -m evaluator.render.compile_templates

golden: $(STAMP)
	$(BIN)/python -m pytest --update-golden -q

vsix: $(STAMP)
	$(BIN)/python -m editors.package

versions: $(STAMP)
	$(BIN)/python -m tests.packaging.versions lowest newest

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "thesis needs Python 3.11 or later; name one with make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $(STAMP)

clean:
	rm -rf $(VENV) $(OUT) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
