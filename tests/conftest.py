"""Fixtures that several test files share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from corridor.experiments.config import data_files


@pytest.fixture(scope="session")
def shipped_entries_read_once() -> Iterator[None]:
    """Let experiments on the shipped map share one reading of the shipped entries, which are large and always equal."""
    read, geography = data_files.read_entries, data_files.load_geography()
    shipped = read(None, geography)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            data_files,
            "read_entries",
            lambda path, here: shipped if path is None and here.places == geography.places else read(path, here),
        )
        yield
