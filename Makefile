# make run    set up once, build the index, open the app         make check  linters, types, layers
# make test   checks and all tests                               make evals  the evaluation suites
# make bench  slow measurements                                  make train  the detector from its data
# make lock   pin requirements again
VENV := .venv
PYTHON := $(VENV)/bin/python
BASE_PYTHON ?= python3
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test check evals bench train vectors lock samples

run: .make/installed
	$(PYTHON) -m coach serve

check: .make/installed-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

test: check .make/system
	$(PYTHON) -m pytest

evals: .make/installed
	$(PYTHON) -m coach eval run all

bench: .make/installed-dev
	$(PYTHON) benchmarks/run.py
	$(PYTHON) benchmarks/detector.py

train: .make/installed-train
	test -e build/mpnet/model.safetensors || $(VENV)-train/bin/python training/fetch_weights.py build/mpnet
	$(VENV)-train/bin/python training/train_detector.py --base build/mpnet

samples: .make/installed
	$(PYTHON) evals/samples/make_decks.py samples

vectors: .make/installed
	$(PYTHON) training/embed_knowledge.py

lock:
	$(VENV)/bin/uv pip compile pyproject.toml -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group build -o requirements.txt
	$(VENV)/bin/uv pip compile pyproject.toml -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group build --group dev -c requirements.txt -o requirements-dev.txt

$(PYTHON):
	$(BASE_PYTHON) -m venv $(VENV)

.make/installed: $(PYTHON) requirements.txt pyproject.toml
	$(PYTHON) -m pip install -q --require-hashes -r requirements.txt
	$(PYTHON) -m pip install -q --no-deps --no-build-isolation -e . 
	@mkdir -p .make && touch $@

.make/installed-dev: .make/installed requirements-dev.txt
	$(PYTHON) -m pip install -q --require-hashes -r requirements-dev.txt
	@touch $@

.make/installed-train: training/requirements.txt
	$(BASE_PYTHON) -m venv $(VENV)-train
	$(VENV)-train/bin/pip install -q -r training/requirements.txt
	@mkdir -p .make && touch $@

.make/system:
	@sh tests/install-system.sh
	@mkdir -p .make && touch $@
