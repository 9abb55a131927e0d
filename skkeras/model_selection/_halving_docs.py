"""Docstring parts that the successive halving searches share."""

from skkeras._docs import with_parts

PARAMETERS = """max_resources : int, default=81
        Number of epochs of a fully trained candidate. The candidate's `epochs` parameter is set to
        this value in every rung, so that learning rate schedules span the full budget.
    min_resources : int, default=1
        Minimum number of epochs of the first rung.
    factor : int or float, default=3
        One in `factor` candidates continues to the next rung, which has `factor` times as many
        epochs.
    resource : str, default="epochs"
        Resource that increases from rung to rung. Only "epochs" is supported.
    n_repeats : int, default=1
        Number of times that each candidate is trained on each split, with different seeds: every
        ``random_state`` in the estimator is varied. Candidates are ranked by the mean over all
        repeats.
    scoring : str, callable, list, tuple or dict, default=None
        As in `sklearn.model_selection.GridSearchCV`. With several scores, the score that `refit`
        names guides the search.
    n_jobs : int, default=None
        Number of jobs that joblib runs in parallel: threads for skkeras networks, which share
        compiled programs, and processes for other estimators or if `joblib.parallel_config` selects
        them. Trained candidates are transferred between processes.
    refit : bool, str or callable, default=True
        Whether to train the best candidate again, on all data and for `max_resources` epochs. With
        several scores, the name of the score that guides the search.
    cv : int, splitter or iterable, default=None
        As in `sklearn.model_selection.GridSearchCV`. All candidates use the same splits.
    verbose : int, default=0
        If at least 1, print a line for each candidate and rung: mean (standard deviation) and
        parameters. If at least 2, also print scikit-learn's lines for each fit.
    pre_dispatch : int or str, default="2*n_jobs"
        Number of jobs that are dispatched at a time.
    random_state : int, RandomState instance or None, default=None
        Pass an integer for reproducible draws.
    error_score : "raise" or float, default=nan
        Score of a candidate whose fit fails, or whose loss becomes NaN or infinite. The candidate
        is eliminated and the search continues. With "raise", a failed fit raises an error, but a
        loss that becomes NaN or infinite does not.
    return_train_score : bool, default=False
        Whether `cv_results_` includes the scores on the training folds."""

SPACE = """space : dict, or list of dict
        Parameter names and what to draw from for each. With a list, each candidate is drawn from
        one of the spaces. Everything that `RandomizedSearchCV` and `BayesSearchCV` accept:

        - a list of values of any type;
        - a distribution of `scipy.stats`, or any object with a method ``rvs(random_state=)``;
        - a tuple of numbers ``(low, high)``, ``(low, high, prior)`` or ``(low, high, prior, base)``
          with a `prior` of ``"uniform"`` or ``"log-uniform"``. If both bounds are integers, only
          integers are drawn;
        - a dimension of `skopt.space`.

        No candidate is drawn twice."""

ATTRIBUTES = """max_resources_ : int
        Number of epochs of a fully trained candidate.
    best_estimator_, best_score_, best_params_, best_index_
        The best of the candidates that were trained for the most epochs.
    scorer_, n_splits_, refit_time_, multimetric_, n_features_in_, feature_names_in_, classes_
        As in `sklearn.model_selection.GridSearchCV`."""

with_halving_docs = with_parts(space=SPACE, parameters=PARAMETERS, attributes=ATTRIBUTES)
