PYTHON ?= python3.11
BIN := .venv/bin
STAMP := .venv/.installed
# What trains is tested under Keras' other backend too.
JAX_TESTS := $(patsubst %,tests/training/%.py,test_compiled programs/test_cache test_callbacks test_predict test_initial_values \
    backends/test_interrupts)
EXAMPLES := $(sort $(wildcard examples/*.py examples/*/*.py))

# Whole data sets beside the checkout are found without being told; the checkout has parts of them.
PARTS := $(CURDIR)/tests/data
ifneq ($(wildcard ../shared/data/fashion_mnist.npz),)
export SKKERAS_DATA ?= $(abspath ../shared/data)
else
export SKKERAS_DATA ?= $(PARTS)
endif

.DEFAULT_GOAL := help
.PHONY: help demo test lint format typecheck doctest examples docs figures bench lock clean

help: ## show this help
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/\1\t\2/' | expand -t 12

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check -q -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps -e .
	@touch $@

demo: $(STAMP) ## tune a network on texts, categories and numbers; results go to demo/
	$(BIN)/python examples/demo.py

test: lint typecheck ## everything that CI checks
	$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder --max-worker-restart 1
	KERAS_BACKEND=jax $(BIN)/python -m pytest -n 2 $(JAX_TESTS)
	$(MAKE) examples

lint: $(STAMP) ## check format and style
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

format: $(STAMP) ## write format and the style fixes that are safe
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

typecheck: $(STAMP) ## check types
	$(BIN)/mypy

doctest: $(STAMP) ## run the code in docstrings and docs only
	$(BIN)/python -m pytest skkeras docs CONTRIBUTING.md

examples: $(STAMP) ## run every page of the gallery, and the demo
	@printf '%s\n' $(EXAMPLES) | xargs -P 2 -I PAGE \
	    sh -c 'echo PAGE; MPLBACKEND=Agg $(BIN)/python PAGE > /dev/null'

docs: $(STAMP) ## build the documentation into docs/_build/html
	$(BIN)/python -m sphinx -W --keep-going -b html docs docs/_build/html

figures: $(STAMP) ## draw the plots of the landing page and of the tutorial
	$(BIN)/python docs/figures.py

bench: $(STAMP) ## measure skkeras beside its peers and write the tables into docs/benchmarks.md
	@test "$$SKKERAS_DATA" != "$(PARTS)" || { echo "Benchmarks read whole data sets, and tests/data has \
	parts of them: set SKKERAS_DATA to a folder of whole ones." >&2; exit 1; }
	$(BIN)/python benchmarks

# Names and versions only, so that pip finds them wherever it is set up to look.
lock: ## resolve the newest versions into requirements.lock
	@mkdir -p build
	$(PYTHON) -m venv --clear build/lock
	build/lock/bin/python -m pip install -q --dry-run --ignore-installed \
	    --report build/lock.json '.[plots,test,docs]'
	build/lock/bin/python -c 'import json; \
	    found = [p["metadata"] for p in json.load(open("build/lock.json"))["install"]]; \
	    lines = [p["name"].lower() + "==" + p["version"] for p in found if p["name"] != "skkeras"]; \
	    print("# Written by `make lock`.", *sorted(lines), sep="\n")' > requirements.lock

clean: ## remove what these targets made, .venv included
	rm -rf .venv build dist demo docs/_build docs/auto_examples docs/api docs/sg_execution_times.rst
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis
