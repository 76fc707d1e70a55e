# Two commands on a fresh machine: `make demo` and `make test`. Both set everything up by themselves.
PYTHON ?= python3
BIN := .venv/bin
DATA ?= ../shared/data
JUDGED = --also-right evals/also-right.jsonl --queries $(DATA)/matching/queries_id.jsonl \
  --queries $(DATA)/matching/keyword_queries_id.jsonl

.PHONY: help setup demo test check lint types contracts docs eval pictures bench lock clean
.DEFAULT_GOAL := help

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

.venv/ready: requirements/dev.lock pyproject.toml models/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "periksa needs Python 3.11 or newer: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e . -e ./models
	@touch $@

setup: .venv/ready  ## everything in .venv, from the lock file

demo: setup  ## the main job, on a small real library: asks five questions, then serves the chat page
	@$(BIN)/periksa demo $(if $(PORT),--port $(PORT)) || test $$? -eq 130

test: setup  ## the tests, on as many cores as there are, at most four
	$(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal

lint: setup  ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup  ## mypy --strict
	$(BIN)/mypy

contracts: setup  ## who may import whom
	$(BIN)/lint-imports

docs: setup  ## every setting, command and error is documented
	$(BIN)/pytest tests/test_docs.py

eval: setup  ## the guard suite, and quality on real data against evals/floors.json where the data is present
	$(BIN)/periksa eval --guards evals/guards.jsonl
	@if test -d $(DATA)/matching; then \
	  $(BIN)/periksa eval $(DATA)/matching/factchecks_id.jsonl --guards evals/guards.jsonl && \
	  $(BIN)/periksa eval $(DATA)/matching/factchecks_id.jsonl --split dev --floors evals/floors.json $(JUDGED) && \
	  $(BIN)/periksa eval $(DATA)/matching/factchecks_id.jsonl --split dev --floors evals/floors-half-absent.json \
	    --half-absent $(JUDGED) && \
	  $(BIN)/periksa eval $(DATA)/matching/meedan_tipline_docs.jsonl --floors evals/floors-english.json \
	    --queries $(DATA)/matching/meedan_tipline_queries.jsonl; \
	else echo "eval: real data skipped, there is no data in $(DATA)/matching (make eval DATA=FOLDER)"; fi
	@if test -d $(DATA)/news; then \
	  $(BIN)/periksa eval --statements evals/statements.jsonl --texts $(DATA)/news/news_id.jsonl \
	    --floors evals/floors-statements.json; \
	else echo "eval: statements skipped, there is no data in $(DATA)/news (make eval DATA=FOLDER)"; fi

check: lint types contracts test eval  ## all that CI does

pictures: setup  ## the pictures of README, from the demo and an invented newsroom; needs Chromium
	$(BIN)/python docs/pictures/take.py

bench: setup  ## speed, in tables
	$(BIN)/python bench/store.py
	$(BIN)/python bench/library.py
	$(BIN)/python bench/copies.py
	$(BIN)/python bench/door.py

lock: setup  ## pin requirements anew; needs `uv` on the PATH
	uv pip compile pyproject.toml --extra models --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q -o requirements/run.lock
	uv pip compile pyproject.toml --extra models --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q -o requirements/dev.lock

clean:  ## forget what was set up; data stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
