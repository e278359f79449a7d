# README.md says what each of these is for. Windows has no make: README gives the same in plain pip.
VENV := .venv
BIN := $(VENV)/bin
UV ?= uv
PYTEST_ARGS ?=

.PHONY: help demo serve test test-postgres lint docs lock

help:
	@echo 'make demo   plan the example week into out/jiading'
	@echo 'make serve  start the local web service'
	@echo 'make test   set up and run every test'
	@echo 'make test-postgres   run the tests of records and service over PostgreSQL'
	@echo 'make lint   style, types and import contracts'
	@echo 'make docs   write anew what the documents say from the code'
	@echo 'make lock   pin the versions again (needs uv)'

demo: $(VENV)/run.stamp
	$(BIN)/wuzao demo --out out/jiading

serve: $(VENV)/run.stamp
	$(BIN)/wuzao serve

test: $(VENV)/dev.stamp
	scripts/debian-packages chromium fonts-noto-cjk
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

# The tests of records, service and jobs, over a server of their own in which each has a schema; of others the same as
# over a file can be asked for: make test-postgres OVER_POSTGRES=tests/api
OVER_POSTGRES ?= $(addprefix tests/api/test_,$(addsuffix .py,postgres database_gone shared_jobs many_servers move records_command jobs studies roles observe bureau_served register \
	cases_served visits_served live_served outlines_served exchange_served))
test-postgres: $(VENV)/dev.stamp
	scripts/debian-packages postgresql postgresql-postgis
	scripts/test-postgres $(BIN)/python -m pytest -n auto --dist loadfile -m 'not browser' $(PYTEST_ARGS) $(OVER_POSTGRES)

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

docs: $(VENV)/dev.stamp
	$(BIN)/python -m tests.documents

# The other locks take their versions from the full one, so that what was tested is what runs. The peers of one
# benchmark have a lock of their own: nobody else is to download them.
COMPILE = $(UV) pip compile pyproject.toml --quiet --universal --python-version 3.11 --group build --generate-hashes \
	--no-emit-index-url --no-annotate --custom-compile-command 'make lock'
lock:
	$(COMPILE) --extra lint --extra test --output-file requirements.lock
	$(COMPILE) --constraint requirements.lock --output-file requirements-run.lock
	$(COMPILE) --constraint requirements.lock --extra peers --output-file requirements-peers.lock

$(VENV)/run.stamp: requirements-run.lock pyproject.toml $(wildcard planner/search/*.py)
	scripts/set-up $(VENV) requirements-run.lock
	touch $@

$(VENV)/dev.stamp: requirements.lock pyproject.toml $(wildcard planner/search/*.py)
	scripts/set-up $(VENV) requirements.lock
	touch $@ $(VENV)/run.stamp
