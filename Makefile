# The whole project, by name: `make book` to read, `make test` to check.

PYTHON ?= python3
PORT   ?= 8000
# `make test TORCH=` leaves PyTorch out; its cells are then reported as skipped. To read
# needs it in no case: its cells show what they displayed when they were last checked.
TORCH  ?= torch==2.13.0

VENV := .venv
BIN  := $(VENV)/bin
# What is imported is compiled then, and kept: most of it never is.
unexport PYTHONDONTWRITEBYTECODE
PIP  := $(BIN)/python -m pip install --disable-pip-version-check --no-compile
# What reading needs, and what checking needs: about as large, on disk.
READING := 900 MB
TESTING := 2.3 GB
READ  := $(VENV)/.reading
# One stamp for each choice of TORCH, so that a new choice installs again.
STAMP := $(VENV)/.installed-$(subst =,-,$(or $(TORCH),without-torch))
# What lets a page run: built by npm, which a wheel brings, into the machine's own folder.
MACHINE := literate/src/literate
PAGE  := $(MACHINE)/weaving/browser/static/digest.txt
CARRIED := $(addprefix $(MACHINE)/,$(shell cat $(MACHINE)/weaving/browser/carried.txt))
VNU   := build/vnu/node_modules/vnu-jar/build/dist/vnu.jar

.PHONY: book build lint check test test-whole test-site examples dist pdf epub tangle bench install clean

book: $(READ) $(PAGE) ## Tangle, then serve the book at http://127.0.0.1:8000.
	$(BIN)/python -m literate tangle
	$(BIN)/literate serve --address 127.0.0.1:$(PORT)

build: tangle $(PAGE) ## Build the site into site/, with the book as an EPUB.
	$(BIN)/python -m literate build
	$(BIN)/python -m literate epub --offer site build/book.epub

lint: install ## Style, types, layers, and whether package and book agree.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy & types=$$!; $(BIN)/mypy --config-file tests/mypy.ini && wait $$types
	$(BIN)/lint-imports
	$(BIN)/deptry literate/src/literate --config literate/pyproject.toml
	$(BIN)/literate tangle --check

check: lint ## What takes less than a minute: for every save.
	$(BIN)/python -m pytest -n 2 -m "not browser and not slow" tests/literate tests/micrograd

test: lint $(PAGE) ## Check code, package, chapters and site.
	$(BIN)/python -m pytest --markdown-docs
	$(BIN)/python -m mkdocs build --strict
	$(BIN)/python -m pytest -n 2

test-whole: lint $(PAGE) ## The tests with all of their sweeps, as every night.
	$(BIN)/python -m pytest -n auto --whole

test-site: build $(VNU) ## Look at the site with Chromium, Firefox and Java, which must be there.
	$(BIN)/python -m pytest tests/site -m browser -n 2 --dist loadscope

examples: build/wheel/.made ## Test and build the books in examples/ from the machine's wheel alone.
	set -e; for book in examples/*/; do \
	  (cd $$book && $(CURDIR)/build/wheel/bin/literate run && $(CURDIR)/build/wheel/bin/literate build --site-dir $(CURDIR)/build/examples/$$(basename $$book)); done

build/wheel/.made: $(PAGE) | $(STAMP)
	$(BIN)/python -m build --wheel --outdir build/wheel/dist literate
	$(PYTHON) -m venv build/wheel
	build/wheel/bin/python -m pip install --quiet --disable-pip-version-check build/wheel/dist/*.whl
	@touch $@

dist: install $(PAGE) ## The wheels and source distributions of the package and of the machine, into dist/.
	$(BIN)/python -m build --outdir dist .
	$(BIN)/python -m build --outdir dist literate

pdf: build ## Print the book into build/book.pdf with Chromium, which has to be installed.
	$(BIN)/python -m literate pdf --offer site build/book.pdf

epub: build ## Make build/book.epub, which the site then offers.

tangle: install ## Write micrograd/ from the chapters.
	$(BIN)/python -m literate tangle

bench: install ## Measure, and write the tables that the pages show.
	set -e; for script in benchmarks/[!_]*.py; do $(BIN)/python $$script; done

install: $(STAMP) ## Make .venv and install everything into it.

$(READ): pyproject.toml literate/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	@echo "Installing what reading needs into $(VENV): about $(READING), and nothing outside."
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable ./literate --editable '.[drawing,book]'
	@touch $@

$(STAMP): $(READ)
	@echo "Installing what checking needs into $(VENV): $(if $(TORCH),about $(TESTING) with PyTorch from where it has no GPU,all but PyTorch)."
	$(PIP) --editable ./literate --editable '.[drawing,book,test]' $(TORCH)
	@rm -f $(VENV)/.installed-*
	@touch $@

$(PAGE): literate/page/build.mjs literate/page/package-lock.json $(wildcard literate/page/src/*) $(filter %.py,$(CARRIED) $(wildcard $(CARRIED:=/*.py) $(CARRIED:=/*/*.py))) | $(READ)
	$(BIN)/npm ci --no-audit --no-fund --ignore-scripts --prefix literate/page
	$(BIN)/node literate/page/build.mjs

# The Nu HTML checker is published on npm, which a wheel brings.
$(VNU): | $(READ)
	$(BIN)/npm install --no-audit --no-fund --ignore-scripts --prefix build/vnu vnu-jar@26.9.27

clean: ## Remove what can be made again.
	rm -rf $(VENV) $(dir $(PAGE)) literate/page/node_modules site build dist .cache .literate_cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
