"""The docstring parts that the searches in rungs share."""

from skkeras._docs import with_parts

PARAMETERS = """max_resources : int, default=81
        Epochs of a candidate that is trained to the end. This is also what its `epochs` is set to,
        so that schedules of the learning rate stretch over the whole budget.
    min_resources : int, default=1
        Epochs of the first rung, at the least.
    factor : int or float, default=3
        One in so many candidates goes on to the next rung, for so many times the epochs.
    resource : str, default="epochs"
        What there is more of in each rung: epochs, and nothing else.
    n_repeats : int, default=1
        How often each candidate is trained on each split, with different seeds: every
        ``random_state`` in the estimator is varied. Candidates are ranked by the mean over all.
    scoring : str, callable, list, tuple or dict, default=None
        As in `sklearn.model_selection.GridSearchCV`. With many scores, the one that `refit` names
        leads the search.
    n_jobs : int, default=None
        Number of jobs that joblib runs in parallel: threads for networks of skkeras, which share
        compiled programs, and processes for all else or where `joblib.parallel_config` says so.
        Trained candidates travel between processes.
    refit : bool, str or callable, default=True
        Train the best candidate once more, on all data and for `max_resources` epochs; the name of
        the leading score where there are many.
    cv : int, splitter or iterable, default=None
        As in `sklearn.model_selection.GridSearchCV`; all candidates get the same splits.
    verbose : int, default=0
        From 1 on, one line for each candidate and rung: mean (standard deviation) and parameters.
        From 2 on also scikit-learn's lines for each fit.
    pre_dispatch : int or str, default="2*n_jobs"
        Number of jobs handed out at a time.
    random_state : int, RandomState instance or None, default=None
        An integer makes the draws repeatable.
    error_score : "raise" or float, default=nan
        Score of a candidate whose fit fails, or whose loss becomes NaN or infinite. It is left
        behind, and the search goes on; "raise" ends it where a fit fails, not where a loss runs
        away.
    return_train_score : bool, default=False
        Whether `cv_results_` has the scores on the training folds."""

SPACE = """space : dict, or list of dict
        Parameter names and what to draw from for each; a list is a choice between spaces. What
        `RandomizedSearchCV` and `BayesSearchCV` take:

        - a list of values of any types;
        - a distribution of `scipy.stats`, or whatever has a method ``rvs(random_state=)``;
        - a tuple of numbers ``(low, high)``, ``(low, high, prior)`` or ``(low, high, prior, base)``
          with a `prior` of ``"uniform"`` or ``"log-uniform"``; two integers draw integers;
        - a dimension of `skopt.space`.

        No candidate is drawn twice."""

ATTRIBUTES = """max_resources_ : int
        Epochs of a candidate that is trained to the end.
    best_estimator_, best_score_, best_params_, best_index_
        The best of those candidates that were trained to the end.
    scorer_, n_splits_, refit_time_, multimetric_, n_features_in_, feature_names_in_, classes_
        As in `sklearn.model_selection.GridSearchCV`."""

with_halving_docs = with_parts(space=SPACE, parameters=PARAMETERS, attributes=ATTRIBUTES)
