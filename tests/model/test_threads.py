"""The same bits with one thread, two or many of the libraries that numpy calls."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from corridor.model import Parameters, Policy, simulate
from corridor.model.records import Records


def lived(threads: int) -> tuple[Records, set[int]]:
    """The records of some weeks with so many threads, and how many each library then had."""
    with threadpool_limits(threads):
        records = simulate(Parameters(), Policy(), [1, 2], date(2022, 6, 1), date(2022, 7, 15), 100.0)
        return records, {each["num_threads"] for each in threadpool_info()}


@pytest.mark.slow
def test_the_number_of_threads_changes_no_bit() -> None:
    one, limits = lived(1)
    assert limits == {1}
    for threads in (2, 16):
        other, _ = lived(threads)
        assert all(np.array_equal(values, other.daily[name]) for name, values in one.daily.items())
        for name, part in one.yearly.items():
            assert np.array_equal(part.values, other.yearly[name].values), name
