"""Hyperband: successive halving with several trade-offs between many candidates and many epochs."""

from __future__ import annotations

from skkeras.model_selection._base_halving import BaseHalvingSearchCV
from skkeras.model_selection._brackets import Bracket, hyperband
from skkeras.model_selection._halving_docs import with_halving_docs


@with_halving_docs
class HyperbandSearchCV(BaseHalvingSearchCV):
    """Search hyperparameters with cross-validation, on a budget of epochs.

    Successive halving trains many candidates for a few epochs and lets the best third go on to
    three times the epochs, and so forth. How many to start with depends on how soon one can tell
    good from bad, which nobody knows beforehand; so Hyperband runs brackets of it, from many
    candidates with little to few with much (Li et al. 2018). With the defaults, 143 candidates are
    drawn and 10 of them trained to the end, for 1,581 epochs a split in all, which is what 20
    candidates take in full.

    To go on is to train as if it had never stopped, with the same weights, state of the optimizer
    and order of rows, so that no epoch is trained twice; the other steps of a pipeline are fitted
    once for each candidate and split.

    Parameters
    ----------
    estimator : estimator object
        What to tune: a network of skkeras, alone or at the end of a `Pipeline` or in a
        `TransformedTargetRegressor`.
    {space}
    {parameters}

    Attributes
    ----------
    cv_results_ : dict of ndarray
        One row for each candidate and rung, in the order of evaluation. ``bracket`` is the
        bracket's number in the paper, the number of times that candidates are left behind in it;
        ``iter`` is the rung's number, ``n_resources`` the epochs that the candidate was trained for
        by then, which also stand among its parameters.
    n_candidates_, n_resources_ : list of list of int
        Candidates and epochs of each rung, one list a bracket.
    n_iterations_ : list of int
        Number of rungs of each bracket.
    n_required_iterations_ : list of int
        Number of rungs after which fewer than `factor` candidates are left to compare, for each
        bracket.
    n_possible_iterations_ : list of int
        Number of rungs that there can be from the bracket's `min_resources_` epochs up to
        `max_resources_`.
    n_remaining_candidates_ : list of int
        Number of candidates that would go on after the last rung of each bracket.
    min_resources_ : list of int
        Epochs of the first rung of each bracket.
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
