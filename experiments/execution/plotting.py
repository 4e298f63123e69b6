"""Figures of stored results as files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corridor.experiments.config.documents.messages import allowed
from corridor.model.engine.errors import InputError
from corridor.results.plots.catalogue import index
from corridor.results.store.case_file import StoreError
from corridor.results.store.destinations import check_folder


def figure(
    name: str,
    directory: str | os.PathLike[str],
    *,
    width: str = "double",
    formats: Sequence[str] = (),
    out: str | os.PathLike[str] | None = None,
    **options: Any,
) -> list[Path]:
    """Write a figure of a stored result into its folder `figures`, or into `out`; the paths. All formats by default.

    Raises InputError for a name that is not known, StoreError where the folder does not hold what the figure needs.
    """
    if name not in index.names():
        raise InputError(
            [f"NAME: {name!r} is no figure{allowed(index.names(), name, '; see `corridor list figures`')}"]
        )
    if name == index.YEAR and formats:
        raise InputError([f"--format {', '.join(formats)}: not used with {name}, which is an animation; allowed: none"])
    where = None if out is None else check_folder(Path(out))
    return index.write(name, directory, width=width, formats=formats or index.FORMATS, out=where, **options)


def figures(
    directory: str | os.PathLike[str],
    *,
    width: str = "double",
    formats: Sequence[str] = (),
    out: str | os.PathLike[str] | None = None,
) -> list[Path]:
    """Write every figure that a stored result allows; the paths. Raises StoreError where it allows none."""
    where = None if out is None else check_folder(Path(out))
    made = index.write_all(directory, width=width, formats=formats or index.FORMATS, out=where)
    if not made:
        raise StoreError(f"{directory}: holds no result of which there are figures; see `corridor list figures`")
    return made
