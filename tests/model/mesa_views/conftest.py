"""Fixtures that the tests of views share."""

from __future__ import annotations

import pytest

from tests.model.mesa_views.farm import Farm


@pytest.fixture
def farm() -> Farm:
    return Farm()
