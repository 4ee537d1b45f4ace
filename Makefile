# Works with uv where it is, and with python3 and its venv module where it is not.
.DEFAULT_GOAL := help
QUESTION ?= conditions-presenting-with

ifneq ($(shell command -v uv 2>/dev/null),)
  RUN := uv run --frozen
  READY := .venv/.uv
else
  RUN := .venv/bin/python -m
  READY := .venv/.pip
endif

.PHONY: help answer test check servers clean
help: ## say what there is to make
	@grep -hE '^[a-z]+:.*## ' Makefile | sed 's/:.*## /: /'

answer: $(READY) ## set everything up and answer "which conditions present with bone pain?" with evidence
	@$(RUN) marrowkg query $(QUESTION)

test: $(READY) ## set everything up and run the tests
	@$(RUN) pytest

check: $(READY) ## what CI runs: format, lint, types, layers, tests
	@$(RUN) ruff format --check . && $(RUN) ruff check . && $(RUN) mypy
	@.venv/bin/lint-imports
	@$(RUN) pytest

.venv/.uv: pyproject.toml uv.lock
	@uv sync --frozen --quiet && touch $@

.venv/.pip: pyproject.toml
	@test -x .venv/bin/python || python3 -m venv .venv
	@.venv/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	@.venv/bin/python -m pip install --quiet --editable . --group dev && touch $@

servers: $(READY) ## try real servers and a browser: wants java, Fuseki's jar and chromium, and says what it could not try
	@if command -v uv >/dev/null; then uv sync --frozen --quiet --group servers --group browser; \
	else .venv/bin/python -m pip install --quiet --group servers --group browser; fi
	@.venv/bin/python -m pytest -m "servers and not virtuoso or browser" -rs

clean: ## remove what was made, but no curated or generated file that is kept
	@rm -rf .venv .marrowkg release dist
