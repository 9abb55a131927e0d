"""Images and features of an estimator around a backbone."""

import pytest

from skkeras import KerasImageFeatures, KerasTransferClassifier
from skkeras.image._backbone_input import backbone_features, check_backbone_params


@pytest.mark.parametrize("kind", [KerasImageFeatures, KerasTransferClassifier])
@pytest.mark.parametrize(
    ("given", "size"), [(None, (20, 30)), (40, (40, 40)), ((40, 50), (40, 50))]
)
def test_images_keep_their_size_unless_one_is_given(kind, given, size):
    estimator = kind(weights=None, input_size=given)
    check_backbone_params(estimator)
    estimator.image_shape_ = (20, 30, 3)
    features = backbone_features(estimator, "avg")
    assert features.size == size and features.part == "avg" and features.weights is None


def test_wrong_sizes_are_refused():
    with pytest.raises(ValueError, match="image_shape"):
        check_backbone_params(KerasImageFeatures(weights=None, image_shape=(3,)))
