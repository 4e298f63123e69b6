"""Statements about worlds, counted over sampled points, draws of a posterior, and structural variants."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from typing_extensions import Unpack

from corridor.experiments.config import loading
from corridor.experiments.config.designs.selection import Selection
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.settings import Setting
from corridor.experiments.execution.analysis import RunResult
from corridor.experiments.interface.analyses import SAMPLERS, note_sample
from corridor.experiments.interface.loading import RunOptions, analyse, folder_of, one_of, together, with_options
from corridor.experiments.interface.source import LoadedExperiment, Source

if TYPE_CHECKING:
    from corridor.experiments.analyses.conclusions.statements import StatementsFile


def conclusions(
    source: Source,
    statements: str | os.PathLike[str] | None = None,
    *,
    points: int | None = None,
    point_seeds: int | None = None,
    point_scale: float | None = None,
    selection: Selection | None = None,
    sampler: str = "latin_hypercube",
    sample_seed: int = 1,
    **options: Unpack[RunOptions],
) -> RunResult:
    """At which share of sampled points, and of draws of the posterior, declared statements hold.

    `statements` is a YAML file, by default the one that ships. Points are spread by `sampler` over the parameters of
    `selection`, or those of the file's design where nothing is sampled and it has one; each runs with `point_seeds`
    seeds at `point_scale` people per agent (by default those of the file, but 2 seeds where it has draws). Where the
    experiment has draws of a posterior they run with its own seeds and scale, in the folder `posterior`, and those of
    each variant that the file declares in a folder of its name.
    Table `conclusions`.
    """
    from corridor.experiments.analyses.conclusions import statements as declared
    from corridor.experiments.analyses.conclusions.analysis import Conclusions, at_each_point
    from corridor.experiments.analyses.exploration.sampling import sampling_of
    from corridor.experiments.execution.run import NotRun

    experiment = with_options(source, options)
    definition, folder = experiment.definition, folder_of(experiment, "conclusions", options)
    with together() as check:
        read_ones = check(declared.read_statements, Path(statements or declared.SHIPPED), definition)
        check(one_of, "sampler", sampler, SAMPLERS)
        sampling = check(sampling_of, definition, points, sampler, sample_seed, selection)
        at_points = check(at_each_point, definition, point_seeds, point_scale)
    note_sample(sampling, options)
    at_draws = {"": definition, **variants_of(experiment, read_ones)} if definition.from_posterior else {}
    drawn = []
    for variant, each in at_draws.items():
        sample = declared.VARIANTS if variant else declared.POSTERIOR
        if read_ones.in_sample(sample):
            with contextlib.suppress(NotRun):  # a dry run goes on to the next estimate
                analysis = Conclusions(each, read_ones, sample, variant=variant)
                found = analyse(analysis, folder / (variant or sample), options)
                drawn.append(found.tables["conclusions"])
    return analyse(Conclusions(at_points, read_ones, declared.RANGES, sampling, tuple(drawn)), folder, options)


def variants_of(experiment: LoadedExperiment, statements: StatementsFile) -> dict[str, Experiment]:
    """The experiment in each structural variant. Raises InputError for settings that it does not take."""
    found = {}
    for name, variant in statements.variants.items():
        settings = [Setting(f"variant {name}", key, str(value)) for key, value in variant.settings.items()]
        found[name] = loading.load(experiment.source, [*experiment.changes, *settings])
    return found
