"""The verification programme is there for its plots, too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.figures import rendered


@pytest.fixture(scope="module", autouse=True)
def figures_are_rendered() -> Iterator[None]:
    """Plots as files that can be looked at."""
    with rendered():
        yield
