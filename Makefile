# `make lab` and `make test` do all of their own set-up in .venv and ask nothing. GNU make 3.81 and BSD tools will do.
#   PYTHON     the interpreter for .venv, 3.11 or later:   make env PYTHON=python3.12
#   LAB_ARGS   more arguments for JupyterLab:              make lab LAB_ARGS="--no-browser --port 8899"

NOTEBOOK := notebooks/01_step_an_acquisition.ipynb
IN_VENV := .venv/bin/python -m
NPM := PATH="$(CURDIR)/.venv/bin:$$PATH" npm --silent
browser_tests := $(wildcard tests/browser/test_*.py)

.NOTPARALLEL:
.PHONY: help env lab test thorough quick test-lowest release-check lessons docs shots fuzz mutants bench gpu lint types imports page javascript browser data slurm format lock clean

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{ printf "%-13s %s\n", $$1, $$2 }'

env: ## make .venv, or bring it up to date
	@tools/env

# The page opens on the notebook, the printed address too. News and update checks would cover it with a question, and
# need a network: tools/jupyter makes "no" the default; what a person has chosen in JupyterLab's settings still counts.
lab: env ## open JupyterLab on the first notebook
	@if [ "$$(id -u)" -eq 0 ]; then root=--allow-root; else root=; fi; \
	JUPYTER_CONFIG_PATH="$(CURDIR)/tools/jupyter$${JUPYTER_CONFIG_PATH:+:$$JUPYTER_CONFIG_PATH}" \
	exec $(IN_VENV) jupyterlab $$root --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/$(NOTEBOOK) $(LAB_ARGS)

# In the order of tests/longest.txt: xdist's own begins with files of many tests, and ends with the longest of few.
BY_FILE := --dist loadfile --no-loadscope-reorder

# Playwright's event loop and asyncio.run() do not go together in one process: the browser tests have their own.
test: env $(if $(browser_tests),browser) data slurm lint types imports javascript ## check style, types and imports, and run the tests
	$(IN_VENV) pytest --ignore=tests/browser -m "not thorough" --numprocesses auto --maxprocesses 4 $(BY_FILE)
	$(if $(browser_tests),$(IN_VENV) pytest tests/browser -m "not thorough" --numprocesses 2 $(BY_FILE))

# `make test` has to end within half an hour on two cores.
thorough: env $(if $(browser_tests),browser) data ## the same in more windows, with more kills, and the scripts that measure
	$(IN_VENV) pytest --ignore=tests/browser -m thorough --numprocesses auto --maxprocesses 4 $(BY_FILE)
	$(if $(browser_tests),$(IN_VENV) pytest tests/browser -m thorough --numprocesses 2 $(BY_FILE))

# One process more than cores are needed at least: a fifth of the time these tests wait for threads and processes.
quick: env ## the tests that take no browser and no long time: for your own loop
	$(IN_VENV) pytest --ignore=tests/browser -m "not slow" --numprocesses 3 --dist loadfile

# Of what pyproject.toml names itself; what these want in turn is the newest.
test-lowest: ## run the quick tests with the lowest versions that pyproject.toml allows; uv finds them
	uv venv --quiet --allow-existing --python 3.11 .venv-lowest
	uv pip install --quiet --python .venv-lowest --resolution lowest-direct --editable '.[dev]'
	.venv-lowest/bin/python -m pytest --ignore=tests/browser -m "not slow" --numprocesses 3 --dist loadfile

release-check: env ## check version, changelog and citation, build the wheel into dist/, and use it: TAG=v1.2.3
	.venv/bin/python tools/release_check.py $(TAG)
	$(IN_VENV) pytest tests/test_project.py tests/test_wheel.py
	$(IN_VENV) hatchling build --clean --directory dist

# Recorded data only: tau* that stays near 1, tau* that jumps from 0.02 to 0.96, and two runs with the same tau*.
PAGES := lessons
lessons: env ## write three lesson pages of recorded runs into lessons/, for students who have only a browser
	@mkdir -p $(PAGES)
	.venv/bin/lada-explore lesson data/runs/demo --out $(PAGES)/tau-stays.html
	.venv/bin/lada-explore lesson data/runs/tau/noisy-tops --out $(PAGES)/tau-jumps.html
	.venv/bin/lada-explore lesson data/runs/tau/fashion data/runs/tau/random-labels --out $(PAGES)/two-runs.html

docs: env ## build the documentation site into build/docs/, without a network
	.venv/bin/python tools/docs/build.py

shots: env browser ## take pictures of every view, at four widths in both themes, into artifacts/shots/index.html
	$(IN_VENV) pytest --quiet tests/browser/take_shots.py
	@echo "Open artifacts/shots/index.html"

# What fails is tried again with the seed that is printed: make fuzz SEED=...
ROUNDS := 10
SEED = $(shell date +%s)
fuzz: env ## try more of what tests draw at random (ROUNDS=10): faults, races, power cuts, kills
	@seed=$(SEED); echo "SEED=$$seed"; \
	LADA_FUZZ=$(ROUNDS) LADA_FUZZ_SEED=$$seed $(IN_VENV) pytest tests/faults tests/crash/test_children.py --numprocesses auto --maxprocesses 4 --dist loadfile

# It takes hours, so it is no part of `make test`. What was tried is kept in .mutants/, so it goes on where it was stopped.
mutants: env ## change the code in small ways, one at a time, and list what no test notices
	$(IN_VENV) pip install --quiet -c constraints.txt -e '.[mutants]'
	.venv/bin/python tools/mutants/run.py
	.venv/bin/python tools/mutants/summary.py

# One after the other, and nothing else on the machine: two torch threads on a busy core stand still.
bench: env browser ## measure everything of benchmarks/README.md, into benchmarks/results/
	.venv/bin/python benchmarks/lookahead.py --width demo --labels 220 --training-epochs 20 --json benchmarks/results/lookahead-demo.json
	.venv/bin/python benchmarks/lookahead.py --width full --pairs 20 --training-epochs 30 --json benchmarks/results/lookahead-full-20.json
	.venv/bin/python benchmarks/training.py --json benchmarks/results/training.json
	OMP_NUM_THREADS=1 .venv/bin/python benchmarks/stem.py --json benchmarks/results/stem.json
	OMP_NUM_THREADS=1 .venv/bin/python benchmarks/fine_tuning.py --json benchmarks/results/fine_tuning.json
	OMP_WAIT_POLICY=PASSIVE .venv/bin/python benchmarks/embed.py --json benchmarks/results/embed.json
	OMP_NUM_THREADS=1 .venv/bin/python benchmarks/adaptive_nodes.py --demo-pairs 128 --json benchmarks/results/adaptive_nodes.json
	OMP_NUM_THREADS=1 .venv/bin/python benchmarks/adaptive_nodes.py --widths full --full-pairs 32 --labels 20 100 --layers 1 0 2 --json benchmarks/results/adaptive_nodes-full.json
	OMP_WAIT_POLICY=PASSIVE .venv/bin/python benchmarks/opening.py --json benchmarks/results/opening.json
	.venv/bin/python benchmarks/cycle.py --json benchmarks/results/cycle.json
	.venv/bin/python benchmarks/cycle.py --width full --cycles 1 --test-images 200 --subsets --labels --widths --json benchmarks/results/cycle-full.json
	.venv/bin/python benchmarks/neighbours.py --json benchmarks/results/neighbours.json
	.venv/bin/python benchmarks/neighbours.py --width full --subset 200 --cycles 1 --test-images 200 --rounds 1 --json benchmarks/results/neighbours-full.json
	.venv/bin/python benchmarks/pool.py --json benchmarks/results/pool.json
	.venv/bin/python benchmarks/frozen_cycle.py --json benchmarks/results/frozen_cycle.json
	.venv/bin/python benchmarks/embedding.py --json benchmarks/results/embedding.json
	.venv/bin/python benchmarks/redraw.py --json benchmarks/results/redraw.json
	.venv/bin/python benchmarks/first_map.py --json benchmarks/results/first_map.json
	.venv/bin/python benchmarks/labelling_photos.py --json benchmarks/results/labelling_photos.json
	.venv/bin/python benchmarks/answers_at_scale.py --json benchmarks/results/answers_at_scale.json
	.venv/bin/python benchmarks/classroom.py --run data/runs/demo --json benchmarks/results/classroom.json
	.venv/bin/python benchmarks/notebooks.py --json benchmarks/results/notebooks.json
	.venv/bin/python benchmarks/journal.py --json benchmarks/results/journal.json
	.venv/bin/python benchmarks/sweep.py --device cpu --json benchmarks/results/sweep.json
	OMP_NUM_THREADS=1 .venv/bin/python benchmarks/released.py --cycles 6 --folder runs/released --json benchmarks/results/released.json
	.venv/bin/python benchmarks/vaal.py --device cpu --draws 4 --seeds 3 --json benchmarks/results/vaal.json
	.venv/bin/python benchmarks/loss_ranking.py --device cpu --json benchmarks/results/loss_ranking.json
	.venv/bin/python benchmarks/stopping.py --device cpu --folder runs/stopping --json benchmarks/results/stopping.json
	.venv/bin/python benchmarks/show.py

# The paper's run goes on where it was stopped, in pieces of at most eight minutes; status 3 says that there is more.
GPU_RESULTS := benchmarks/results/gpu
gpu: env data ## on a machine with an NVIDIA GPU: its tests, its benchmarks and the paper's run, into benchmarks/results/gpu/
	@.venv/bin/python benchmarks/gpu.py --check
	LADA_GPU_RESULTS=$(GPU_RESULTS) $(IN_VENV) pytest tests --ignore=tests/browser -m gpu
	.venv/bin/python benchmarks/gpu.py --folder $(GPU_RESULTS)
	@more=3; while [ $$more -eq 3 ]; do \
		.venv/bin/python benchmarks/gpu_paper.py --json $(GPU_RESULTS)/paper.json; more=$$?; \
	done; exit $$more

lint: env ## check style
	$(IN_VENV) ruff check .
	$(IN_VENV) ruff format --check .

types: env ## check types
	$(IN_VENV) mypy

imports: env ## check that a floor imports only from floors below it
	.venv/bin/lint-imports

# node comes with .venv. Nobody else needs it: the bundles are committed.
node_modules/.package-lock.json: package.json package-lock.json
	$(NPM) ci

page: env node_modules/.package-lock.json ## bundle the JavaScript and CSS of the views, after a change to them
	$(NPM) run format
	$(NPM) run build

javascript: env node_modules/.package-lock.json ## check the page's types, style, tests and bundles
	$(NPM) test

browser: env ## find a Chromium for the browser tests, or install one
	@tools/browser

data: ## install the full Fashion-MNIST where apt-get can
	@tools/data

slurm: ## install a Slurm for the tests where apt-get can
	@tools/slurm

format: env ## rewrite code in our style, empty the notebooks of outputs
	$(IN_VENV) ruff check --fix .
	$(IN_VENV) ruff format .
	$(IN_VENV) nbstripout notebooks/*.ipynb

lock: env ## write constraints.txt anew, from the newest versions that fit pyproject.toml
	.venv/bin/python tools/lock.py

clean: ## remove .venv and every cache; runs/ stays
	rm -rf .venv .venv-lowest .nox .hypothesis .import_linter_cache .mutants .mypy_cache .pytest_cache .ruff_cache build dist node_modules
