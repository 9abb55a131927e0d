"""Dense layers that are applied in both directions."""

import keras
import numpy as np

from skkeras.layers import ReversibleDense


def test_reverse_is_the_transposed_kernel():
    X = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
    layer = ReversibleDense(2)
    codes = keras.ops.convert_to_numpy(layer(X))
    layer.bias.assign([1.0, -1.0])
    layer.reverse_bias.assign([1.0, 2.0, 3.0])
    kernel = keras.ops.convert_to_numpy(layer.kernel)
    assert kernel.shape == (3, 2) and len(layer.weights) == 3
    np.testing.assert_allclose(codes, X @ kernel, rtol=1e-5)
    np.testing.assert_allclose(layer(X), X @ kernel + [1, -1], rtol=1e-5)
    back = keras.ops.convert_to_numpy(layer(codes, reverse=True))
    np.testing.assert_allclose(back, codes @ kernel.T + [1, 2, 3], rtol=1e-5)
    assert ReversibleDense.from_config(layer.get_config()).units == 2
