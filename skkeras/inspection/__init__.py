"""Displays and reports of fitted estimators and searches."""

from skkeras.inspection._label_issues import label_issues
from skkeras.inspection._page import as_table as as_table
from skkeras.inspection._report import search_report
from skkeras.inspection._search_results import SearchResultsDisplay
from skkeras.inspection._training_history import TrainingHistoryDisplay
from skkeras.inspection._written import code as code
from skkeras.inspection._written import params_as_code as params_as_code

__all__ = ["SearchResultsDisplay", "TrainingHistoryDisplay", "label_issues", "search_report"]
