# The doors of the house; `make help` lists them.
#
# Packages are installed when they are missing or their lock has changed, and not otherwise:
# .venv/.staging, .venv/.tests and .venv/.bench remember when that was.

PYTHON ?= python3
BIN := .venv/bin
ifeq ($(wildcard $(BIN)/uv),)
# A version manager that lacks the version of .python-version is asked for its usual one.
export PYENV_VERSION ?= $(shell $(PYTHON) -c '' 2>/dev/null || pyenv global 2>/dev/null)
endif
# uv trusts what the machine trusts, a company's own certificates among it.
UV := $(BIN)/uv --quiet --system-certs
LOCK := $(UV) pip compile pyproject.toml --upgrade --universal --generate-hashes \
	--python-version 3.11 --no-header

.DEFAULT_GOAL := help
.PHONY: help up down test check fix generate bench endure image audit pictures figures lock

help: ## List what make can do.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

up: .venv/.staging ## Raise, fill and verify the environment; PORT_BASE=N moves its ports.
	@$(BIN)/staging up $(if $(PORT_BASE),--port-base $(PORT_BASE))

down: ## End the environment; its data stays in .staging/.
	@if test -x $(BIN)/staging; then $(BIN)/staging down; else echo "Nothing runs."; fi

test: .venv/.tests ## Run every test.
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: .venv/.tests .venv/.bench ## Ask the linters, the types, the imports and the generated files.
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/staging generate --check

fix: .venv/.tests ## Mend what a machine can mend.
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

generate: .venv/.staging ## Write the files that follow from the code.
	@$(BIN)/staging generate

bench: .venv/.bench ## Measure, side by side with peers.
	@$(BIN)/python -m bench

endure: .venv/.tests ## Prove with large numbers what the tests prove with small ones; takes an hour.
	@$(BIN)/python -m pytest --long tests/journeys tests/backend/test_event_crowds.py \
		tests/backend/test_on_a_port.py

image: .venv/.tests ## Build the image and start it, in earnest; needs root, buildah and debootstrap.
	@$(BIN)/python -m pytest --image tests/image

audit: $(BIN)/uv ## Ask of each locked package whether it is known for a hole; needs the network.
	@for lock in */requirements.txt; do echo "  $$lock"; $(UV) tool run pip-audit==2.10.1 \
		--strict --disable-pip --require-hashes --progress-spinner off -r $$lock || exit 1; done

pictures: .venv/.tests ## Take a picture of every page of the website that runs here.
	@$(BIN)/python -m tests.browser.pictures

figures: .venv/.tests ## Measure the pages of the website that runs here, in a Chromium.
	@$(BIN)/python -m tests.browser.figures

lock: $(BIN)/uv ## Choose the newest packages, and write the locks.
	@$(LOCK) --extra staging --extra test -o tests/requirements.txt
	@$(LOCK) --extra staging -c tests/requirements.txt -o staging/requirements.txt
	@$(LOCK) -c tests/requirements.txt -o backend/requirements.txt
	@$(LOCK) --extra staging --extra bench -c tests/requirements.txt -o bench/requirements.txt

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
		"$(PYTHON) is missing, or older than 3.11: install a newer Python, or name one by" \
		"PYTHON=python3.12 behind make's command." >&2; exit 1; }
	@echo "  making the virtual environment, .venv"
	@$(PYTHON) -m venv .venv && $(BIN)/python -m pip --quiet --disable-pip-version-check \
		install uv==0.13.9 || { rm -rf .venv; \
		echo "It could not be made, see above: it needs Python's venv and pip, and the network." >&2; \
		exit 1; }

.venv/.%: %/requirements.txt pyproject.toml $(BIN)/uv
	@echo "  installing the packages of $<"
	@$(UV) pip install --python $(BIN)/python --require-hashes -r $< && \
		$(UV) pip install --python $(BIN)/python --no-deps --editable . || { \
		echo "They could not be installed, see above: they need the network." >&2; exit 1; }
	@touch $@
