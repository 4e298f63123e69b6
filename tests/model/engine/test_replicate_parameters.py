"""Replicates with parameters of their own: each gives beside others the bits that it gives alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from corridor.model import (
    LEVERS,
    PARAMETERS,
    Change,
    DataFiles,
    InputError,
    Measure,
    MigrationModel,
    Parameters,
    Policy,
    simulate,
)
from corridor.model.engine.replicate_parameters import ParameterSets, by_row
from corridor.model.inputs.data_files import DATA
from corridor.model.records import Records
from tests.support.effort import effort

START, DAYS, SCALE = date(2022, 11, 10), 30, 60.0
END = START + timedelta(days=DAYS - 1)
AT_ONCE = effort(4, 1)  # parameters moved in one set
BUSY = {
    "networks_start": 12,
    "network_size_start": 0.6,
    "fare_start": 3000,
    "hull_seats_start": 12,
    "fare_max": 8000,
    "camp_stock_start": 1200,
    "taxi_share_start": 0.01,
    "boat_supply_start": 1.0,
    "launch_min": 25,
    "dismantling_hazard": 0.003,
    "network_exit_rate": 0.05,
    "network_entry_rate": 0.03,
    "p_sea_fail": 0.2,
    "detention_share": 0.1,
    "p_meeting": 0.5,
    "share_uk_scale": 1.5,
}
ALL_LEVERS = Policy(
    (
        Measure(
            "all",
            "Every lever",
            tuple(
                Change(name, START + timedelta(days=3), 10, known.low + 0.6 * (known.high - known.low))
                for name, known in LEVERS.items()
            ),
        ),
    )
)


def bundle(sets: Sequence[Parameters], seeds: Sequence[int], policy: Policy = ALL_LEVERS) -> Records:
    return simulate(sets, policy, seeds, START, END, SCALE)


def not_as_alone(together: Records, sets: Sequence[Parameters], policy: Policy = ALL_LEVERS) -> list[str]:
    """Daily indicators and yearly breakdowns of each replicate that are not, to the last bit, those of its own run."""
    found = []
    for k, (params, seed) in enumerate(zip(sets, together.seeds, strict=True)):
        alone = simulate(params, policy, [seed], START, END, SCALE)
        pairs = {name: (values[0], together.daily[name][k]) for name, values in alone.daily.items()}
        pairs |= {name: (b.values[0], together.yearly[name].values[k]) for name, b in alone.yearly.items()}
        found += [f"replicate {k}: {name}" for name, (one, other) in pairs.items() if not np.array_equal(one, other)]
    return found


def at_bounds(groups: Sequence[Sequence[str]], high: bool) -> list[Parameters]:
    """A set for each group of names, in which these are at the end of their range."""
    ends = {name: p.high if high else p.low for name, p in PARAMETERS.items()}
    return [Parameters({**BUSY, **{name: ends[name] for name in names}}) for names in groups]


def at_random(number: int, seed: int) -> list[Parameters]:
    luck = np.random.default_rng(seed)
    return [
        Parameters({name: float(luck.uniform(p.low, p.high)) for name, p in PARAMETERS.items()}) for _ in range(number)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(6))
def test_few_parameters_by_themselves(part: int) -> None:
    names = list(PARAMETERS)[part::6]
    groups = [names[k : k + AT_ONCE] for k in range(0, len(names), AT_ONCE)]
    sets = [Parameters(BUSY), *at_bounds(groups, high=part % 2 == 0)]
    together = bundle(sets, [5] * len(sets))
    assert not_as_alone(together, sets) == []
    moved = [any((values[0] != values[k]).any() for values in together.daily.values()) for k in range(1, len(sets))]
    assert sum(moved) > 0.4 * len(groups)  # the others need longer than these weeks to be seen in a record


@pytest.mark.parametrize("policy", [Policy(), ALL_LEVERS])
def test_all_parameters_at_once(policy: Policy) -> None:
    sets = at_random(effort(6, 24), seed=2)
    assert not_as_alone(bundle(sets, range(len(sets)), policy), sets, policy) == []


@pytest.mark.parametrize(
    "name", ["largest_bias", "allocation_focus", "death_tail", "death_rough_factor", "wind_shape", "window_spread"]
)
def test_powers_with_whole_and_half_exponents(name: str) -> None:
    p = PARAMETERS[name]
    values = [value for value in (0.0, 0.5, 1.0, 1.3, 2.0, 2.0, 2.8) if p.low <= value <= p.high]
    sets = [Parameters({**BUSY, name: value}) for value in values]
    assert not_as_alone(bundle(sets, [3] * len(sets)), sets) == []


def test_equal_sets_are_one_set() -> None:
    sets = [Parameters(BUSY)] * 3
    one = simulate(sets[0], ALL_LEVERS, [1, 2, 3], START, END, SCALE)
    each = bundle(sets, [1, 2, 3])
    assert all(np.array_equal(values, each.daily[name]) for name, values in one.daily.items())


def test_groups_of_the_users_own_change_who_goes_on(tmp_path: Path) -> None:
    shipped = (DATA / "groups.csv").read_text(encoding="utf-8").splitlines()
    header, cells = shipped[0], [line.split(",", 5) for line in shipped[1:]]
    nobody = tmp_path / "groups.csv"
    rows = (",".join([group, "0", "0", high, removable, rest]) for group, _, _, high, removable, rest in cells)
    nobody.write_text("\n".join([header, *rows]), encoding="utf-8")
    same = simulate(Parameters(), Policy(), [1], START, END, SCALE, files=DataFiles(groups=DATA / "groups.csv"))
    usual = simulate(Parameters(), Policy(), [1], START, END, SCALE)
    without = simulate(Parameters(), Policy(), [1], START, END, SCALE, files=DataFiles(groups=nobody))
    assert all(np.array_equal(values, usual.daily[name]) for name, values in same.daily.items())
    assert usual.daily["coast_arrivals"].sum() > 0 == without.daily["coast_arrivals"].sum()


def test_where_replicates_agree_a_parameter_is_one_number() -> None:
    p = ParameterSets([Parameters(p_retry=value).values() for value in (0.8, 0.9)])
    assert p.team_size == 5.0 and isinstance(p.team_size, float)
    assert np.array_equal(p.p_retry, [0.8, 0.9])
    rows = p.at(np.array([1, 0, 1]))
    assert np.array_equal(rows.p_retry, [0.9, 0.8, 0.9]) and rows.team_size == 5.0
    assert np.asarray(rows.single.p_retry).dtype == np.float32
    assert np.shape(p.column.p_retry) == (2, 1)
    assert by_row(p.p_retry, np.array([1])) == [0.9]
    with pytest.raises(ValueError, match="read-only"):
        p.p_retry *= 2.0
    with pytest.raises(AttributeError):
        p.at(np.array([1])).no_such  # noqa: B018


def test_levers_leave_parameters_alone() -> None:
    sets = at_random(3, seed=4)
    model = MigrationModel(sets, ALL_LEVERS, [1, 1, 1], START, END, SCALE)
    before = {name: np.copy(getattr(model.p, name)) for name in PARAMETERS}
    for _ in range(DAYS):
        model.step()
    assert all(np.array_equal(values, getattr(model.p, name)) for name, values in before.items())


@pytest.mark.parametrize(
    ("params", "seeds", "expected"),
    [
        ([Parameters()], [1, 2], "params: 1 sets for 2 seeds; allowed: one for all, or one for each"),
        ([], [1], "params: 0 sets for 1 seeds"),
        ([Parameters(), {"p_retry": 0.9}], [1, 2], "params: [<"),
        ([Parameters()] * 2, [1, -1], "seeds: [1, -1] is not allowed; a list of whole numbers from 0"),
    ],
)
def test_sets_that_do_not_fit_are_refused(params, seeds, expected) -> None:
    with pytest.raises(InputError) as refused:
        simulate(params, Policy(), seeds, START, END, SCALE)
    (problem,) = refused.value.problems
    assert problem.startswith(expected)
