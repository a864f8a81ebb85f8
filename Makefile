# Every command installs what it needs into .venv, from requirements.lock. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
# One thread a process: results that do not depend on the machine, and no quarrel over two cores.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
SITE := _build/html
export EXAMLAB_WHEELS

.PHONY: help book pdf epub zip site serve lab notebooks study segmentation-study question page test tidy lint test-unit test-notebooks test-site read-site test-lab test-notebook7 fuzz orders contact-sheet looks bench mutants claims hub hub-bench linkcheck lock wheels release third-party reproducible test-matrix clean install site-tools hub-tools browser java binder
help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

install:
	@tools/install.sh
site-tools: install
	@tools/install_npm.sh
hub-tools: install
	@tools/install_hub.sh
browser: install
	@$(BIN)/python tools/browser.py --quiet
java: browser # one after the other: apt waits for nobody
	@$(BIN)/python tools/java.py --quiet

book: site-tools ## build the site into _build/html
	@$(BIN)/python tools/build_book.py

pdf: book ## print the whole book into _build/pdf, as one tagged PDF
	@$(BIN)/python tools/print_book.py

epub: book ## write the book for reading devices into _build/epub
	@$(BIN)/python tools/write_epub.py

zip: book ## pack the site into one file in _build/zip, which works from a folder
	@$(BIN)/python tools/pack_site.py

site: pdf epub zip ## the site with links to its PDF, EPUB and zip: what is published
	@$(BIN)/python tools/offer_downloads.py

serve: book ## build, then read the site at http://localhost:8000
	@$(BIN)/python -m http.server 8000 --bind 127.0.0.1 --directory $(SITE)

lab: install ## open the notebooks in JupyterLab, in the order of the book
	@$(BIN)/python tools/lab.py
	@$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/notebooks/contents.md

page: site-tools ## build one page alone, to look at while you write it: make page PAGE=notebooks/gan/1-output-layer
	@$(BIN)/python tools/build_page.py "$(PAGE)"

notebooks: install ## execute every notebook again, or PAGE=notebooks/gan/1-output-layer alone, and store its outputs
	@$(BIN)/python tools/notebooks.py $(PAGE:%=%.ipynb)

study: install ## train the GANs of question 3 again and store their scores, about five minutes
	@$(BIN)/python tools/study.py

segmentation-study: install ## segment many scenes again and store how well, for question 12 and the article's capstone, about five minutes
	@$(BIN)/python tools/segmentation_study.py

question: install ## start a question's page: make question PART=gan NUMBER=3 SLUG=which-activation-where
	@$(BIN)/python tools/question.py "$(PART)" "$(NUMBER)" "$(SLUG)"

test: install ## everything below
	@# The type checker works on one core: the unit tests take the other meanwhile, and both when it is done. What
	@# the site's tests need, and is not here yet, comes in the meantime.
	@$(MAKE) --no-print-directory -j3 lint test-unit java
	@# The longest notebook and the printing of the book take one core each.
	@$(MAKE) --no-print-directory -j2 test-notebooks site
	@$(MAKE) --no-print-directory read-site test-lab

tidy: install ## mend style where a machine can
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

lint: install ## style, types, notebooks as stored
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python tools/notebooks.py --check

test-unit: site-tools ## the mathematics, the figures, the sliders; the examples in the documentation
	@$(BIN)/pytest tests/unit src -n 2 --dist loadfile

test-notebooks: install ## execute every notebook and compare its answers with those stored
	@$(BIN)/pytest --nbval --nbval-sanitize-with tests/notebooks/sanitize.cfg tests/notebooks notebooks -n 2 --dist loadscope \
	  --no-loadscope-reorder

test-site: site ## build strictly, then read the site in a real browser, and check its PDF, EPUB and zip
	@$(MAKE) --no-print-directory read-site

read-site: java
	@# Of three browsers on two cores, one often waits for what moves.
	@$(BIN)/pytest tests/site -n 3 --dist worksteal

test-lab: browser ## open the folder in a real JupyterLab, run every notebook, move every slider
	@$(BIN)/pytest tests/lab -n 2

test-notebook7: browser ## a few of these notebooks in Jupyter Notebook 7, which comes into an environment of its own
	@tools/install_notebook.sh
	@EXAMLAB_NOTEBOOK7=$(CURDIR)/.venv-notebook/bin/python $(BIN)/pytest tests/lab/test_jupyterlab.py -n 2

fuzz: install ## call every public function with 200 bad arguments or pairs of them: two minutes
	@$(BIN)/pytest tests/fuzz -q -s

orders: install ## run every notebook twice, backwards, cell by cell alone and interrupted, about fifteen minutes
	@PYTHONPATH=tools:. $(BIN)/python -m tests.notebooks.orders

contact-sheet: book browser ## photograph every page at two widths, light and dark, for review
	@$(BIN)/python -m tests.site.contact_sheet

looks: book browser ## renew the pictures that test-site compares a few components with, once you have looked at the change
	@$(BIN)/python -m tests.site.looks

bench: book browser ## figures against their budgets, as ratios in one run
	@tools/install_bench.sh
	@$(BIN)/python -m tests.benchmarks

claims: install ## list anew, in checks/claims.yml beside the notebooks, where every number on the pages comes from
	@$(BIN)/python tools/claims.py

# Make hands on what is set in the environment, too: SHARD=1/8 in a workflow says the same as on the command line.
mutants: install ## make mistakes on purpose and count what the checks notice, for hours: PARTS="answers page mathematics", SAMPLE=300 SEED=1, SHARD=1/8, ONLY=networks/xor.py
	@$(BIN)/python -m tests.mutants $(PARTS) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED)) $(if $(SHARD),--shard $(SHARD)) $(if $(ONLY),--only $(ONLY))

binder: browser ## do what Binder does with environment.yml, run every notebook there on one processor, and renew the table of what each takes
	@$(BIN)/python tools/binder.py

hub: hub-tools ## a classroom on this machine: JupyterHub on 127.0.0.1, a folder for each student in _build/hub
	@.venv-hub/bin/python tools/lab.py
	@.venv-hub/bin/python -m jupyterhub --config classroom/jupyterhub_config.py

STUDENTS ?= 1 5 10 20
hub-bench: hub-tools ## classes of STUDENTS="1 5 10 20" on that hub, then its parts killed in turn; ARGUMENTS=--store renews the page's table
	@.venv-hub/bin/python -m tests.classroom $(STUDENTS) $(ARGUMENTS)

linkcheck: site-tools ## ask other hosts whether the links to them still lead somewhere
	@$(BIN)/jupyter-book build . --builder linkcheck --path-output _build/linkcheck -q

COMPILE = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	  --python-version 3.11 $(LOCK_OPTIONS) pyproject.toml
lock: install ## renew every lock: requirements*.lock from pyproject.toml, package-lock.json from package.json, classroom/ too
	@$(COMPILE) --extra lab --extra large --extra book --extra test -o requirements.lock
	@$(COMPILE) --extra lab --extra large -c requirements.lock -o requirements-lab.lock
	@$(COMPILE) --extra bench -c requirements.lock -o requirements-bench.lock
	@$(COMPILE) --extra lab --extra large --extra hub -c requirements.lock -o requirements-hub.lock
	@$(COMPILE) --extra lab --extra large --extra notebook -c requirements.lock -o requirements-notebook.lock
	@for folder in . classroom; do $(BIN)/npm install --prefix $$folder --package-lock-only \
	  --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund --silent || exit 1; done

wheels: install ## bring all that a build needs into _build/wheels: make book EXAMLAB_WHEELS=_build/wheels then needs no network
	@tools/fill_wheels.sh

release: site ## sources, site, EPUB, PDF, bill of materials and checksums, in _build/release
	@$(BIN)/python tools/release.py

third-party: install ## renew THIRD-PARTY.md: the licence of everything that the locks name
	@$(BIN)/python tools/third_party.py

reproducible: install ## build the last commit twice, from nothing and in two places, and compare every byte: 15 minutes
	@$(BIN)/python tools/reproducible.py

test-matrix: install ## compare every answer on other Pythons, threads, processors and libraries for matrices: an hour
	@$(BIN)/python tools/matrix.py $(ONLY)

clean: ## remove what the commands made
	rm -rf _build .venv .venv-hub .venv-notebook node_modules .pytest_cache .ruff_cache .mypy_cache .hypothesis
