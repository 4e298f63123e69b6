# Corridor: `make run` runs the main experiment from nothing, `make test` the tests, `make help` lists all targets.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help setup run test test-slow fuzz verification recovery mesa-tests matrix published published-quick baseline mutation lint types docs odd bench bench-peers bench-compare audit sbom clean

setup: $(STAMP)  ## install Corridor and the pinned versions into .venv

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Installs again only when what is to be installed has changed.
$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[dev]"
	touch $@

run: setup  ## run the main experiment (one to three minutes)
	$(BIN)/corridor run experiments/configs/joint_statement.yaml

test: setup  ## run the tests, but for those that take more than a few seconds
	$(BIN)/python -m pytest

test-slow: setup  ## run the tests that take more than a few seconds each (half an hour or more)
	$(BIN)/python -m pytest -m "slow and not verification"

fuzz: setup  ## run all tests with many more examples, seeds and faults (an hour)
	CORRIDOR_TESTS=thorough $(BIN)/python -m pytest -m "not verification"

# Closed forms against the model; plots with their bounds go to results/runs/verification/.
verification: setup  ## check closed forms against the model, with plots (slow)
	$(BIN)/python -m pytest -m verification

# Histories that are done are not run again.
HISTORIES ?= 100

recovery: setup  ## test the history on simulated truth (half an hour on two cores; less with HISTORIES=20)
	$(BIN)/corridor recovery experiments/configs/recovery.yaml --until 2023-12 --histories $(HISTORIES) --other without_statement --scale 200

mesa-tests: setup  ## run Mesa's own tests, fetched from the package index, on our agents and models
	$(BIN)/python -m tests.support.mesa_tests

# Python 3.11 to 3.13 as far as they are there; some of them with MATRIX="3.12-pinned 3.13-newest" or MATRIX=--ends.
MATRIX ?=

matrix: setup  ## install the wheel with the oldest and newest versions of everything, and use it (20 minutes)
	$(BIN)/python -m tests.support.matrix $(MATRIX)

# Says first how long it takes; goes on where it was stopped.
published: setup  ## remake all files of results/published/ (about three hours on two cores)
	$(BIN)/corridor publish

published-quick: setup  ## prove that every file of results/published/ is made by its recipe, in temporary folders (two minutes)
	$(BIN)/corridor publish --quick

# When numbers change, find out why first, and add an entry with the tag **[numbers]** to CHANGELOG.md.
baseline: setup  ## freeze what a small run gives, after numbers changed for a reason
	$(BIN)/python -m tests.support.refresh_baseline

lint: setup  ## check the style
	$(BIN)/ruff check .

# Type checkers do not follow the names of an editable install: give them a folder of links.
TYPED := .types/corridor

types: setup  ## check the types
	mkdir -p $(TYPED)
	for name in model experiments calibration results; do ln -sfn ../../$$name $(TYPED)/$$name; done
	ln -sfn ../../corridor/__init__.py $(TYPED)/__init__.py
	ln -sfn ../../corridor/__main__.py $(TYPED)/__main__.py
	MYPYPATH=.types $(BIN)/mypy -p corridor

# Nothing is fetched; warnings are errors. Notebooks and the gallery are run (a quarter of an hour of one core), and kept
# until they change.
docs: setup  ## build the documentation into build/docs/
	$(BIN)/sphinx-build --fail-on-warning --keep-going -b html experiments/docs build/docs

odd: setup  ## write the tables of model/ODD.md from the declarations
	$(BIN)/python -m corridor.experiments.docs.odd_tables

# Other engines have an environment of their own, as some need a numpy before 2; `make bench` measures them where they are.
PEERS := .venv-peers

bench: setup  ## measure speed and memory side by side and write results/published/benchmarks.md (minutes; more with BENCH="--long")
	$(BIN)/corridor bench --publish results/published/benchmarks.md $(if $(wildcard $(PEERS)/.installed),--peers $(PEERS)/bin/python) $(BENCH)

bench-peers: $(PEERS)/.installed  ## install the other engines that `make bench` measures, too (Python 3.11 or 3.12)

$(PEERS)/.installed:
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet laser-core==1.0.5 starsim==3.3.4 mesa-frames==0.1.0a0
	touch $@

# Not in CI, whose machines are shared.
LANDED ?= main

bench-compare: setup  ## run the landed main and the working tree in turn; fails on a loss of speed over 10 %
	$(BIN)/corridor bench --against $(LANDED) --rounds 5

# Not in CI: hours over all files. Fewer with MUTATE="model/engine/kernels.py" EVERY=10.
MUTATE ?= model/engine/kernels.py $(addprefix model/stages/,migrants.py routes.py reception.py smugglers.py patrols.py \
	crossing.py ports.py intelligence.py coast.py beliefs.py weather.py)
EVERY ?= 1

mutation: setup  ## change the rules one by one and count what the tests notice (hours)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[mutation]"
	$(BIN)/python -m tests.support.mutation --every $(EVERY) $(MUTATE)

# Tools with packages of their own, so that these are not taken for packages of ours.
TOOLS := .venv/audit

$(TOOLS)/.installed:
	test -x $(TOOLS)/bin/python || $(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet bandit pip-audit cyclonedx-bom
	touch $@

audit: setup $(TOOLS)/.installed  ## look for known weaknesses of packages, and for risky code of ours
	$(BIN)/python -m tests.support.audit

sbom: setup $(TOOLS)/.installed  ## list all installed packages with their licences in dist/sbom.json (CycloneDX)
	mkdir -p dist
	$(TOOLS)/bin/cyclonedx-py environment $(BIN)/python --pyproject pyproject.toml --output-reproducible --of JSON -o dist/sbom.json

clean:  ## remove .venv, builds and caches
	rm -rf .venv .venv-peers .pytest_cache .mypy_cache .ruff_cache .types *.egg-info build experiments/docs/generated
