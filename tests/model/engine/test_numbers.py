"""What counts as a number, of Python's and of numpy's kinds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from corridor.model import Change, InputError, Measure, Parameters, Policy, simulate
from corridor.model.engine.numbers import is_number, is_whole_number

WHOLE = [0, -3, 10**30, *(kind(3) for kind in (np.int8, np.int64, np.uint8, np.uint64))]
FRACTIONS = [0.5, 3.0, *(kind(0.5) for kind in (np.float16, np.float32, np.float64, np.longdouble))]
NONE = [
    *(True, False, np.True_, np.bool_(0)),
    *(float("nan"), float("inf"), np.float32("nan"), np.float16("-inf"), 10**400),
    *("1", None, 1j, np.complex64(1), Decimal(1), [1], np.array([1]), np.array(1.0), np.datetime64("2022-01-01")),
]


@pytest.mark.parametrize("value", [*WHOLE, *FRACTIONS], ids=repr)
def test_finite_numbers_of_all_kinds_are_numbers(value):
    assert is_number(value)


@pytest.mark.parametrize("value", NONE, ids=lambda value: repr(value)[:30])
def test_nothing_else_is(value):
    assert not is_number(value)


@pytest.mark.parametrize("value", WHOLE, ids=repr)
def test_whole_numbers_of_all_kinds_are_whole(value):
    assert is_whole_number(value)


@pytest.mark.parametrize("value", [*FRACTIONS, True, np.True_, "1", None, float("nan")], ids=repr)
def test_what_is_whole_by_chance_is_not(value):
    assert not is_whole_number(value)


def test_a_parameter_keeps_the_value_and_not_the_kind():
    given = Parameters(p_retry=np.float32(0.875), boat_cost=np.int16(7000), networks_start=np.uint8(4))
    plain = Parameters(p_retry=0.875, boat_cost=7000, networks_start=4)
    assert given.values() == plain.values() and {type(value) for value in given.values().values()} == {float}


@pytest.mark.parametrize("value", [True, np.True_, float("nan"), np.float32("nan"), np.float64("inf"), "0.9", 10**400])
def test_a_parameter_refuses_what_is_no_number(value):
    with pytest.raises(InputError, match=r"is not allowed; a number from 0\.75 to 0\.99"):
        Parameters(p_retry=value)


@pytest.mark.parametrize("value", [np.float32(2), np.int64(2), 2])
def test_a_parameter_refuses_numpy_numbers_out_of_range(value):
    with pytest.raises(InputError, match=r"parameters\.p_retry: 2 is out of range; allowed 0\.75 to 0\.99"):
        Parameters(p_retry=value)


@pytest.mark.slow
def test_a_run_of_numpy_numbers_has_the_bits_of_one_of_plain_numbers():
    """Levers, scale and seeds; the ramp is longer than its own kind can count the days of the run."""

    def records(whole, fraction):
        changes = (
            Change("patrol_officers", date(2022, 1, 2), whole(100), fraction(1.5)),
            Change("near_neighbours", date(2022, 1, 1), whole(0), fraction(0.75)),
        )
        policy = Policy((Measure("m", "M", changes),))
        seeds = [whole(1), whole(2)]
        return simulate(Parameters(), policy, seeds, date(2022, 1, 1), date(2022, 5, 31), fraction(200))

    given, plain = records(np.int8, np.float32), records(int, float)
    assert given.seeds == plain.seeds and type(given.seeds[0]) is int and type(given.scale) is float
    for name, values in plain.daily.items():
        assert values.dtype == given.daily[name].dtype and np.array_equal(values, given.daily[name]), name


@pytest.mark.parametrize("changed", [{"to": True}, {"to": np.float32("nan")}, {"over_days": np.True_}])
def test_a_change_refuses_what_is_no_number(changed):
    given = {"lever": "patrol_officers", "start": date(2022, 1, 1), "over_days": 0, "to": 1.0}
    with pytest.raises(InputError, match="patrol_officers"):
        Policy((Measure("m", "M", (Change(**given | changed),)),))


@pytest.mark.parametrize("wrong", [{"scale": np.True_}, {"scale": np.float32("nan")}, {"seeds": [np.True_]}])
def test_a_run_refuses_what_is_no_number(wrong):
    given = {"seeds": [1], "start": date(2022, 1, 1), "end": date(2022, 1, 2), "scale": 100}
    with pytest.raises(InputError, match=next(iter(wrong))):
        simulate(Parameters(), Policy(), **given | wrong)


def test_a_numpy_scale_and_array_of_seeds_are_taken():
    ran = simulate(Parameters(), Policy(), np.arange(3), date(2022, 1, 1), date(2022, 1, 2), np.int64(500))
    assert ran.seeds == (0, 1, 2) and ran.scale == 500.0
