"""What networks that learn from a teacher say of their parameters."""

CV = """cv : int, splitter, iterable or None, default=5
        How the rows are split for a teacher that is not fitted: the student learns what teachers
        said of rows that they were not fitted on, as in scikit-learn's `StackingClassifier`. An
        int is the number of folds, stratified by classes. None asks the teacher that was fitted on
        all rows about these same rows, which saves the other fits; it is for teachers that do not
        learn rows by heart, as forests do.
    random_state : int, RandomState instance or None, default=None
        Seed of the student and of a teacher that is not fitted, in the place of their own; None
        leaves them theirs."""

NOTES = """A fitted teacher stays fitted in clones of this estimator, and so in searches, where it
    is put into a `sklearn.frozen.FrozenEstimator`. Scores are honest only if it has not seen the
    rows that they are computed on.

    `SuccessiveHalvingSearchCV` and `HyperbandSearchCV` deal out ``student__epochs``: they fit and
    ask the teacher once, and train the student on. `partial_fit` is the student's, of `student_`.

    `skkeras.save` keeps the fitted teacher, too, of which gradient boosting must be trusted (see
    there). The trained student alone, `student_`, needs nothing of that."""

ATTRIBUTES = """student_ : estimator
        The trained student, which is an estimator like any other: save it alone, or train it
        further.
    teacher_ : estimator
        The teacher, fitted on all rows or as it was given.
    model_ : keras.Model
        The student's model.
    history_ : dict of str to list of float
        The student's loss and metrics, one value an epoch; the loss is the mixed one.
    n_iter_ : int
        Number of epochs that the student was trained.
    trainer_ : str
        What trained the student.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features; only where all of them are strings."""
