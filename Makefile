# sopdata: two commands for everybody (run, test), the rest for developers. `make help` lists them.
PYTHON ?= python3
PY := .venv/bin/python
# one process a core; the tests of a file stay together, since some share a walk through the SOP, and
# conftest.py says which files begin and which end
PYTEST := $(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder
# a production-like address, for the checks that only bite there
DEPLOY := DEMO=0 DEBUG=0 PUBLIC_BASE_URL=https://sopdata.example

.DEFAULT_GOAL := help
.PHONY: help run test check fix unit e2e bench docs css words lock clean ready

help: ## Show this list
	@sed -nE 's/^([a-z0-9]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 16

run: ## Start everything with the demo office (PORT=8000); Ctrl-C stops all of it
	@$(PYTHON) sopdata/bootstrap.py run
	@exec $(PY) -m sopdata.run

test: check ## Run everything: check, unit, contract and browser tests
	$(PYTEST)

ready:
	@$(PYTHON) sopdata/bootstrap.py test

check: ready ## Lint, format, types, floors, templates, migrations, docs, deployment
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy sopdata requests_app
	.venv/bin/lint-imports
	.venv/bin/djlint templates --lint --quiet
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py sop_docs --check
	$(DEPLOY) $(PY) manage.py check --deploy --fail-level WARNING

fix: ready ## Repair what can be repaired, and rewrite the generated docs
	$(PY) -m ruff check --fix
	$(PY) -m ruff format
	$(PY) manage.py sop_docs

unit: ready ## Run the tests without a browser
	$(PYTEST) -m "not e2e"

e2e: ready ## Run the browser stories only
	$(PYTEST) -m e2e

bench: ready ## Measure pages and deeds against a floor, at 1,000 requests
	$(PY) -m tests.bench

docs: ready ## Write docs/sop.md, the pictures of docs/tour.md and of docs/gallery.md
	$(PY) manage.py sop_docs
	TOUR_DIR=docs/tour $(PY) -m pytest tests/e2e/test_tour.py
	GALLERY_DIR=docs/gallery $(PY) -m pytest tests/documents/test_gallery.py

css: ## Compile static/scss to static/css (needs Node.js)
	$(PYTHON) .ci/css

words: ready ## Collect and compile the sentences to translate (needs gettext)
	$(PY) manage.py makemessages -l en --no-location --no-obsolete --ignore=var --ignore=tests
	$(PY) manage.py compilemessages --ignore=.venv

COMPILE = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header $(UPGRADE) pyproject.toml
lock: ready ## Lock the packages again (make lock UPGRADE=--upgrade takes the newest)
	$(COMPILE) -o requirements.lock
	$(COMPILE) --group dev -c requirements.lock -o requirements-dev.lock

clean: ## Remove what can be made again; var/ with the data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache var/test var/static
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
