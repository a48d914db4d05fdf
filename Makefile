# Tagshot: every target makes first what it needs, so two commands are enough to know: make run and make test.

PYTHON ?= python3
BIN = .venv/bin

# A uv that is already here is used if it is new enough; else the environment gets its own.
UV = $$(test -x $(BIN)/uv && echo $(BIN)/uv || echo uv)

# Your mirror counts, whether it is set for uv or for pip. That is also why the versions and hashes stand in
# requirements.lock and not in uv.lock, which would name the package index that it was made with.
WITH_INDEX = UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(PYTHON) -m pip config get global.index-url 2>/dev/null || true)}}"

# uv checks the hashes of constraints: a package that differs from the lock is not installed.
INSTALL = $(WITH_INDEX) $(UV) pip install --quiet --python $(BIN)/python --constraints requirements.lock --editable .

GET_UV = test -x $(BIN)/uv || uv pip install --help 2>/dev/null | grep -q -- --group \
	|| $(PYTHON) -m pip --python $(BIN)/python install -qq uv \
	|| { echo "uv could not be installed. If pip is missing, type: sudo apt-get install -y python3-pip" >&2; exit 1; }

# Python keeps what it has compiled, also where a container turns that off: every start takes half the time.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help run test bench chaos soak lock clean

help:
	@echo "make run    start Tagshot: the bot with TELEGRAM_BOT_TOKEN set, else the same conversation in this terminal"
	@echo "make test   check everything: style, types and the whole test suite"
	@echo "make bench  measure the figures that the README names"
	@echo "make chaos  let everything fail that can, for minutes, and count what was lost"
	@echo "make soak   live through a day in a quarter of an hour, and measure what grows"
	@echo "make lock   take the newest versions of everything that Tagshot builds on"
	@echo "make clean  remove what these commands made; the data folder stays"
	@echo "Another Python: make run PYTHON=python3.12"

run: .venv/for-run
	@$(BIN)/tagshot setup
	@$(BIN)/tagshot run

test: .venv/for-test
	@$(BIN)/tagshot setup
	@echo "Checking style and types…"
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --quiet --check
	@$(BIN)/mypy --no-error-summary
	@echo "Running the tests…"
	@$(BIN)/pytest --quiet --numprocesses=2 --dist=loadfile --no-loadscope-reorder

bench: .venv/for-test
	@$(BIN)/tagshot setup
	@$(BIN)/pytest --quiet --override-ini addopts= --benchmark-only tests/benchmarks

chaos: .venv/for-test
	@$(BIN)/tagshot setup
	@$(BIN)/pytest --quiet --override-ini addopts= tests/chaos

soak: .venv/for-test
	@$(BIN)/tagshot setup
	@$(BIN)/pytest --quiet --override-ini addopts= tests/soak

lock: .venv/for-test
	@$(WITH_INDEX) $(UV) pip compile pyproject.toml --group dev --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-header --no-annotate --quiet --output-file requirements.lock
	@echo "requirements.lock is new; make test installs it and tells whether it works."

clean:
	@rm -rf .venv dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks *.egg-info
	@find bot storage tests -name __pycache__ -prune -exec rm -rf {} +

.venv/for-run: pyproject.toml requirements.lock $(BIN)/python
	@echo "Installing what Tagshot builds on…"
	@$(GET_UV)
	@$(INSTALL)
	@touch $@

.venv/for-test: pyproject.toml requirements.lock $(BIN)/python
	@echo "Installing what Tagshot and its tests build on…"
	@$(GET_UV)
	@$(INSTALL) --group dev
	@touch .venv/for-run $@

# Without pip inside, because Debian's python3 can't put it there unless python3-venv is installed.
$(BIN)/python:
	@echo "Making the environment .venv…"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Tagshot needs Python 3.11 or newer, and $(PYTHON) is not. Name one that is: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv --without-pip --clear .venv
