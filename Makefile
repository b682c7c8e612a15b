# `make` alone prints this list. Every target brings the environment it needs (.venv, from the locked requirements).
.DEFAULT_GOAL := help
.PHONY: help run demo seed test check races simulate benchmarks messages lock clean
SHELL := /bin/sh

VENV := .venv
PY := $(VENV)/bin/python
RUNTIME := $(VENV)/.runtime
TOOLS := $(VENV)/.tools
MESSAGES := $(VENV)/.messages
export PYTHONPATH := $(CURDIR):$(CURDIR)/platform
export DJANGO_SETTINGS_MODULE := config.settings
# Every process imports some 2,000 modules: compiled once and kept (.gitignore), not by each of them anew.
unexport PYTHONDONTWRITEBYTECODE
# A killed `make run` takes the installation with it (Linux).
WITH_MAKE := $(shell command -v setpriv >/dev/null && echo setpriv --pdeathsig TERM)

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUNTIME) $(MESSAGES) ## serve everything on this machine; ARGS="--port 9000 --speed 60"
	@$(WITH_MAKE) $(PY) manage.py up $(ARGS)

demo: $(RUNTIME) $(MESSAGES) ## run, with a simulated day at 60 times the speed
	@$(WITH_MAKE) $(PY) manage.py up --demo $(ARGS)

seed: $(RUNTIME) ## load the ports and the demo people into the database
	@$(PY) manage.py migrate --verbosity 0 && $(PY) manage.py seed $(ARGS)

test: $(TOOLS) $(MESSAGES) ## all tests on SQLite and PostgreSQL, with real Valkey and Chromium; ARGS="tests/api"
	@$(PY) -m tests.parts scripts/test $(ARGS)

check: $(TOOLS) $(MESSAGES) ## style, types, layers, templates, production settings, migrations, translations
	@scripts/check

races: $(TOOLS) $(MESSAGES) ## 64 clients on 100 hot slots, SQLite and PostgreSQL (JSON line last)
	@$(PY) -m tests.parts $(PY) -m tests.races $(ARGS)

simulate: $(RUNTIME) $(MESSAGES) ## one real day of 2,000 trucks at 60 times the speed, then the audit (JSON line last); ARGS="--chaos"
	@$(PY) scripts/simulate.py $(ARGS)

benchmarks: $(TOOLS) $(MESSAGES) ## every benchmark, one JSON line each; ARGS=reservation for one
	@$(PY) -m benchmarks $(ARGS)

messages: $(TOOLS) ## collect the texts to translate and compile what is translated
	@$(PY) scripts/translations.py collect && rm -f $(MESSAGES)
	@$(MAKE) --no-print-directory $(MESSAGES)

lock: ## make requirements*.txt anew from requirements*.in (needs uv)
	@for name in requirements requirements-dev; do uv pip compile --quiet --universal --python-version 3.11 \
	    --generate-hashes --no-annotate --no-header --no-emit-index-url $$name.in -o $$name.txt; done

clean: ## remove the environment, caches and the local data (var/)
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis var

$(RUNTIME): requirements.txt
	@scripts/bootstrap requirements.txt
	@SECRET_KEY=unused $(PY) -c "import config.asgi, config.celery, config.urls" # before the tools come: what serves must not need them
	@touch $@

$(TOOLS): requirements-dev.txt $(RUNTIME)
	@scripts/bootstrap requirements-dev.txt && touch $@

$(MESSAGES): $(RUNTIME) $(wildcard locale/*/LC_MESSAGES/*.po)
	@if ls locale/*/LC_MESSAGES/*.po >/dev/null 2>&1; then $(VENV)/bin/pybabel --quiet compile -D django -d locale; fi && touch $@
