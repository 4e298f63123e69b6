"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.support.effort import effort
from tests.support.figures import laid_out_only, rendered
from tests.support.laid_out_tables import tables_laid_out

settings.register_profile("corridor", max_examples=effort(50, 2000), deadline=None)  # other work may hold a test up
settings.load_profile("corridor")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests begin first, so that no process is left alone with one of them at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session", autouse=True)
def figures_laid_out_only() -> Iterator[None]:
    """Figures are not rendered, and one of each kind is laid out, unless a test asks for more."""
    with laid_out_only(each=False):
        yield


@pytest.fixture(scope="session", autouse=True)
def every_table_laid_out() -> Iterator[None]:
    """Every table that an analysis of a test publishes is laid out for readers."""
    with tables_laid_out():
        yield


@pytest.fixture
def every_figure_laid_out() -> Iterator[None]:
    """All figures are laid out, for tests of what is on them."""
    with laid_out_only():
        yield


@pytest.fixture
def rendered_figures() -> Iterator[None]:
    """Figures as users get them, for tests of what is on them."""
    with rendered():
        yield
