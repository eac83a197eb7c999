# `make demo` and `make test` work on a bare machine with Python 3.11 or later.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test lint types imports unit contract wheel witness brokers soak serve bench clean

help: ## List the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.demo ## Replay bundled Segment events into a mock and tell what happened
	@$(BIN)/python -m aiorecombee.demo

serve: $(VENV)/.demo ## The mock on 127.0.0.1:8484 until Ctrl-C
	@$(BIN)/recombee-mock serve --port 8484

test: lint types imports unit contract wheel ## Everything that CI runs

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy
	$(BIN)/mypy tests/typing

imports: $(VENV)/.dev
	$(BIN)/lint-imports

unit: $(VENV)/.dev
	$(BIN)/pytest

contract: $(VENV)/.dev
	$(BIN)/recombee-contract run --target mock

wheel: $(VENV)/.dev
	$(BIN)/python tests/packaging/try_wheel.py

witness: $(VENV)/.dev ## The official clients and Segment's published destination beside ours (needs node, npm)
	$(BIN)/python tests/witness/run.py
	$(BIN)/python tests/witness/segment.py

brokers: $(VENV)/.dev ## The forwarder's queue on real brokers (needs redis-server, nats-server)
	$(BIN)/python tests/brokers/run.py

soak: $(VENV)/.dev ## Look longer: random walks, odd requests, ten thousand hostile ones, hundreds of kills
	$(BIN)/pytest --hypothesis-profile=explore
	$(BIN)/pytest --hypothesis-profile=soak tests/mock/test_model_database.py tests/mock/test_openapi_statuses.py
	SPOOL_KILLS=60 $(BIN)/pytest tests/delivery/test_spool_kill.py
	$(BIN)/pytest --hypothesis-profile=soak tests/delivery/test_spool_machine.py tests/delivery/test_broker_machine.py
	FAULT_KILLS=200 FAULT_SEEDS=5 $(BIN)/pytest tests/forwarder/faults
	REPLAY_KILLS=40 $(BIN)/pytest tests/cli/test_segment_replay.py
	OUTBOX_KILLS=40 $(BIN)/pytest tests/delivery/test_outbox_kill.py
	RECOMBEE_SOAK=10 $(BIN)/pytest tests/mock/test_hostile_calls.py tests/mock/test_hostile_control.py

bench: $(VENV)/.bench ## Measure beside the peers, in one run
	$(BIN)/python tests/benchmarks/run.py

clean: ## Remove what the other targets made
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(VENV)/bin/python:
	@echo "making $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.12 …")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "installing"
	@$(PIP) install -c constraints.txt -e '.[all]'
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "installing, with what the tests need"
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.demo

$(VENV)/.bench: $(VENV)/.dev
	@$(PIP) install -c constraints.txt -e '.[bench]'
	@touch $@
