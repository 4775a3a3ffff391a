# Everything lives in .venv (and .uv, for the installer). Needs make and Python 3.11 or newer with its venv module.

VENV  := .venv
BIN   := $(VENV)/bin
STAMP := $(VENV)/.installed
LOCK  := requirements.lock

# The first Python that is new enough. To choose another: make install PYTHON=/path/to/python3.12
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

# How many test processes run side by side: one more than the two cores of a small machine, for a test waits for its database.
WORKERS ?= 3

# Tests and proofs start many processes. Images often set this, and then each compiles every module anew (seen as 6.5 s for 2.5 s).
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install demo serve test check bench prove lock clean

help:
	@echo "make demo     install, then play the demo in the browser"
	@echo "make serve    install, then run the service on ./milepost.db"
	@echo "make test     install, then run every test, on SQLite and on PostgreSQL"
	@echo "make check    install, then look over format, lint, types, storeys and documentation"
	@echo "make bench    install, then print the figures"
	@echo "make prove    install, then put every promise to the test (LONG=1 for the figures to publish)"
	@echo "make install  install into .venv, from the hashed lock"
	@echo "make lock     resolve the dependencies again (UPGRADE=--upgrade for newer ones)"
	@echo "make clean    remove what was installed and built"

install: $(STAMP)

demo: install
	$(BIN)/milepost demo

serve: install
	$(BIN)/milepost serve

test: install
	$(BIN)/python -m pytest -n $(WORKERS)

check: install
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n 0 tests/test_house.py

bench: install
	$(BIN)/python -m benchmarks

prove: install
	$(BIN)/python -m benchmarks.proof $(if $(LONG),--long) $(ARGS)

# Sets $$uv to the installer: uv from the path, else ours from .uv. Empty where neither can be had; pip does it then.
define FIND_UV
uv=$$(command -v uv || true); \
if [ -z "$$uv" ]; then \
	if ! .uv/bin/uv --version >/dev/null 2>&1; then \
		echo "Fetching the installer into .uv (once) ..."; \
		rm -rf .uv; \
		{ "$(PYTHON)" -m venv .uv && .uv/bin/python -m pip install -q --require-hashes --only-binary :all: \
			-r requirements-bootstrap.lock; } >/dev/null 2>&1 || true; \
	fi; \
	if .uv/bin/uv --version >/dev/null 2>&1; then uv=.uv/bin/uv; fi; \
fi
endef

WITH_UV = \
	{ [ -x $(BIN)/python ] || "$$uv" venv -q --clear --python "$(PYTHON)" $(VENV); } && \
	"$$uv" pip install -q --python $(BIN)/python --require-hashes -r $(LOCK) && \
	"$$uv" pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .

WITH_PIP = \
	{ $(BIN)/python -m pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear $(VENV); } && \
	$(BIN)/python -m pip install -q --require-hashes -r $(LOCK) && \
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .

$(STAMP): $(LOCK) requirements-bootstrap.lock pyproject.toml
	@if ! "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "Milepost needs Python 3.11 or newer; here is $$($(or $(PYTHON),python3) --version 2>&1)."; \
		echo "Install a newer one, or name it: make install PYTHON=/path/to/python3.12"; \
		exit 1; \
	fi
	@$(FIND_UV); \
	{ [ -n "$$uv" ] && echo "Installing into $(VENV) ..." && $(WITH_UV); } || \
	{ echo "Installing into $(VENV) with pip (slower) ..." && $(WITH_PIP); } || \
	{ echo "The installation failed; the lines above say why. It needs the package index that your pip uses."; exit 1; }
	@touch $@

RESOLVE = "$$uv" pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header $(UPGRADE)

lock:
	@$(FIND_UV); \
	[ -n "$$uv" ] || { echo "make lock needs uv, and it could not be fetched."; exit 1; }; \
	$(RESOLVE) --group bootstrap -o requirements-bootstrap.lock && \
	$(RESOLVE) --extra postgres pyproject.toml -o requirements-runtime.lock && \
	$(RESOLVE) --group dev pyproject.toml -o $(LOCK)

clean:
	rm -rf $(VENV) .uv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find service notifiers tests benchmarks alembic -name __pycache__ -type d -prune -exec rm -rf {} +
