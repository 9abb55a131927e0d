"""Equal digests of traces that compute the same, and of no others."""

import keras
import pytest

tf = pytest.importorskip("tensorflow")
trace = pytest.importorskip("skkeras.training.backends.tensorflow._trace")

ROWS = tf.TensorSpec([None, 2])


def digest(function, places=None):
    traced = tf.function(function).get_concrete_function(ROWS)
    return trace.digest_of(traced, places or [None] * len(traced.captured_inputs))


def twice(x):
    return tf.nn.relu(x) * 2.0


def test_names_do_not_matter():
    def renamed(x):
        with tf.name_scope("elsewhere"):
            return tf.multiply(tf.nn.relu(x, name="first"), 2.0, name="second")

    assert digest(twice) == digest(renamed)


@pytest.mark.parametrize(
    "other",
    [
        lambda x: tf.nn.relu(x) * 3.0,
        lambda x: tf.nn.tanh(x) * 2.0,
        lambda x: (tf.nn.relu(x) * 2.0, x),
        lambda x: tf.nn.relu(x * 2.0),
    ],
)
def test_what_is_computed_matters(other):
    assert digest(twice) != digest(other)


def test_functions_that_are_called_count():
    def calling(factor):
        @tf.function
        def inner(x):
            return x * factor

        return lambda x: inner(x) + 1.0

    assert digest(calling(2.0)) == digest(calling(2.0)) != digest(calling(3.0))


def test_values_that_are_captured_count_unless_they_are_inputs():
    def adding(constant):
        return lambda x: x + constant

    # TensorFlow captures smaller tensors as constants.
    one, other = (adding(tf.fill([200, 1, 2], value)) for value in (0.5, 0.25))
    assert digest(one) != digest(other)
    assert digest(one, ["input"]) == digest(other, ["input"])


def test_variables_have_places():
    variables = [keras.Variable([1.0, 2.0]) for _ in range(2)]

    def using(x):
        return x * variables[1].value

    traced = tf.function(using).get_concrete_function(ROWS)
    assert trace.captured_places(traced, weights=variables) == [("weights", 1)]
    with pytest.raises(NotImplementedError, match="variables or tables it does not list"):
        trace.captured_places(traced, weights=variables[:1])


@pytest.mark.parametrize(
    "function",
    [
        lambda x: tf.py_function(lambda y: y, [x], tf.float32),
        lambda x: x + tf.random.uniform([2]),
        lambda x: x + tf.strings.to_number(tf.io.read_file("a")),
    ],
    ids=["Python", "random", "file"],
)
def test_what_a_trace_does_not_show_is_refused(function):
    with pytest.raises(NotImplementedError, match="of which a trace does not show what it does"):
        digest(function)
