"""Tests of figures lay out every one."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _laid_out(every_figure_laid_out: None) -> None:
    """All figures of these tests are laid out."""
