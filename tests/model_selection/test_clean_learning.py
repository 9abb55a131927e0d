"""Training without the rows whose labels are likely wrong."""

import pickle

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.datasets import load_digits, load_iris
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import (
    GroupKFold,
    PredefinedSplit,
    StratifiedKFold,
    cross_val_predict,
    train_test_split,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.utils.estimator_checks import parametrize_with_checks

import skkeras
from skkeras import KerasMLPClassifier
from skkeras.inspection import label_issues
from skkeras.model_selection import CleanLearningClassifier, GridSearchCV

X, X_TEST, TRUE, Y_TEST = train_test_split(*load_digits(return_X_y=True), random_state=0)
X, X_TEST = X / 16, X_TEST / 16
RNG = np.random.RandomState(0)
FLIPPED = np.sort(RNG.choice(len(TRUE), len(TRUE) // 5, replace=False))
y = TRUE.copy()
y[FLIPPED] = (TRUE[FLIPPED] + RNG.randint(1, 10, len(FLIPPED))) % 10
NAMES = np.array([f"digit {n}" for n in range(10)])
BAYES = GaussianNB(var_smoothing=0.1)


def issues_of(model):
    return np.sort(model.label_issues_["row"][model.label_issues_["is_issue"]])


@pytest.mark.parametrize(
    "estimator",
    [
        make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000)),
        KerasMLPClassifier(learning_rate=0.01, epochs=25, random_state=0),
    ],
    ids=["logistic", "network"],
)
def test_is_better_with_a_fifth_of_the_labels_wrong(estimator):
    model = CleanLearningClassifier(estimator).fit(X, NAMES[y])
    before = clone(estimator).fit(X, NAMES[y]).score(X_TEST, NAMES[Y_TEST])
    assert model.score(X_TEST, NAMES[Y_TEST]) > before + 0.01
    assert np.isin(FLIPPED, issues_of(model)).mean() > 0.7


def test_trains_on_the_rows_without_issues():
    table = label_issues(cross_val_predict(BAYES, X, y, method="predict_proba"), y)
    model = CleanLearningClassifier(BAYES).fit(X, y)
    issues = np.sort(table["row"][table["is_issue"]])
    np.testing.assert_array_equal(issues_of(model), issues)
    clean = np.delete(np.arange(len(y)), issues)
    expected = clone(BAYES).fit(X[clean], y[clean])
    np.testing.assert_array_equal(model.predict_proba(X_TEST), expected.predict_proba(X_TEST))
    np.testing.assert_array_equal(model.classes_, np.arange(10))
    assert model.n_features_in_ == 64 and not hasattr(model, "decision_function")
    assert not hasattr(BAYES, "classes_")


def test_cross_validates_again_without_the_issues():
    cv = StratifiedKFold(5)
    issue, tables = np.zeros(len(y), dtype=bool), []
    for _ in range(3):
        splits = [(train[~issue[train]], test) for train, test in cv.split(X, y)]
        predicted = cross_val_predict(BAYES, X, y, cv=splits, method="predict_proba")
        tables.append(label_issues(predicted.astype(np.float32), y))
        issue[:] = False
        issue[tables[-1]["row"][tables[-1]["is_issue"]]] = True
    for n_iter, table in enumerate(tables, start=1):
        model = CleanLearningClassifier(BAYES, max_iter=n_iter).fit(X, y)
        assert model.n_iter_ == n_iter
        np.testing.assert_array_equal(model.label_issues_["row"], table["row"])
        np.testing.assert_array_equal(model.label_issues_["is_issue"], table["is_issue"])
    expected = clone(BAYES).fit(X[~issue], y[~issue])
    np.testing.assert_array_equal(model.predict_proba(X_TEST), expected.predict_proba(X_TEST))


def test_splits_of_a_generator():
    cv = StratifiedKFold(5)
    expected = CleanLearningClassifier(BAYES, cv=cv, max_iter=2).fit(X, y)
    model = CleanLearningClassifier(BAYES, cv=cv.split(X, y), max_iter=2).fit(X, y)
    np.testing.assert_array_equal(issues_of(model), issues_of(expected))


def test_messages_name_the_splitter():
    cv = [(np.arange(len(y)), np.arange(len(y)))]
    with pytest.raises(ValueError, match=r"of cv=.*array\(\["):
        CleanLearningClassifier(BAYES, cv=cv).fit(X, y)


def test_ends_when_the_issues_stay():
    flowers, names = load_iris(return_X_y=True)
    names[7] = 2
    model = CleanLearningClassifier(LogisticRegression(max_iter=1000), max_iter=9)
    model.fit(flowers, names)
    assert 1 < model.n_iter_ < 9 and 7 in issues_of(model)
    issues = issues_of(model)
    model.set_params(max_iter=model.n_iter_ - 1).fit(flowers, names)
    np.testing.assert_array_equal(issues_of(model), issues)


def test_later_iterations_find_more_of_many_wrong_labels():
    network = KerasMLPClassifier(learning_rate=0.01, epochs=25, random_state=0)
    found = [
        np.isin(FLIPPED, issues_of(CleanLearningClassifier(network, max_iter=n).fit(X, y))).mean()
        for n in (1, 3)
    ]
    assert found[1] > found[0] + 0.03


def test_later_iterations_weigh_the_issues():
    first = CleanLearningClassifier(BAYES, issue_weight=0.25).fit(X, y)
    weights = np.ones(len(y))
    weights[issues_of(first)] = 0.25
    predicted = cross_val_predict(
        BAYES, X, y, method="predict_proba", params={"sample_weight": weights}
    )
    second = CleanLearningClassifier(BAYES, issue_weight=0.25, max_iter=2).fit(X, y)
    table = label_issues(predicted.astype(np.float32), y)
    np.testing.assert_array_equal(second.label_issues_["row"], table["row"])
    assert list(issues_of(second)) != list(issues_of(first))


def test_weight_of_the_issues():
    model = CleanLearningClassifier(make_pipeline(StandardScaler(), BAYES), issue_weight=0.25)
    given = RNG.randint(1, 3, len(y)).astype(float)
    for weights in (None, given):
        model.fit(X, y, sample_weight=weights)
        expected = np.ones(len(y)) if weights is None else weights.copy()
        expected[issues_of(model)] *= 0.25
        again = clone(model.estimator).fit(X, y, gaussiannb__sample_weight=expected)
        np.testing.assert_array_equal(model.predict_proba(X_TEST), again.predict_proba(X_TEST))


def test_a_class_is_never_left_out():
    """The rows of class 10 are zeros, and in one fold, so that no other fold knows the class."""
    rows, labels = np.append(X, X[TRUE == 0][:6], axis=0), np.append(TRUE, [10] * 6)
    folds = np.append(np.arange(len(TRUE)) % 3, [0] * 6)
    model = CleanLearningClassifier(BAYES, cv=PredefinedSplit(folds))
    with pytest.warns(UserWarning, match=r"All rows of the classes \[10\] have label issues"):
        model.fit(rows, labels)
    assert np.isin(np.arange(len(y), len(labels)), issues_of(model)).all()
    assert model.estimator_.class_count_[10] == 6
    assert model.set_params(issue_weight=0.5).fit(rows, labels).estimator_.class_count_[10] == 3


def test_a_class_is_never_left_out_of_a_fold():
    counts = []

    class Probe(GaussianNB):
        def fit(self, X, y, sample_weight=None):
            counts.append(np.bincount(y)[10])
            return super().fit(X, y, sample_weight)

        def predict_proba(self, X):
            predicted = self.predict(X)
            return np.eye(11)[np.where(predicted == 10, 0, predicted)]

    rows, labels = np.append(X, X[TRUE == 0][:6], axis=0), np.append(TRUE, [10] * 6)
    model = CleanLearningClassifier(Probe(var_smoothing=0.1), cv=StratifiedKFold(3), max_iter=2)
    with pytest.warns(UserWarning, match=r"All rows of the classes \[10\] have label issues"):
        model.fit(rows, labels)
    assert model.n_iter_ == 2 and counts == [4] * 6 + [6]


def test_saving_searching_and_weights_of_classes(tmp_path):
    network = KerasMLPClassifier(
        hidden_layer_sizes=32,
        learning_rate=0.01,
        epochs=10,
        class_weight={"digit 1": 2.0},
        random_state=0,
    )
    model = CleanLearningClassifier(make_pipeline(StandardScaler(), network), cv=2)
    search = GridSearchCV(model, {"issue_weight": [0, 0.1]}, cv=2).fit(X[:600], NAMES[TRUE[:600]])
    predicted = search.predict_proba(X_TEST)
    skkeras.save(search, tmp_path / "model.skk")
    for again in (pickle.loads(pickle.dumps(search)), skkeras.load(tmp_path / "model.skk")):
        np.testing.assert_array_equal(again.predict_proba(X_TEST), predicted)
        table = again.best_estimator_.label_issues_
        np.testing.assert_array_equal(table["row"], search.best_estimator_.label_issues_["row"])


def test_threads_give_the_same():
    network = KerasMLPClassifier(
        hidden_layer_sizes=32, learning_rate=0.01, epochs=5, random_state=0
    )
    models = [CleanLearningClassifier(network, cv=2, n_jobs=n).fit(X, TRUE) for n in (1, 2)]
    np.testing.assert_array_equal(*(model.predict_proba(X_TEST) for model in models))


def test_metadata_routing():
    weights, groups = RNG.rand(len(y)), np.arange(len(y)) % 5
    expected = CleanLearningClassifier(BAYES, cv=GroupKFold(3), max_iter=2)
    expected.fit(X, y, sample_weight=weights, groups=groups)
    with sklearn.config_context(enable_metadata_routing=True):
        requested = clone(BAYES).set_fit_request(sample_weight=True)
        model = CleanLearningClassifier(requested, cv=GroupKFold(3), max_iter=2)
        model.fit(X, y, sample_weight=weights, groups=groups)
        outer = make_pipeline(model.set_fit_request(sample_weight=True))
        outer.fit(X, y, sample_weight=weights, groups=groups)
        for fitted in (model, outer):
            predicted = fitted.predict_proba(X_TEST)
            np.testing.assert_array_equal(predicted, expected.predict_proba(X_TEST))
        for message, estimator in {
            "not explicitly set as requested": BAYES,
            "does not request": clone(BAYES).set_fit_request(sample_weight=False),
        }.items():
            with pytest.raises(ValueError, match=message):
                CleanLearningClassifier(estimator, issue_weight=0.5).fit(X, y)


class Lists(KNeighborsClassifier):
    """Nearest neighbours of rows in a list."""

    def fit(self, X, y):
        assert isinstance(X, list)
        return super().fit(np.array(X), y)


def test_rows_of_any_form():
    model = CleanLearningClassifier(Lists()).fit(list(X), y)
    same = CleanLearningClassifier(KNeighborsClassifier()).fit(X, y)
    np.testing.assert_array_equal(model.predict(X_TEST), same.predict(X_TEST))


@pytest.mark.parametrize(
    ("model", "labels", "weights", "error", "message"),
    [
        (LinearSVC(), y, None, TypeError, r"predict_proba.*got LinearSVC.*CalibratedClassifierCV"),
        (Ridge(), y, None, TypeError, "must be a classifier with predict_proba"),
        (KNeighborsClassifier(), y, np.ones(len(y)), ValueError, "takes no sample_weight"),
        (BAYES, y, np.ones(3), ValueError, "sample_weight.shape"),
        (BAYES, np.stack([y, y], axis=1), None, ValueError, "1d array"),
        (BAYES, y + 0.5, None, ValueError, "Unknown label type"),
    ],
)
def test_errors_before_training(model, labels, weights, error, message):
    with pytest.raises(error, match=message):
        CleanLearningClassifier(model).fit(X, labels, sample_weight=weights)


@pytest.mark.parametrize("params", [{"issue_weight": 1.5}, {"cv": "five"}, {"n_jobs": "two"}])
def test_parameters_are_checked(params):
    with pytest.raises(ValueError, match=f"The '{next(iter(params))}' parameter"):
        CleanLearningClassifier(BAYES, **params).fit(X, y)


# The checks have few rows of any scale, of which networks warn, and classes of one row.
@pytest.mark.filterwarnings("ignore")
@parametrize_with_checks(
    [
        CleanLearningClassifier(LogisticRegression(), cv=2),
        CleanLearningClassifier(
            KerasMLPClassifier(learning_rate=0.01, batch_size=200, random_state=0), cv=2
        ),
    ]
)
def test_checks_of_scikit_learn(estimator, check):
    check(estimator)
