"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.figures import laid_out_only, rendered


@pytest.fixture(scope="session", autouse=True)
def figures_laid_out_only() -> Iterator[None]:
    """Figures are laid out and not rendered, unless a test asks for `rendered_figures`."""
    with laid_out_only():
        yield


@pytest.fixture
def rendered_figures() -> Iterator[None]:
    """Figures as users get them, for tests of what is on them."""
    with rendered():
        yield
