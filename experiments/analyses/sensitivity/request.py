"""The options of a sensitivity analysis, and the studies made from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from corridor.experiments.analyses.sensitivity.analysis import SensitivityTarget
from corridor.experiments.analyses.sensitivity.methods import METHODS, Study
from corridor.experiments.config.documents.messages import allowed
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.selection import (
    EVERY_FREE_PARAMETER,
    Selection,
    selected_parameters,
    selection_problems,
)
from corridor.model import INDICATORS
from corridor.model.engine.errors import InputError

KEPT = 10  # parameters that go on after screening
SCREENING_METHOD = "morris"


@dataclass(frozen=True)
class SensitivityRequest:
    """A sensitivity analysis: method and sample, parameters, and the quantities analysed.

    `method` None is morris or, after screening, sobol; `samples` None is the default of the method; `together` gives
    each group of parameters one index; `screen` lets Morris' method find the `keep` parameters that matter most first.
    """

    method: str | None = None
    samples: int | None = None
    selection: Selection = EVERY_FREE_PARAMETER
    together: bool = False
    indicators: tuple[str, ...] = ("arrivals_people",)
    difference: bool = False
    world: str | None = None
    sample_seed: int = 1
    second_order: bool = True
    screen: bool = False
    keep: int | None = None
    screen_samples: int = 20

    def target(self, experiment: Experiment) -> SensitivityTarget:
        """The quantities analysed."""
        baseline = experiment.file.baseline
        others = [name for name in experiment.file.worlds if name != baseline]
        world = self.world or (others or [baseline])[0]
        return SensitivityTarget(world, baseline, tuple(dict.fromkeys(self.indicators)), self.difference)

    def studies(self, experiment: Experiment) -> tuple[Study, Study | None]:
        """The study, and that of the screening before it, with their factors.

        Raises InputError with all that is wrong.
        """
        problems = [
            *selection_problems(self.selection, experiment.file.values, experiment.parameter_table),
            *self.problems(experiment),
        ]
        if problems:
            raise InputError(f"command line {text}" for text in problems)
        factors = selected_parameters(self.selection, experiment.file.values, experiment.parameter_table)
        method = self.method or ("sobol" if self.screen else SCREENING_METHOD)
        samples = METHODS[method].samples if self.samples is None else self.samples
        groups = (
            tuple(self.selection.group_of(name, experiment.parameter_table) for name in factors)
            if self.together
            else ()
        )
        study = Study(method, factors, samples, self.sample_seed, self.second_order, groups)
        kept, screening = study, None
        if self.screen:
            screening = replace(study, method=SCREENING_METHOD, samples=self.screen_samples)
            kept = replace(study, factors=factors[: self.keep or KEPT])
        wrong = [text for each in (screening, kept) if each for text in METHODS[each.method].problems(each)]
        if wrong:
            raise InputError(f"command line {text}" if text.startswith("--") else text for text in wrong)
        return study, screening

    def problems(self, experiment: Experiment) -> Iterator[str]:
        """What is wrong with the options, apart from parameters and samples."""
        if self.method is not None and self.method not in METHODS:
            yield f"--method: {self.method!r} is not a known method{allowed(METHODS, self.method)}"
        target, file = self.target(experiment), experiment.file
        for name in target.indicators:
            if name not in INDICATORS:
                hint = "; see `corridor list indicators`"
                yield f"--indicator: {name!r} is not a known indicator{allowed(INDICATORS, name, hint)}"
        if target.world not in file.worlds:
            yield f"--world: {target.world!r} is none of the worlds{allowed(file.worlds, target.world)}"
        elif target.difference and target.world == target.baseline:
            yield f"--difference: {target.world!r} is the baseline; another world is needed"
        if self.keep is not None and not self.screen:
            yield "--keep: is used only with --screen"
        if self.together and self.screen:
            yield "--together: does not go with --screen, which keeps single parameters"
