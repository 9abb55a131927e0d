"""Autoencoders: networks that learn to reconstruct their input from a few numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import keras
import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import Tags, check_array
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from skkeras.base import SIZES, KerasFamily, ModelParams, ModelSpec
from skkeras.base.data import RegressionTarget, as_floats
from skkeras.layers import Dropout, ReversibleDense
from skkeras.training import predict
from skkeras.utils import as_int, check_sizes, sizes


@dataclass(kw_only=True, eq=False, repr=False)
class Autoencoder(KerasFamily):
    """Architecture, parameters and score of the transformer and the detector.

    Parameters
    ----------
    n_components : int, default=2
        Number of units of the middle layer, which is linear: the numbers that a row is
        reconstructed from.
    hidden_layer_sizes : int, sequence of int or str, default=(100,)
        Number of units of each hidden layer of the encoder; the decoder has the same layers in
        reverse order. () is none. A string such as "(128, 64)" is also accepted.
    activation : str or callable, default="relu"
        Activation of the hidden layers: any Keras activation.
    tied_weights : bool, default=False
        Whether the decoder uses the transposed weights of the encoder, with its own biases. Keras
        cannot load a ``.keras`` file of such a `model_`; `skkeras.save` stores the estimator.
    noise : float, default=0.0
        Standard deviation of Gaussian noise that is added to the inputs in training, in [0, 1]. The
        network learns to reconstruct the rows without it.
    dropout : float, default=0.0
        Share of the inputs that are set to 0 in training, in [0, 1); the network learns to
        reconstruct all of them.
    loss : str, class, function or keras.losses.Loss, default=None
        Any Keras loss between rows and reconstructions; None is the squared error.
    early_stopping : bool or "auto", default="auto"
        Whether to hold out some training rows (or use `X_val` of `fit`), stop when the loss on them
        has not improved for `patience` epochs, and restore the best weights. "auto" does so with
        more than 10,000 rows, or if `X_val` is given.
    """

    n_components: int = 2
    hidden_layer_sizes: int | Sequence[int] | str = (100,)
    activation: str = "relu"
    tied_weights: bool = False
    noise: float = 0.0
    dropout: float = 0.0

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "hidden_layer_sizes": SIZES,
        "activation": [str, callable],
        "tied_weights": ["boolean"],
        "noise": [Interval(Real, 0, 1, closed="both")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
    }
    # Without n_components: the more there are, the smaller is the error.
    _searched: ClassVar[dict[str, dict[str, Any]]] = {
        "small": {
            "hidden_layer_sizes": [(100,), (256,), (128, 64), (32,), (256, 128), (64, 64, 64)],
            "noise": (0.0, 0.5),
        },
        "medium": {"dropout": (0.0, 0.5)},
        "large": {"activation": ["relu", "gelu", "tanh"], "tied_weights": [False, True]},
    }

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        return tags

    def _validate_params(self) -> None:
        super()._validate_params()
        check_sizes("hidden_layer_sizes", self.hidden_layer_sizes)

    @classmethod
    def _build_model(cls, params: ModelParams, spec: ModelSpec) -> keras.Model:
        (n_features,), tied = spec.input_shape, params.tied_weights
        widths = [*sizes(params.hidden_layer_sizes), params.n_components]
        kind = ReversibleDense if tied else keras.layers.Dense
        layers = [kind(width) for width in widths]
        inputs = x = keras.layers.Input((n_features,))
        for layer in layers[:-1]:
            x = keras.layers.Activation(params.activation)(layer(x))
        encoder = keras.Model(inputs, layers[-1](x), name="encoder")
        inputs = x = keras.layers.Input((params.n_components,))
        for place in reversed(range(len(layers))):
            if tied:
                x = layers[place](x, reverse=True)
            else:
                x = keras.layers.Dense([n_features, *widths][place])(x)
            if place:
                x = keras.layers.Activation(params.activation)(x)
        decoder = keras.Model(inputs, x, name="decoder")
        inputs = x = keras.layers.Input((n_features,))
        if params.noise:
            x = keras.layers.GaussianNoise(float(params.noise))(x)
        if params.dropout:
            x = Dropout(float(params.dropout))(x)
        return keras.Model(inputs, decoder(encoder(x)))

    @classmethod
    def _default_loss(cls, params: ModelParams, spec: ModelSpec) -> Any:
        return "mean_squared_error"

    @property
    def target_encoder(self) -> RegressionTarget:
        """Unfitted encoder of the target, which is X."""
        return RegressionTarget()

    def _check_y(self, y: Any, *, reset: bool) -> np.ndarray:
        y = self._check_X(y, reset=False)
        if reset:
            self.target_type_ = "continuous-multioutput"
        return y

    def fit(  # type: ignore[override]
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        groups: Any = None,
    ) -> Self:
        """Train the network to reconstruct X.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numbers, each column on a scale of about 1.
        y : Ignored
            Not used, present for API consistency by convention.
        sample_weight : array-like of shape (n_samples,), default=None
            Relative weights of the rows; rows of weight 0 are ignored.
        X_val : array-like of shape (n_val_samples, n_features), default=None
            Data to validate on after each epoch, instead of a part of X.
        groups : array-like of shape (n_samples,), default=None
            Groups of rows that are kept together when early stopping holds out rows.

        Returns
        -------
        self
            The estimator.

        Raises
        ------
        ValueError
            If a parameter or the data is invalid; in that case, nothing is trained.
        """
        return super().fit(X, X, sample_weight, X_val=X_val, y_val=X_val, groups=groups)

    def score(self, X: Any, y: Any = None) -> float:
        """Return the negative mean squared reconstruction error.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.
        y : Ignored
            Not used, present for API consistency by convention.

        Returns
        -------
        float
            Minus the mean squared difference between the rows and their reconstructions, whatever
            the `loss`.
        """
        return float(-np.square(self._rows_and_errors(X)[1]).mean())

    def _rows_and_errors(self, X: Any) -> tuple[np.ndarray, np.ndarray]:
        """Validate rows, and return them and their differences from their reconstructions."""
        X = self._rows(X)
        rows = np.asarray(X, dtype=np.float64)
        return rows, rows - predict(self.model_, X).astype(np.float64)


@dataclass(kw_only=True, eq=False, repr=False)
class KerasAutoencoder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, Autoencoder):
    """Autoencoder: learns a few numbers from which the columns of a row can be reconstructed.

    It is a nonlinear counterpart of principal component analysis [1]_. With `noise` or `dropout` it
    is a denoising autoencoder [2]_.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    KerasAutoencoderOutlierDetector : Finds the rows that are reconstructed worst.
    sklearn.decomposition.PCA : Linear dimensionality reduction.

    References
    ----------
    .. [1] Hinton and Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks",
       Science, 2006. https://doi.org/10.1126/science.1127647
    .. [2] Vincent, Larochelle, Bengio and Manzagol, "Extracting and Composing Robust Features with
       Denoising Autoencoders", ICML 2008. https://doi.org/10.1145/1390156.1390294

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from skkeras import KerasAutoencoder
    >>> X, _ = load_iris(return_X_y=True)
    >>> model = make_pipeline(StandardScaler(), KerasAutoencoder(n_components=2, random_state=0))
    >>> codes = model.fit_transform(X)
    >>> codes.shape
    (150, 2)
    >>> model.inverse_transform(codes).shape
    (150, 4)
    """

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = [keras.config.floatx()]
        return tags

    @property
    def _n_features_out(self) -> int:
        return as_int(self._fit_params["n_components"])

    def score_samples(self, X: Any) -> np.ndarray:
        """Return the negative reconstruction error of each row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples,), float64
            Minus the mean squared difference between a row and its reconstruction, whatever the
            `loss`. The lower, the more unusual the row.
        """
        return -np.square(self._rows_and_errors(X)[1]).mean(axis=1)

    def transform(self, X: Any) -> np.ndarray:
        """Return the outputs of the middle layer.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples, n_components)
            Representation of the rows, of dtype `keras.config.floatx`.
        """
        X = self._rows(X)
        return predict(self.model_.get_layer("encoder"), X)

    def inverse_transform(self, X: Any) -> np.ndarray:
        """Reconstruct rows from their representation.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_components)
            What `transform` returns.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            The rows, of dtype `keras.config.floatx`.

        Raises
        ------
        ValueError
            If X does not have `n_components` columns.
        """
        check_is_fitted(self, msg=self._why_not_fitted)
        codes = as_floats(check_array(X, estimator=self))
        if codes.shape[1] != self._n_features_out:
            raise ValueError(
                f"X has {codes.shape[1]} columns, but transform of this {type(self).__name__} "
                f"returns {self._n_features_out}; give what it returns."
            )
        return predict(self.model_.get_layer("decoder"), codes)
