"""Predictions with Keras callbacks, which the package's own forward pass does not call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import scipy.sparse
from sklearn.utils.validation import check_is_fitted

from skkeras.training import count_rows
from skkeras.utils import as_int, fit_arguments, make_callbacks, shallow_copy, watches_predict
from skkeras.wrappers._routed_names import PREDICT_ARGUMENTS


def predicting(estimator: Any, given: Mapping[str, Any]) -> Any:
    """Return the estimator, or a shallow copy that predicts by Keras if there are callbacks.

    Parameters
    ----------
    estimator : estimator
        A `KerasClassifier` or `KerasRegressor`.
    given : dict
        Arguments of its `predict` or `predict_proba`.

    Returns
    -------
    estimator
        An estimator of the same class.

    Raises
    ------
    TypeError
        If predictions do not take one of the arguments.
    """
    if unknown := sorted(set(given) - set(PREDICT_ARGUMENTS)):
        raise TypeError(
            f"predict takes no {', '.join(unknown)}; it takes {', '.join(PREDICT_ARGUMENTS)}."
        )
    check_is_fitted(estimator, msg=estimator._why_not_fitted)
    named = estimator.callbacks, getattr(estimator, "predict__callbacks", None)
    if all(callbacks is None for callbacks in (*named, given.get("callbacks"))):
        return estimator
    params = {**estimator.get_params(deep=False), "given": given.get("callbacks")}
    places = "callbacks", "predict__callbacks", "given"
    callbacks = [c for c in make_callbacks(params, places, copy=False) if watches_predict(c)]
    if not callbacks:
        return estimator
    options = {**fit_arguments(params, "predict", ("batch_size",)), **given}
    options = {"verbose": 0, **options, "callbacks": callbacks}
    return shallow_copy(estimator, _network=_ByKeras(estimator.model_, options))


class _ByKeras:
    """A network that predicts by `keras.Model.predict`, and then restores its callbacks."""

    def __init__(self, model: keras.Model, options: dict[str, Any]) -> None:
        self.model, self._options = model, options

    def predict(self, x: Any, **_: Any) -> Any:
        options = {name: as_int(value) for name, value in self._options.items()}
        x = x.toarray() if scipy.sparse.issparse(x) else x
        if options.get("batch_size") == -1:  # SciKeras: all rows
            options["batch_size"] = count_rows(x)
        held = [(callback, vars(callback).get("_model")) for callback in options["callbacks"]]
        try:
            return self.model.predict(x, **options)
        finally:
            for callback, model in held:
                callback._model = model
