# Two commands: `make report` and `make test`. See README.md. Every path is relative, so that the folder may be called anything.
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -m
PIP := $(RUN) pip install --quiet --disable-pip-version-check

# What a caller's shell holds must not reach into the virtual environment.
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME VIRTUAL_ENV NUTGRAF_DESK NUTGRAF_SNAPSHOT NUTGRAF_NEEDS NUTGRAF_EVIDENCE
export PYTHONNOUSERSITE := 1
# Compiled once, while it is installed, and not by whoever imports it first.
export UV_COMPILE_BYTECODE ?= 1

.PHONY: report test test-accuracy test-faults lab notebooks setup lock dictionary clean

report: setup
	@$(RUN) nutgraf run

test: setup
	@$(RUN) pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

test-accuracy: setup
	@$(RUN) pytest -m accuracy

test-faults: setup
	@$(RUN) pytest -m faults

lab: setup
	@$(RUN) jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks

# Execute the committed notebooks in place on the sample; a second call changes no byte.
notebooks: setup
	@$(RUN) nutgraf.runs.refresh

setup: .venv/.ready

# uv installs in seconds; where it is not to be had, pip installs the same lock.
.venv/.ready: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) uv || echo "uv is not to be had here: pip installs the same lock, which takes longer"
	@if $(RUN) uv --version >/dev/null 2>&1; then \
	  $(RUN) uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock && \
	  $(RUN) uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
	else \
	  $(PIP) --require-hashes -r requirements.lock && $(PIP) --no-deps --no-build-isolation -e . ; \
	fi
	@$(RUN) nutgraf.resources.nltk_data
	@touch $@

lock: setup
	@$(RUN) uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra names --extra models --extra coding --extra test pyproject.toml -o requirements.lock
	@$(RUN) uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra models --extra training pyproject.toml -o requirements-training.lock

dictionary: setup
	@$(RUN) nutgraf.dictionary > docs/data-dictionary.md

clean:
	@rm -rf .venv data/processed staged site
