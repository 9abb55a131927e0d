"""Registration with skl2onnx."""

import skl2onnx

import skkeras
import skkeras.onnx
from skkeras import ensemble, model_selection


def test_all_estimators_are_registered_once():
    kinds = [getattr(skkeras, name) for name in skkeras.__all__ if name.startswith("Keras")]
    searches = [name for name in model_selection.__all__ if name.endswith("SearchCV")]
    kinds += [getattr(model_selection, name) for name in searches]
    kinds += [ensemble.SearchEnsembleClassifier, ensemble.SearchEnsembleRegressor]
    aliases = list(map(skl2onnx.get_model_alias, kinds))
    assert len(set(aliases)) == len(kinds) > 20
