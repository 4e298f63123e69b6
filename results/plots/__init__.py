"""Figures of stored results, in the style of papers.

`forest("DIR")` plots a figure of the folder of a result, or of what an analysis returned; so do all names that
`corridor list figures` lists. `ax=` puts it into a figure of yours, `width=` is "single" or "double"; `write` and
`write_all` make files.
"""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec
from typing import Any

FILES = ("possible", "write", "write_all")


def __getattr__(name: str) -> Any:
    """A figure of the catalogue by its name."""
    if name.startswith("_") or find_spec(f"{__name__}.{name}"):
        raise AttributeError(name)  # modules of this folder are imported as usual, without the catalogue
    from corridor.results.plots.catalogue import index
    from corridor.results.plots.catalogue.registry import FIGURES

    if name in FILES:
        return getattr(index, name)
    if name in FIGURES:
        drawn = partial(index.plot, name)
        drawn.__doc__ = FIGURES[name].meaning  # type: ignore[attr-defined]
        return drawn
    raise AttributeError(f"corridor.plots has no figure {name!r}; see `corridor list figures`")


def __dir__() -> list[str]:
    """The figures, and functions that write files."""
    from corridor.results.plots.catalogue.registry import FIGURES

    return sorted([*FIGURES, *FILES])
