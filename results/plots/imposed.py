"""The mark of effects that a file of policy or data imposes: a dagger at a title, and what it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import xarray as xr

from corridor.results.plots import words

MARK = "\N{DAGGER}"
Imposed = Mapping[str, Sequence[str]]  # world or measure -> the levers by which it sets entries


def marked(titles: Mapping[str, str], imposed: Imposed) -> dict[str, str]:
    """Titles, with a dagger at those that set entries; it stays on the line of the last word."""
    return {**titles, **{name: f"{words.in_titles(titles, name)}\N{NO-BREAK SPACE}{MARK}" for name in imposed}}


def with_marks(dataset: xr.Dataset, imposed: Imposed) -> xr.Dataset:
    """Daily records whose titles of worlds are marked."""
    names = map(str, dataset.world.values)
    titles = marked(dict(zip(names, map(str, dataset.world_title.values), strict=True)), imposed)
    return dataset.assign(world_title=("world", [titles[str(name)] for name in dataset.world.values]))


def note_of(imposed: Imposed) -> str:
    """What the dagger means, for a caption; empty where nothing is marked."""
    levers = dict.fromkeys(name for names in imposed.values() for name in names)
    if not levers:
        return ""
    what = "; ".join(words.lever(name)[:1].lower() + words.lever(name)[1:] for name in levers)
    return f"{MARK} Entries are set by a file ({what}): effects that follow from them are imposed and did not emerge."
