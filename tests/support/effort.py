"""How hard the tests try: `make fuzz` sets CORRIDOR_TESTS=thorough and takes many times longer than `make test`."""

from __future__ import annotations

import os
from typing import TypeVar

T = TypeVar("T")
THOROUGH = os.environ.get("CORRIDOR_TESTS") == "thorough"


def effort(usual: T, thorough: T) -> T:
    """The number of examples, days or repetitions for these tests."""
    return thorough if THOROUGH else usual
