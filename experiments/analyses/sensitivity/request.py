"""The options of a sensitivity analysis, and the studies made from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corridor.experiments.analyses.sensitivity.analysis import SensitivityTarget
from corridor.experiments.analyses.sensitivity.methods import METHODS, Study
from corridor.experiments.analyses.sensitivity.resampling import CHANCE
from corridor.experiments.config.designs.selection import (
    EVERY_FREE_PARAMETER,
    Selection,
    selected_parameters,
    selection_problems,
)
from corridor.experiments.config.documents.messages import allowed
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.policies.strengths import STRENGTH
from corridor.model import INDICATORS
from corridor.model.engine.errors import InputError

KEPT = 10  # parameters that go on after screening
SCREENING_SAMPLES = 20  # trajectories
SCREENING_METHOD, OF_DRAWS = "morris", "resample"
POSTERIOR, RANGES = "posterior", "ranges"  # what parameters are varied around


@dataclass(frozen=True)
class SensitivityRequest:
    """A sensitivity analysis: method and sample, parameters, and the quantities analysed.

    `around` is what parameters are varied around: `ranges`, or `posterior` for the draws of the file's own (None: those
    where it has any). `method` None is morris, after screening sobol, around draws resample; `samples` None is the
    default of the method, around draws as many as the file has seeds; `together` gives each group of parameters one
    index; `screen` lets Morris' method find the `keep` parameters that matter most first.
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
    screen_samples: int | None = None
    around: str | None = None

    def around_draws(self, experiment: Experiment) -> bool:
        """Whether draws of the experiment's posterior are varied, and not ranges."""
        return (self.around or (POSTERIOR if experiment.from_posterior else RANGES)) == POSTERIOR

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
            *selection_problems(self.selection, experiment.file.values, experiment.factor_table),
            *self.problems(experiment),
        ]
        if problems:
            raise InputError(f"command line {text}" for text in problems)
        if self.around_draws(experiment):
            return self.study_of_draws(experiment), None
        factors = selected_parameters(self.selection, experiment.file.values, experiment.factor_table)
        method = self.method or ("sobol" if self.screen else SCREENING_METHOD)
        samples = METHODS[method].samples if self.samples is None else self.samples
        groups = self.groups_of(factors, experiment)
        study = Study(method, factors, samples, self.sample_seed, self.second_order, groups)
        kept, screening = study, None
        if self.screen:
            screening = replace(study, method=SCREENING_METHOD, samples=self.screen_samples or SCREENING_SAMPLES)
            kept = replace(study, factors=factors[: self.keep or KEPT])
        wrong = [text for each in (screening, kept) if each for text in METHODS[each.method].problems(each)]
        if wrong:
            raise InputError(f"command line {text}" if text.startswith("--") else text for text in wrong)
        return study, screening

    def groups_of(self, factors: Sequence[str], experiment: Experiment) -> tuple[str, ...]:
        """The group of every factor, where each group has one index."""
        table = experiment.factor_table
        return tuple(self.selection.label_of(name, table) for name in factors) if self.together else ()

    def study_of_draws(self, experiment: Experiment) -> Study:
        """The study around draws: parameters that they have, and the chance of a run.

        Raises InputError with all that is wrong.
        """
        drawn = experiment.draws
        known = (*drawn.points[0].parameters, *(STRENGTH + name for name in drawn.points[0].strengths))
        named = (*self.selection.names, *(name for group in self.selection.own_groups.values() for name in group))
        lost = [name for name in dict.fromkeys(named) if name not in known]
        if lost:
            raise InputError(
                f"command line --parameter, --group: {name!r} is not among the draws of {experiment.file.parameters}"
                f"{allowed(known, name)}; or --around {RANGES}"
                for name in lost
            )
        chosen = known
        if self.selection != EVERY_FREE_PARAMETER:
            selected = selected_parameters(self.selection, {}, experiment.factor_table)
            chosen = tuple(name for name in selected if name in known)
        groups = self.groups_of(chosen, experiment)
        study = Study(
            OF_DRAWS,
            (*chosen, CHANCE),
            drawn.wanted if self.samples is None else self.samples,
            self.sample_seed,
            False,
            (*groups, CHANCE) if groups else (),
            len(drawn.points),
        )
        wrong = list(METHODS[OF_DRAWS].problems(study))
        if wrong:
            raise InputError(f"command line {text}" if text.startswith("--") else text for text in wrong)
        return study

    def problems(self, experiment: Experiment) -> Iterator[str]:
        """What is wrong with the options, apart from parameters and samples."""
        if self.method is not None and self.method not in METHODS:
            yield f"--method: {self.method!r} is not a known method{allowed(METHODS, self.method)}"
        if self.around not in (None, POSTERIOR, RANGES):
            yield f"--around: {self.around!r} is not allowed{allowed((POSTERIOR, RANGES), self.around)}"
        elif self.around_draws(experiment):
            yield from self.problems_of_draws(experiment)
        elif self.method == OF_DRAWS:
            yield f"--method: {OF_DRAWS} varies around draws of a posterior; allowed: with --around {POSTERIOR}"
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
        if self.screen_samples is not None and not self.screen:
            yield "--screen-samples: is used only with --screen"
        if self.together and self.screen:
            yield "--together: does not go with --screen, which keeps single parameters"

    def problems_of_draws(self, experiment: Experiment) -> Iterator[str]:
        """What is wrong with options that go with ranges, and not with draws."""
        if not experiment.from_posterior:
            yield f"--around: {POSTERIOR} needs draws, `parameters: posterior` or a CSV; allowed here: {RANGES}"
            return
        if self.method not in (None, OF_DRAWS):
            yield (
                f"--method: {self.method} samples ranges, and the parameters of this file are draws of a posterior; "
                f"allowed: no --method, or --around {RANGES}, which sets the draws aside"
            )
        if self.screen:
            yield f"--screen: samples ranges; allowed: with --around {RANGES}, which sets the draws aside"
