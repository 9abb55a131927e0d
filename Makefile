PYTHON ?= python3.11
NEWEST_PYTHON ?= 3.13
BIN := .venv/bin
STAMP := .venv/.installed
# What trains, and what Keras exports, is tested under Keras' other backend too.
JAX_TESTS := $(patsubst %,tests/training/%.py,test_compiled programs/test_cache test_callbacks test_predict test_initial_values \
    test_train_parts backends/test_interrupts) tests/persistence/test_keras_formats.py
# The quick part of the suite, for other versions: scikit-learn's checks and the contract of one
# estimator, training, a search and files.
QUICK := $(patsubst %,tests/%.py,test_estimator_checks contract/test_estimator contract/test_fit training/test_compiled \
    model_selection/test_search persistence/test_save) -k "KerasMLPClassifier and not Distilled and not Auto or not Keras"
EXAMPLES := $(sort $(wildcard examples/*.py examples/*/*.py))

# Whole data sets beside the checkout are found without being told; the checkout has parts of them.
PARTS := $(CURDIR)/tests/data
ifneq ($(wildcard ../shared/data/fashion_mnist.npz),)
export SKKERAS_DATA ?= $(abspath ../shared/data)
else
export SKKERAS_DATA ?= $(PARTS)
endif

.DEFAULT_GOAL := help
.PHONY: help demo test test-newest test-oldest lint format typecheck doctest examples docs figures bench lock clean

help: ## show this help
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/\1\t\2/' | expand -t 12

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
	$(MAKE) test-newest test-oldest
	$(MAKE) examples

test-newest: build/newest/.installed ## run the quick part of the tests on the newest supported Python
	build/newest/bin/python -m pytest -n 2 $(QUICK)

# The oldest Keras asks NumPy for a name that NumPy is going to define.
test-oldest: build/oldest/.installed ## run the quick part of the tests with the oldest supported versions
	build/oldest/bin/python -m pytest -n 2 -W "ignore:In the future:FutureWarning" $(QUICK)

build/newest/.installed: requirements.lock
build/oldest/.installed: requirements-oldest.lock
build/%/.installed: pyproject.toml | $(STAMP)
	$(BIN)/uv venv -q --clear --python $(if $(filter newest,$*),$(NEWEST_PYTHON),$(PYTHON)) build/$*
	$(BIN)/uv pip install -q --python build/$*/bin/python -r $(filter %.lock,$^)
	$(BIN)/uv pip install -q --python build/$*/bin/python --no-deps -e .
	@touch $@

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

# The oldest are the bounds in pyproject.toml. Names and versions only, so that pip finds them
# wherever it is set up to look.
lock: $(STAMP) ## resolve the newest versions into requirements.lock, the oldest into requirements-oldest.lock
	@mkdir -p build
	$(PYTHON) -m venv --clear build/lock
	build/lock/bin/python -m pip install -q --dry-run --ignore-installed \
	    --report build/lock.json '.[plots,test,docs]'
	build/lock/bin/python -c 'import json; \
	    found = [p["metadata"] for p in json.load(open("build/lock.json"))["install"]]; \
	    lines = [p["name"].lower() + "==" + p["version"] for p in found if p["name"] != "skkeras"]; \
	    print("# Written by `make lock`.", *sorted(lines), sep="\n")' > requirements.lock
	sed -nE 's/^ +"([a-z-]+)>=([0-9.]+)",$$/\1==\2/p' pyproject.toml > build/oldest.txt
	{ echo '# Written by `make lock`.'; $(BIN)/uv pip compile -q --python $(PYTHON) --extra test -c build/oldest.txt \
	    --no-annotate --no-header pyproject.toml; } > requirements-oldest.lock

clean: ## remove what these targets made, .venv included
	rm -rf .venv build dist demo docs/_build docs/auto_examples docs/api docs/sg_execution_times.rst
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis
