"""What all tests share."""

import os
from collections.abc import Iterator

import pytest

from skkeras.datasets import _folder


@pytest.fixture(autouse=True, scope="session")
def data_comes_from_a_folder() -> Iterator[None]:
    """Fail a test that reads real data where no folder is named, rather than download it."""

    def folder(named=_folder.folder):
        if "SKKERAS_DATA" not in os.environ:
            pytest.fail("This test reads real data: set SKKERAS_DATA to the folder of data sets.")
        return named()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_folder, "folder", folder)
        yield
