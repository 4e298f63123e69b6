"""What worlds set: the table of their effective levers over time, and notes on effects of what cannot act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

from corridor.experiments.analyses.worlds import HELD, baseline_of
from corridor.experiments.config.cases import HELD_BY_DESIGN
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.policies.effective import InputsOfRun, idle_measures
from corridor.experiments.config.policies.strengths import STRONGEST, WEAKEST, at_strengths, in_doubt
from corridor.experiments.execution.analysis import Table
from corridor.model import LEVERS, Policy
from corridor.model.policy import end_of
from corridor.results.tables.imposed import ON_ENTRIES, entry_note
from corridor.results.tables.shape import MIXED, Number, Shape

LEVER_TABLE = (
    "the levers that the policies of each world move, day by day: a row for the first day that is simulated, and for "
    "each day on which a value changes or begins or ends to move; what a design holds on top is in design.csv"
)
LEVER_COLUMNS = {
    "lever": "name of the lever (`corridor list levers`)",
    "from": "the day from which the row holds",
    "setting": "what all policies of the world together set the lever to, in the unit of the lever: a factor (1: no "
    "policy), or what is added (0: no policy)",
    "weakest": "the setting where every measure has the least strength of its range; that in `setting`, if no move has "
    "a range",
    "strongest": "the setting where every measure has the greatest strength of its range; draws have strengths between "
    "the two (strength. in design.csv), otherwise `setting` holds",
    "value": "what that is on this day in natural units, in the unit of the row; the mean where parameters are drawn",
    "without": "the same without any policy, in the unit of the row",
    "where": "what the lever acts on",
    "then": "whether the setting stays until the next row, or moves towards it day by day",
}
LEVER_SHAPE = Shape(
    ("world", "lever", "from"),
    (
        Number("setting", "weakest", "strongest", "settings at the least and the greatest strengths", MIXED, span=True),
        Number("value"),
        Number("without"),
    ),
    ("where", "then"),
)


def lever_table(experiment: Experiment) -> Table:
    """The table `levers`: what each world sets, over time and in natural units."""
    rows = [
        {"world": world, **row}
        for world in experiment.file.worlds
        for name in experiment.policies[world].levers
        for row in rows_of(experiment.policies[world], name, experiment.inputs[world])
    ]
    columns = ["world", "lever", "from", "setting", "weakest", "strongest", "value", "without", "unit", "where", "then"]
    return Table(pd.DataFrame(rows, columns=columns), LEVER_TABLE, LEVER_SHAPE, LEVER_COLUMNS)


def rows_of(policy: Policy, name: str, run: InputsOfRun) -> Iterator[dict[str, Any]]:
    """The rows of one lever of a world, one for each change."""
    lever, last = LEVERS[name], None
    doubtful = in_doubt(policy.measures)
    weakest, strongest = (at_strengths(policy, dict.fromkeys(doubtful, end)) for end in (WEAKEST, STRONGEST))
    for day in run.turning_days([policy]):
        setting = policy.value(name, day)
        value, without = (
            lever.natural(each, run.inputs(sides, day))
            for each, sides in ((setting, policy), (lever.baseline, Policy()))
        )
        row: dict[str, Any] = {"setting": setting, "weakest": weakest.value(name, day)}
        row |= {"strongest": strongest.value(name, day), "value": value, "without": without}
        row |= {
            "unit": lever.natural_unit,
            "where": lever.acts_on,
            "then": "moves" if moves(policy, name, day) else "stays",
        }
        if row != last:
            yield {"lever": name, "from": day.isoformat(), **row}
        last = row


def moves(policy: Policy, name: str, day: date) -> bool:
    """Whether a lever is on its way to another value from this day to the next."""
    changes = [change for measure in policy.moving(name) for change in measure.moves(name)]
    on_the_way = any(change.start <= day < end_of(change) for change in changes)
    return on_the_way and policy.value(name, day) != policy.value(name, day + timedelta(days=1))


IMPOSED = {  # lever -> the indicators that it sets itself, whatever people do
    "upstream_departures": ("entered_people", "landed_people"),
    "upstream_diversion": ("landed_people",),
    "albania_returns": ("entered_people",),
    "patrol_officers": ("officer_days",),
    "boats_through": ("boats_seized_upstream",),
    "hit_largest": ("networks_dismantled",),
    "clear_calais": ("cleared_people",),
    "clear_dunkirk": ("cleared_people",),
}
ENTRIES = ("entered_people", "landed_people")
ON_NUMBER = ("entries_",)  # how conditions begin that set how many people enter
ON_DEMAND = (*ON_NUMBER, "demand_uk")  # or how many of them are bound for the United Kingdom


def with_notes(effects: pd.DataFrame, experiment: Experiment) -> pd.DataFrame:
    """Effects with the columns `imposed`, the levers and files of data by which a world sets an indicator itself, and
    `note`: where entries are set so, where all seeds of a world equal the baseline's, and which of its policies cannot
    act. Rows of the baseline itself say only the last."""
    idle = {world: idle_of(world, experiment) for world in map(str, effects.world.unique())}
    moved = {world: moved_beside(world, experiment, names) for world, names in idle.items()}
    set_by = {world: indicators_set(world, experiment, levers) for world, levers in moved.items()}
    effects = effects.assign(
        imposed=[
            ", ".join(name for name, indicators in set_by[str(world)].items() if indicator in indicators)
            for world, indicator in zip(effects.world, effects.indicator, strict=True)
        ]
    )
    notes = {
        world: "; ".join(note_parts(rows, str(world), experiment, moved[str(world)], idle[str(world)]))
        for world, rows in effects.groupby("world", sort=False)
    }
    return effects.assign(note=effects.world.map(notes).fillna(""))


def idle_of(world: str, experiment: Experiment) -> tuple[str, ...]:
    """The measures of a world that cannot act within the run."""
    return tuple(idle_measures(experiment.policies[world], experiment.inputs[world], experiment.points))


def moved_beside(world: str, experiment: Experiment, idle: Sequence[str]) -> list[str]:
    """The levers that a world's policy moves by measures that the baseline does not have, and that can act."""
    left_out = {*idle, *(measure.name for measure in baseline_of(experiment).measures)}
    own = [measure for measure in experiment.policies[world].measures if measure.name not in left_out]
    return list(dict.fromkeys(name for measure in own for name in measure.levers))


def indicators_set(world: str, experiment: Experiment, moved: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The levers that a world moves, and files of data that the baseline does not have, with what each sets itself."""
    levers = {name: IMPOSED.get(name, ()) for name in moved}
    return levers | dict.fromkeys(entry_files(world, experiment, ON_NUMBER), ENTRIES)


def entry_files(world: str, experiment: Experiment, conditions: tuple[str, ...]) -> list[str]:
    """The files by which a world has other entries than the baseline: of entries, or of such conditions."""
    own, base = experiment.named_files(world), experiment.named_files(experiment.file.baseline)
    acts = any(name.startswith(conditions) for _, name, _ in experiment.conditions_of(world).rows)
    keys = ("entries", "conditions") if acts else ("entries",)
    return [own[key] for key in keys if key in own and own[key] != base.get(key)]


def note_parts(
    rows: pd.DataFrame, world: str, experiment: Experiment, moved: Sequence[str], idle: Sequence[str]
) -> Iterator[str]:
    """What the column `note` says of a world, from its rows of effects, the levers that it moves and the measures that
    cannot act."""
    levers = [lever for lever in moved if lever in ON_ENTRIES]
    if entries := [*levers, *entry_files(world, experiment, ON_DEMAND)]:
        yield entry_note(entries)
    alike = not rows[["mean", "low", "high"]].fillna(0.0).to_numpy(float).any()
    if alike and world != experiment.file.baseline:
        acts = experiment.inputs[world].differs(experiment.policies[world], baseline_of(experiment))
        yield f"every seed is equal to that of the baseline{', although its levers differ' if acts else ''}"
    if idle:
        yield idle_note("the levers held" if name in (HELD, HELD_BY_DESIGN) else name for name in idle)


def idle_note(names: Iterable[str]) -> str:
    """That policies cannot act, in words."""
    return f"cannot act within the run: {', '.join(names)}"
