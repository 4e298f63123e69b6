"""Copies and branches of a running model: one past, and the same bits as runs that had each policy from the start."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corridor.model import LEVERS, Change, Measure, Parameters, Policy
from corridor.model.engine.errors import InputError
from corridor.model.mesa_views.corridor import Corridor
from corridor.model.policy import first_difference, moving_days
from tests.support.effort import effort
from tests.support.worlds import START, small_model, state

DAYS, FORK = 32, 14  # of a run, and how many of them are shared
END = START + timedelta(days=DAYS - 1)
BRANCH = START + timedelta(days=FORK)  # the first day that is not shared


def one_lever(name: str, start: date, over_days: int, to: float) -> Policy:
    return Policy((Measure("test", "test", (Change(name, start, over_days, to),)),))


def at(days: int) -> Any:
    """A small model after a number of days."""
    return step(small_model(seeds=(1, 2), end=END, scale=50.0), days)


def step(model: Any, days: int) -> Any:
    for _ in range(days):
        model.step()
    return model


def same(one: Any, other: Any) -> bool:
    """Whether two models have the same state and records to the last bit."""
    a, b = state(one), state(other)
    daily = all(np.array_equal(one.records.daily[name], values) for name, values in other.records.daily.items())
    yearly = all(np.array_equal(one.records.yearly[name].values, b.values) for name, b in other.records.yearly.items())
    return daily and yearly and a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Policies that change nothing before the branch; a ramp may begin on the last day that is shared."""
    measures = []
    for k, name in enumerate(draw(st.lists(st.sampled_from(sorted(LEVERS)), unique=True, min_size=1, max_size=4))):
        over_days, after = draw(st.integers(0, 30)), draw(st.integers(-1, 15))
        start = BRANCH + timedelta(days=after if over_days else max(0, after))
        low, high = LEVERS[name].low, LEVERS[name].high
        to = low + (high - low) * draw(st.floats(0.0, 1.0))
        measures.append(Measure(f"m{k}", "", (Change(name, start, over_days, min(high, to)),)))
    return Policy(tuple(measures))


@pytest.fixture(scope="module")
def past() -> Any:
    """A model at the branch; tests copy it and leave it as it is."""
    return at(FORK)


@settings(max_examples=effort(8, 100), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(policies())
def test_a_branch_is_a_run_that_had_the_policy_from_the_start(past, policy):
    branch = step(past.branch(policy), DAYS - FORK)
    alone = step(small_model(seeds=(1, 2), policy=policy, end=END, scale=50.0), DAYS)
    assert same(branch, alone)


def test_branches_do_not_touch_each_other_or_the_run_that_they_come_from(past):
    before, officers = state(past), one_lever("patrol_officers", BRANCH, 0, 3.0)
    branch = step(past.branch(officers), DAYS - FORK)
    after = state(past)
    assert all(np.array_equal(before[name], after[name]) for name in before)
    kept = step(past.copy(), DAYS - FORK)
    assert not same(branch, kept)
    assert same(kept, at(DAYS))
    assert past.date == BRANCH and past.day == FORK and kept.migrants.calendar is kept.calendar is not past.calendar


def test_a_copy_shares_what_is_given_and_nothing_that_a_day_writes(past):
    branch = past.copy()
    assert branch.p is past.p and branch.geography is past.geography and branch.entries is past.entries
    arrays = [name for name, values in state(past).items() if values.size]
    for name in arrays:
        holder, column = name.split(".")
        mine, theirs = (getattr(getattr(each, holder), column) for each in (branch, past))
        assert not (isinstance(mine, np.ndarray) and mine.size and np.shares_memory(mine, theirs)), name


@pytest.mark.parametrize(("name", "start", "over_days", "to", "first"), [
    ("patrol_officers", BRANCH - timedelta(days=1), 0, 2.0, BRANCH - timedelta(days=1)),
    ("patrol_officers", START, 0, 2.0, START),
    ("boats_through", BRANCH - timedelta(days=2), 30, 0.5, BRANCH - timedelta(days=1)),
])  # fmt: skip
def test_policies_that_differ_before_the_branch_are_refused(past, name, start, over_days, to, first):
    policy = one_lever(name, start, over_days, to)
    with pytest.raises(InputError, match=f"differs from that of the run on {first}.* differ from {BRANCH} on"):
        past.branch(policy)
    with pytest.raises(InputError, match="differs"):
        past.copy().turn_to(policy)
    with pytest.raises(InputError, match="is not allowed"):
        past.branch(None)


def test_a_policy_of_the_past_goes_on_in_its_branches():
    officers = one_lever("patrol_officers", START, 10, 2.0)
    both = Policy((*officers.measures, Measure("b", "", (Change("boats_through", BRANCH, 5, 0.5),))))
    model = step(small_model(seeds=(1,), policy=officers, end=END, scale=50.0), FORK)
    alone = step(small_model(seeds=(1,), policy=both, end=END, scale=50.0), DAYS)
    with pytest.raises(InputError, match="differs"):
        model.branch(Policy())
    model.turn_to(both)
    assert same(step(model, DAYS - FORK), alone)


def test_the_days_on_which_policies_differ():
    ramp, step_later = one_lever("detention", START, 3, 4.0), one_lever("detention", END, 0, 4.0)
    assert moving_days([ramp], START, END) == [START + timedelta(days=k) for k in range(4)]
    assert first_difference(ramp, Policy(), START, END) == START + timedelta(days=1)
    assert first_difference(Policy(), step_later, START, END) == END
    assert first_difference(Policy(), step_later, START, END - timedelta(days=1)) is None
    renamed = Policy((Measure("other", "", ramp.measures[0].changes),))
    assert first_difference(ramp, renamed, START, END) is None


def test_a_mesa_model_branches_with_its_agents_and_its_data():
    def corridor(policy: Policy | None = None) -> Corridor:
        return Corridor(start=START, end=END, scale=100, policy=policy, camp_stock_start=1200)

    officers = one_lever("patrol_officers", BRANCH, 0, 3.0)
    model, alone = step(corridor(), FORK), step(corridor(officers), DAYS)
    branch = step(model.branch(officers), DAYS - FORK)
    assert same(branch, alone)
    theirs, mine = (each.datacollector.get_model_vars_dataframe() for each in (alone, branch))
    assert theirs.equals(mine) and len(model.datacollector.get_model_vars_dataframe()) == FORK
    assert branch.migrants[3].model is branch and model.migrants[3].model is model
    assert len(branch.agents) == len(alone.agents) and branch.steps == DAYS
    assert isinstance(branch.params[0], Parameters)
