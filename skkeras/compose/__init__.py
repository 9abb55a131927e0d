"""Multi-input and distilled networks, and features of networks."""

import skkeras._start  # noqa: F401  # before Keras
from skkeras.compose._branch_encoders import BranchEncoder as BranchEncoder
from skkeras.compose._column_routing import as_frame as as_frame
from skkeras.compose._column_routing import route as route
from skkeras.compose._distilled import KerasDistilledClassifier, KerasDistilledRegressor
from skkeras.compose._multi_input import KerasMultiInputClassifier, KerasMultiInputRegressor
from skkeras.compose._network_features import NetworkFeatures

__all__ = [
    "KerasDistilledClassifier",
    "KerasDistilledRegressor",
    "KerasMultiInputClassifier",
    "KerasMultiInputRegressor",
    "NetworkFeatures",
]
