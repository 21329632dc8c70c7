# make demo   read the sample scans that come with the project
# make test   everything that must hold: lint, types, arrows, tests
# The first call makes .venv and installs into it (network needed once); later calls find the stamps and start at once.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint bench bench-peers clean

SOURCES := forms layout ocr reconstruct scoring export review gouji benchmarks tests scripts
TEST_WORKERS ?= 2
INSTALLED := .venv/.installed
INSTALLED_DEV := .venv/.installed-dev
INSTALLED_BENCH := .venv/.installed-bench
INPUTS := pyproject.toml requirements.lock scripts/setup.sh scripts/debian-packages.sh

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

$(INSTALLED): $(INPUTS)
	@bash scripts/setup.sh
	@touch $@

$(INSTALLED_DEV): $(INPUTS)
	@bash scripts/setup.sh dev
	@touch $(INSTALLED) $@

$(INSTALLED_BENCH): $(INPUTS)
	@bash scripts/setup.sh bench
	@.venv/bin/python -m pip install --quiet --no-deps rapidocr==3.10.0  # its own opencv would overwrite ours
	@touch $(INSTALLED) $@

setup: $(INSTALLED) ## make .venv and install gouji into it

demo: $(INSTALLED) ## read the sample scans into demo-results/
	@bash scripts/demo.sh demo-results

lint: $(INSTALLED_DEV) ## ruff, mypy --strict, the arrows between the packages
	.venv/bin/ruff check $(SOURCES)
	.venv/bin/ruff format --check $(SOURCES)
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache

test: lint ## lint, then every test, in TEST_WORKERS processes (2)
	.venv/bin/python -m pytest -n $(TEST_WORKERS) --dist loadfile

bench: $(INSTALLED_BENCH) ## accuracy against damage, latency beside a peer, memory; writes benchmarks/report/ (REAL=DIR: real pictures too)
	.venv/bin/python -m benchmarks $(if $(REAL),--real $(REAL))
	.venv/bin/python scripts/bench.py

bench-peers: $(INSTALLED) ## an environment for each program that make bench compares tables with (.venv-peers/, 2.4 GB)
	@bash scripts/bench_peers.sh

clean: ## remove what make and the tools have made
	rm -rf .venv .venv-peers build dist out demo-results *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +
