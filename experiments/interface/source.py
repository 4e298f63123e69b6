"""An experiment from a file, its text or a mapping, with what replaces some of its keys.

Nothing here needs stored results, so that a file is checked without waiting for the libraries that read these.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corridor.experiments.config import loading
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.settings import Setting
from corridor.experiments.config.shipped import experiment_file
from corridor.model.engine.errors import InputError


@dataclass(frozen=True)
class LoadedExperiment:
    """A checked experiment: `definition` is what its file says, `name` is used for folders; `source` and `changes` are
    what it was read from."""

    definition: Experiment
    name: str
    source: Path | Mapping[str, Any]
    changes: tuple[Setting, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What is valid and might not be noticed, such as rows that are missing in the user's own entries."""
        return self.definition.notes


Source = str | os.PathLike[str] | Mapping[str, Any] | LoadedExperiment


def read(
    source: Source,
    seeds: int | str | None = None,
    scale: float | str | None = None,
    settings: Mapping[str, Any] | Sequence[str] = (),
    draws: bool = True,
) -> LoadedExperiment:
    """Read and check an experiment; see `corridor.load`.

    Without `draws` those of a posterior that the file names are not read.
    """
    given = {"seeds": seeds, "scale": scale}
    changes = [Setting(f"--{key}", key, str(value)) for key, value in given.items() if value is not None]
    changes = [*settings_of(settings), *changes]
    if isinstance(source, LoadedExperiment):
        if changes:
            raise InputError(["seeds, scale, settings: give them to load(); this experiment is loaded already"])
        return source
    found = source if isinstance(source, Mapping) else experiment_file(os.fspath(source))
    name = loading.UNNAMED.name if isinstance(found, Mapping) else found.stem
    return LoadedExperiment(loading.load(found, changes, draws), name, found, tuple(changes))


def settings_of(settings: Mapping[str, Any] | Sequence[str]) -> list[Setting]:
    """Settings from a mapping, or from texts KEY=VALUE as on the command line."""
    if isinstance(settings, Mapping):
        return [Setting("--set", key, str(value)) for key, value in settings.items()]
    pairs = [text.partition("=") for text in settings]
    return [Setting("--set", key, value if sign else None) for key, sign, value in pairs]
