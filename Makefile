# Corridor: `make run` runs the main experiment from nothing, `make test` the tests.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: setup run test verification baseline mutation lint types bench clean

setup: $(STAMP)

# Installs again only when what is to be installed has changed.
$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[dev]"
	touch $@

run: setup
	$(BIN)/corridor run experiments/configs/joint_statement.yaml

test: setup
	$(BIN)/python -m pytest

# Closed forms against the model; plots with their bounds go to results/runs/verification/.
verification: setup
	$(BIN)/python -m pytest -m verification

# Freezes what a small run gives. When numbers move, find out why first, and tell it in CHANGELOG.md as **[numbers]**.
baseline: setup
	$(BIN)/python -m tests.support.refresh_baseline

lint: setup
	$(BIN)/ruff check .

# Type checkers do not follow the names of an editable install: give them a folder of links.
TYPED := .types/corridor

types: setup
	mkdir -p $(TYPED)
	for name in model experiments calibration results; do ln -sfn ../../$$name $(TYPED)/$$name; done
	ln -sfn ../../corridor/__init__.py $(TYPED)/__init__.py
	ln -sfn ../../corridor/__main__.py $(TYPED)/__main__.py
	MYPYPATH=.types $(BIN)/mypy -p corridor

bench: setup
	$(BIN)/corridor bench

# Not in CI: hours over all files. Fewer with MUTATE="model/engine/kernels.py" EVERY=10.
MUTATE ?= model/engine/kernels.py $(addprefix model/stages/,migrants.py routes.py reception.py smugglers.py patrols.py \
	crossing.py ports.py intelligence.py coast.py beliefs.py weather.py)
EVERY ?= 1

mutation: setup
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[mutation]"
	$(BIN)/python -m tests.support.mutation --every $(EVERY) $(MUTATE)

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .types *.egg-info
