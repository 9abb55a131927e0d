"""Docstring parts of the distilled networks."""

CV = """cv : int, splitter, iterable or None, default=5
        Cross-validation splits for an unfitted teacher: the student learns from the teacher's
        out-of-fold predictions, as in scikit-learn's `StackingClassifier`. An int is the number of
        folds, stratified by classes. None fits the teacher on all rows only and predicts the same
        rows, which saves the other fits. Use None for teachers that do not memorise rows, unlike
        forests.
    random_state : int, RandomState instance or None, default=None
        Seed of the student and of an unfitted teacher, instead of their own `random_state`; None
        keeps theirs."""

NOTES = """A fitted teacher stays fitted in clones of this estimator, and therefore in searches:
    clones wrap it in a `sklearn.frozen.FrozenEstimator`. Scores are unbiased only if it has not
    seen the rows that they are computed on.

    `SuccessiveHalvingSearchCV` and `HyperbandSearchCV` allocate ``student__epochs``: they fit the
    teacher and compute its predictions once, and continue the training of the student.
    `partial_fit` is a method of the student, `student_`.

    `skkeras.save` also saves the fitted teacher; its types must be trusted if it is gradient
    boosting (see there). This is not needed to save only the trained student, `student_`."""

ATTRIBUTES = """student_ : estimator
        The trained student, a normal estimator that can be saved separately or trained further.
    teacher_ : estimator
        The teacher, fitted on all rows or as the user passed it.
    model_ : keras.Model
        The student's model.
    history_ : dict of str to list of float
        The student's loss and metrics, one value per epoch; the loss is the mixed one.
    loss_curve_ : list of float
        The student's training loss of each epoch: ``history_["loss"]``.
    n_iter_ : int
        Number of epochs for which the student was trained.
    trainer_ : str
        Trainer of the student.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if all of them are strings."""
