"""Reports of Keras' epochs to scikit-learn's callbacks."""

from __future__ import annotations

from typing import Any

import keras


class EpochReports(keras.callbacks.Callback):
    """Report each epoch to the scikit-learn callbacks set on an estimator or on its search.

    Parameters
    ----------
    estimator : estimator
        The estimator that is fitted.
    context : sklearn.callback.CallbackContext
        The callback context of the estimator.
    X, y : array
        Training data.

    Attributes
    ----------
    has_stopped : bool
        Whether one of these callbacks stopped training.
    """

    def __init__(self, estimator: Any, context: Any, X: Any, y: Any) -> None:
        super().__init__()
        self.estimator, self.context, self.data = estimator, context, {"X": X, "y": y}
        self.has_stopped = False

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.task = self.context.subcontext(task_name="epoch")
        self.task.call_on_fit_task_begin(estimator=self.estimator, **self.data)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        stop = self.task.call_on_fit_task_end(
            estimator=self.estimator,
            reconstruction_attributes=dict,
            **self.data,
        )
        if stop:
            self.has_stopped = True
            self.model.stop_training = True
