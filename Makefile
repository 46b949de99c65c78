# The two commands of a fresh machine are `make run` and `make test`; they need CPython 3.11 and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app wsgi
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
        --generate-hashes --no-header --no-annotate --no-emit-index-url
PORT ?= 8000
ARGS ?=

export PYTHONUNBUFFERED := 1
export PORT
.DEFAULT_GOAL := help
.PHONY: help run test lint format bench lock translations train

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -e 's/:.*## /\t/' | expand -t 15

run: $(VENV)/.runs ## start the product at http://127.0.0.1:8000 (PORT= to change), with an example
	@$(FLASK) init
	@if [ "$${CJM_EXAMPLE:-1}" = 1 ] && [ "$${CJM_ENV:-development}" = development ]; then $(FLASK) example load --if-empty; fi
	@exec $(FLASK) serve

test: $(VENV)/.develops ## run every test (ARGS="-k map" for some, ARGS=--cov for coverage)
	@$(BIN)/python -m pytest --numprocesses=auto --dist=worksteal $(ARGS)

lint: $(VENV)/.develops ## style, types, layers, templates, dependencies, translations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/deptry .
	@$(BIN)/python -m scripts.translations check

format: $(VENV)/.develops ## write Python as the style asks
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

bench: $(VENV)/.runs ## what a page and a map cost
	@$(BIN)/python -m bench $(ARGS)

TRAINING ?= training-venv/bin/python
MODELS := cjm_feedback/sentiment/models

train: ## make the models that read comments (DATA=, CATALOGUES=, TRAINING=: see training/README.md)
	$(TRAINING) -m training.fit $(DATA) build/training/first
	$(TRAINING) -m training.fit $(DATA) build/training/second --start build/training/first
	$(TRAINING) -m training.mean build/training/first build/training/second build/training/mean
	$(TRAINING) -m training.export build/training/mean $(MODELS)/deep.zip
	$(TRAINING) -m training.fast $(DATA)
	$(TRAINING) -m training.language $(DATA) $(CATALOGUES)
	$(TRAINING) -m training.themes
	$(TRAINING) -m training.calibrate
	$(TRAINING) -m training.measure --data $(DATA)

translations: $(VENV)/.develops ## collect the words of the pages and compile the catalogues
	@$(BIN)/python -m scripts.translations update

lock: $(VENV)/.develops ## pin the newest versions that pyproject.toml allows
	@$(LOCK) --upgrade --output-file requirements.txt
	@$(LOCK) --upgrade --extra dev --constraint requirements.txt --output-file requirements-dev.txt

# A virtual environment is made once and filled again only when its list of pinned versions changes.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "CJM Feedback needs Python 3.11 or newer; name it with PYTHON=")'
	@echo "Making $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runs: requirements.txt | $(VENV)/.made
	@echo "Installing what the product needs"
	@$(PIP) install --quiet --require-hashes --requirement requirements.txt
	@touch $@

$(VENV)/.develops: requirements-dev.txt | $(VENV)/.made
	@echo "Installing what the product and its tests need"
	@$(PIP) install --quiet --require-hashes --requirement requirements-dev.txt
	@touch $@
