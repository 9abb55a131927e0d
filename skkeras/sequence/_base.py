"""Base class of the networks for series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from sklearn.utils import Tags

from skkeras.base import MixUpFamily, ModelParams
from skkeras.base.data import warn_about_scales
from skkeras.layers import SplitPadding
from skkeras.sequence._augmentation import SeriesAugmentation, augmentations
from skkeras.sequence._scaler import ChannelScaler
from skkeras.sequence._series import check_series


@dataclass(kw_only=True, eq=False, repr=False)
class KerasSequence(MixUpFamily):
    """Base class of the networks for series, which validates X and scales its channels.

    X holds series of numbers: an array of shape (n_samples, n_times, n_channels), or (n_samples,
    n_times) for one channel, or a list of arrays of shape (n_times, n_channels) or (n_times,) whose
    lengths may differ. NaN in all channels after a series' last step is padding; predictions do not
    depend on it. In `predict`, series may be shorter or longer than in `fit`.

    Parameters
    ----------
    normalize : bool, default=True
        Whether to scale each channel to mean 0 and standard deviation 1 over all steps of the
        training series.
    augmentation : str, sequence of str, dict or None, default=None
        Random changes to series in each gradient step, and only there: one name, several in a
        sequence or separated by commas ("jitter, scaling"), or a dict of names and strengths.
        "window_slicing" cuts out a window, which leaves out 0.1 of the series, and stretches it to
        the length of the series (Le Guennec et al. 2016); "time_warping" speeds a series up and
        slows it down, smoothly, by up to 0.5 of its speed; "scaling" multiplies each channel by a
        normal number with mean 1 and standard deviation 0.1; "jitter" adds normal noise of standard
        deviation 0.05, in the units of the scaled channels (Um et al. 2017). They are applied in
        this order; the numbers are the default strengths.

    Attributes
    ----------
    feature_encoder_ : StandardScaler or None
        Fitted scaler of the channels, with `mean_` and `scale_`; None if `normalize` is False.

    Notes
    -----
    `n_features_in_` is the number of channels, because the number of steps may differ between
    series. If X is a data frame, `feature_names_in_` holds the names of the steps. Neither
    augmentation nor mixup changes the length of a series; mixup stretches the other series to it.
    """

    normalize: bool = True
    augmentation: Any = None

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "normalize": ["boolean"],
        "augmentation": [None, str, list, tuple, dict],
    }

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = True
        return tags

    def _validate_params(self) -> None:
        super()._validate_params()
        augmentations(self.augmentation)

    @property
    def feature_encoder(self) -> ChannelScaler | None:
        """Unfitted scaler of the channels, or None."""
        return ChannelScaler() if self.normalize else None

    def _check_X(self, X: Any, *, reset: bool) -> np.ndarray:
        series = check_series(self, X, reset=reset, cast=not self.normalize)
        if reset and not self.normalize:
            steps = series[:1000].reshape(-1, series.shape[2])
            warn_about_scales(steps[~np.isnan(steps[:, 0])])
        return series

    @classmethod
    def _read(cls, params: ModelParams, inputs: Any) -> tuple[Any, Any]:
        """Return series without NaN, changed at random in training, and which values are steps."""
        series, is_step = SplitPadding()(inputs)
        if strengths := augmentations(params.augmentation):
            series = SeriesAugmentation(strengths)(series, is_step)
        return cls._mixed(params, series, is_step), is_step
