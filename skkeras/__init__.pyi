"""Public names, for type checkers and editors; `skkeras._homes` reads them from here."""

from skkeras._version import __version__ as __version__
from skkeras.auto import KerasAutoClassifier as KerasAutoClassifier
from skkeras.auto import KerasAutoRegressor as KerasAutoRegressor
from skkeras.compose import KerasDistilledClassifier as KerasDistilledClassifier
from skkeras.compose import KerasDistilledRegressor as KerasDistilledRegressor
from skkeras.compose import KerasMultiInputClassifier as KerasMultiInputClassifier
from skkeras.compose import KerasMultiInputRegressor as KerasMultiInputRegressor
from skkeras.fit_cache import FitMemory as FitMemory
from skkeras.image import KerasCNNClassifier as KerasCNNClassifier
from skkeras.image import KerasCNNRegressor as KerasCNNRegressor
from skkeras.image import KerasImageFeatures as KerasImageFeatures
from skkeras.image import KerasTransferClassifier as KerasTransferClassifier
from skkeras.image import KerasTransferRegressor as KerasTransferRegressor
from skkeras.parquet import ParquetRows as ParquetRows
from skkeras.persistence import export as export
from skkeras.persistence import load as load
from skkeras.persistence import save as save
from skkeras.sequence import KerasRNNClassifier as KerasRNNClassifier
from skkeras.sequence import KerasRNNRegressor as KerasRNNRegressor
from skkeras.sequence import KerasTimeSeriesClassifier as KerasTimeSeriesClassifier
from skkeras.sequence import KerasTimeSeriesRegressor as KerasTimeSeriesRegressor
from skkeras.tabular import KerasAutoencoder as KerasAutoencoder
from skkeras.tabular import (
    KerasAutoencoderOutlierDetector as KerasAutoencoderOutlierDetector,
)
from skkeras.tabular import KerasMLPClassifier as KerasMLPClassifier
from skkeras.tabular import KerasMLPRegressor as KerasMLPRegressor
from skkeras.tabular import KerasRealMLPClassifier as KerasRealMLPClassifier
from skkeras.tabular import KerasRealMLPRegressor as KerasRealMLPRegressor
from skkeras.tabular import KerasTabMClassifier as KerasTabMClassifier
from skkeras.tabular import KerasTabMRegressor as KerasTabMRegressor
from skkeras.text import KerasTextClassifier as KerasTextClassifier
from skkeras.text import KerasTextRegressor as KerasTextRegressor
from skkeras.training import cache_info as cache_info
from skkeras.training import clear_cache as clear_cache
from skkeras.wrappers import KerasClassifier as KerasClassifier
from skkeras.wrappers import KerasRegressor as KerasRegressor
