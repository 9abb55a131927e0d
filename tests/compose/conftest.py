"""A teacher that notes what it was fitted on."""

import pytest

from tests.compose.students import Watched


@pytest.fixture
def watched():
    """Teacher that was fitted on nothing yet."""
    Watched.fits.clear()
    return Watched()
