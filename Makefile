# Two commands are enough: `make run` and `make test`. The others are parts of these.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test check setup setup-test bench dialplan prompts sound-pack lock clean

BIN := .venv/bin
# Where and on which ports: .env and the environment say it too (see .env.example), these words win.
STATE ?=
PORT_BASE ?=
PYTEST_ARGS ?=
# Real calls mostly wait: more of them at once than there are cores.
WORKERS ?= 4
# What was compiled once is kept, whatever the shell says: half of what it takes to begin the tests.
test check: export PYTHONDONTWRITEBYTECODE :=

help: ## Show what can be made
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## Install what is missing, then answer calls with simulated operators (Ctrl-C ends it)
	$(BIN)/sahayata up --demo $(if $(STATE),--state "$(STATE)") $(if $(PORT_BASE),--port-base $(PORT_BASE))

test: setup-test ## Install what is missing, then pass every test, the real Asterisk included
	$(MAKE) --no-print-directory lint
	$(BIN)/pytest -n $(WORKERS) --dist loadfile $(PYTEST_ARGS)

check: setup ## The fast checks: lint, types, unit tests, stories (under a minute)
	$(MAKE) --no-print-directory lint
	$(BIN)/pytest -n 2 --dist worksteal -m "not pbx and not postgres" tests/unit tests/stories $(PYTEST_ARGS)

.PHONY: lint
lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

setup: ## Only install what is missing
	@deploy/setup.sh run

setup-test:
	@deploy/setup.sh test

bench: setup-test ## Measure: every figure with the command that gives it
	$(BIN)/python -m benchmarks

dialplan: setup ## Make dialplans/fallback.conf anew from callflows.yaml
	$(BIN)/python -m sahayata.dialplan

prompts: setup ## Make the recordings of changed sentences anew (fetches the voice the first time)
	$(BIN)/python -m deploy.models kokoro
	$(BIN)/sahayata prompts build

sound-pack: setup ## Write the Hindi sound pack for any Asterisk into build/
	$(BIN)/python -m ivr.soundpack build

# The voice and the ear for words are nobody's who only takes calls: each has a lock of its own.
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
  --no-emit-index-url --no-emit-find-links --no-header
lock: setup ## Pin the versions and hashes of every library anew
	$(LOCK) --extra dev --extra speech --output-file requirements.lock setup.cfg
	for extra in kokoro whisper; do \
	  $(LOCK) --extra $$extra --constraint requirements.lock --output-file requirements-$$extra.lock setup.cfg; \
	done

clean: ## Remove what can be made again (never the state of an instance)
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache
