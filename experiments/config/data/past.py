"""The past of a run: the days before its first day that are simulated and not recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Literal

from corridor.model.inputs.entries import Entries

SIMULATED = "simulated"
Past = Literal["simulated", "none"]
FIRST_PAST = date(2018, 1, 1)  # the first day of the shipped entries and history


def past_of(past: Past, start: date, entries: Iterable[Entries]) -> date | None:
    """The first day that is simulated, where that is before `start`.

    It is the first day of the shipped history, or of the months that the entries of all worlds cover without a gap up
    to `start`: all worlds have pasts of one length, since luck is keyed by the number of a day.
    """
    first = max((FIRST_PAST, *(covered_from(each, start) for each in entries)))
    return first if past == SIMULATED and first < start else None


def covered_from(entries: Entries, start: date) -> date:
    """The first of the months that entries cover without a gap up to that of `start`; `start` where that is missing."""
    covered = start
    month = start.replace(day=1)
    while f"{month:%Y-%m}" in entries.months:
        covered, month = month, (month - timedelta(days=1)).replace(day=1)
    return covered


def past_notes(past: Past, start: date, past_from: date | None, own_entries: bool) -> Iterator[str]:
    """What a user should know of the past of a run."""
    if past_from is None:
        if start > FIRST_PAST and past == SIMULATED:
            yield (
                f"past: the entries hold no month before that of {start}, on which the run begins with the small boat "
                "trade of a first day, so that levels, and effects with them, are not those of the time"
            )
        return
    last = start - timedelta(days=1)
    begins = ", the first day that the entries of all worlds cover," if own_entries and past_from > FIRST_PAST else ""
    yield f"past: the days from {past_from}{begins} to {last} are simulated, too, and not recorded"
