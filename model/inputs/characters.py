"""Characters in texts of users that act instead of being read: on a terminal, or on the direction of what follows."""

from __future__ import annotations

import re

ACTING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"  # controls of C0 and C1; overrides and isolates
)


def acts(text: str) -> bool:
    """Whether a text holds such a character; tabs and ends of lines are none, nor are marks of Arabic or Hebrew."""
    return ACTING.search(text) is not None


def harmless(text: str) -> str:
    """A text with such characters as their codes."""
    return ACTING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
