"""Numbers do not move unnoticed: a small run must give what it gave when it was frozen."""

from __future__ import annotations

from tests.support.refresh_baseline import moved, read_baseline, run_baseline

SHOWN = 20
WHAT_TO_DO = (
    "The numbers of the model have moved. Find out why. If that is what you meant to change, run `make baseline`, "
    "read which series moved, and say so in CHANGELOG.md in an entry tagged **[numbers]**."
)


def test_the_numbers_are_those_of_the_frozen_run():
    found = moved(read_baseline(), run_baseline())
    assert not found, "\n".join([WHAT_TO_DO, f"{len(found)} series moved, among them:", *found[:SHOWN]])


def test_a_moved_number_is_seen():
    frozen = read_baseline()
    counted = next(key for key, values in frozen.items() if key[2] == "arrivals_people")
    measured = next(key for key, values in frozen.items() if key[2] == "fare_boat")
    assert frozen[counted]["digest"] and not frozen[measured]["digest"]
    by_a_digest = {**frozen, counted: {**frozen[counted], "digest": "0"}}
    fare = float(frozen[measured]["2023"])
    by_a_last_bit = {**frozen, measured: {**frozen[measured], "2023": f"{fare * (1 + 1e-14):.17g}"}}
    by_more = {**frozen, measured: {**frozen[measured], "2023": f"{fare * (1 + 1e-8):.17g}"}}
    without = {key: values for key, values in frozen.items() if key != counted}
    runs = (frozen, by_a_digest, by_a_last_bit, by_more, without)
    assert [len(moved(frozen, now)) for now in runs] == [0, 1, 0, 1, 1]
