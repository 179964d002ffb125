# Two commands: `make report` and `make test`. See README.md.
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -m
# pytest, jupyter and nutgraf find each other here, whatever the caller's shell holds.
export VIRTUAL_ENV :=
export PYTHONNOUSERSITE := 1

.PHONY: report test test-accuracy test-faults lab notebooks setup lock clean

report: setup
	@$(RUN) nutgraf run

test: setup
	@$(RUN) pytest

setup: .venv/.ready

.venv/.ready: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(RUN) pip install --quiet --disable-pip-version-check uv || echo "uv is not to be had here: going on with pip, which takes longer"
	@if $(RUN) uv --version >/dev/null 2>&1; then \
	  $(RUN) uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock && \
	  $(RUN) uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
	else \
	  $(RUN) pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(RUN) pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@$(RUN) nutgraf.resources.nltk_data
	@touch $@

lab: setup
	@$(RUN) jupyter lab --notebook-dir=notebooks

lock: setup
	@$(RUN) uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --all-extras pyproject.toml -o requirements.lock

clean:
	@rm -rf .venv data/processed staged site
