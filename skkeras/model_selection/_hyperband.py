"""Hyperband: successive halving with several trade-offs between candidates and epochs."""

from __future__ import annotations

from skkeras._docs import inherit_docs
from skkeras.model_selection._base_halving import BaseHalvingSearchCV
from skkeras.model_selection._brackets import Bracket, hyperband


@inherit_docs
class HyperbandSearchCV(BaseHalvingSearchCV):
    """Search hyperparameters with cross-validation by Hyperband, on a budget of epochs.

    Successive halving trains many candidates for a few epochs; the best third continues to three
    times as many epochs, and so on. The best number of initial candidates depends on how early good
    and bad candidates can be distinguished, which is not known in advance. Hyperband therefore runs
    several brackets of successive halving, from many candidates with few epochs to few candidates
    with many epochs (Li et al. 2018). With the defaults, 143 candidates are drawn and 10 of them
    are fully trained. This takes 1,581 epochs per split in total, about as many as 20 fully trained
    candidates.

    Training continues as if it had never stopped, with the same weights, optimizer state and order
    of rows, so that no epoch is trained twice. The other steps of a pipeline are fitted once for
    each candidate and split.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    cv_results_ : dict of ndarray
        One row for each candidate and rung, in the order of evaluation. ``bracket`` is the number
        of the bracket in the paper, which is the number of times that candidates are eliminated in
        it. ``iter`` is the number of the rung. ``n_resources`` is the number of epochs that the
        candidate was trained for by the end of the rung, which is also among its parameters.
    n_candidates_, n_resources_ : list of list of int
        Numbers of candidates and epochs of each rung, one list per bracket.
    n_iterations_ : list of int
        Number of rungs of each bracket.
    n_required_iterations_ : list of int
        Number of rungs after which fewer than `factor` candidates remain, for each bracket.
    n_possible_iterations_ : list of int
        Number of rungs that are possible from the bracket's `min_resources_` up to `max_resources_`
        epochs.
    n_remaining_candidates_ : list of int
        Number of candidates that would continue after the last rung of each bracket.
    min_resources_ : list of int
        Number of epochs of the first rung of each bracket.
    {attributes}

    References
    ----------
    L. Li, K. Jamieson, G. DeSalvo, A. Rostamizadeh, A. Talwalkar, "Hyperband: a novel bandit-based
    approach to hyperparameter optimization", Journal of Machine Learning Research 18, 2018.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skkeras import KerasMLPClassifier
    >>> from skkeras.model_selection import HyperbandSearchCV
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"learning_rate": (1e-4, 1e-1, "log-uniform"), "alpha": (1e-6, 1e-1, "log-uniform")}
    >>> model = KerasMLPClassifier(random_state=0)
    >>> search = HyperbandSearchCV(model, space, max_resources=9, cv=3, random_state=0).fit(X, y)
    >>> search.n_candidates_
    [[9, 3, 1], [5, 1], [3]]
    >>> search.n_resources_
    [[1, 3, 9], [3, 9], [9]]
    """

    def _brackets(self) -> list[Bracket]:
        return hyperband(self.max_resources, self.min_resources, self.factor)
