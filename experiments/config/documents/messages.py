"""How values and lists of names are written in messages about an input file."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from typing import Any

from corridor.experiments.config.documents.changed_names import gone

LONGEST_LIST = 24
LONGEST_VALUE = 60


def shown(value: Any) -> str:
    """A value as a reader wrote it, short: words in quotes, true and false and empty in YAML's own words."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "an empty value"
    text = str(value).lower() if isinstance(value, bool) else repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."


def allowed(names: Iterable[str], given: Any = None, where: str = "") -> str:
    """`; did you mean 'x'? allowed: a, b, ...`; a long list is cut and `where` says how to see all of it.

    Of a name that an earlier version knew, what takes its place is said, too.
    """
    known = sorted(names)
    near = difflib.get_close_matches(str(given).lower(), known, n=1)
    hint = f" did you mean {near[0]!r}?" if near else ""
    some = ", ".join(known[:LONGEST_LIST]) or "none"
    rest = f", ... ({len(known)} in all{where})" if len(known) > LONGEST_LIST else ""
    return f";{gone(given) or hint} allowed: {some}{rest}"


def is_number(value: object) -> bool:
    """A finite number; true and false are none."""
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)  # of any size, so never turned into a float


def repeated(entries: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Those (index, value) whose value stands before them in the list, too; 1 and true are two values."""
    found, seen = [], set()
    for k, value in entries:
        if isinstance(value, str | int | float):
            if (type(value), value) in seen:
                found.append((k, value))
            seen.add((type(value), value))
    return found
