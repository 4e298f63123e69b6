"""Settings in the address of the page: what a link holds comes back, and what is wrong is refused in words."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.experiments.app.address import (
    FIRST,
    LAST,
    MEASURES,
    MONTHS,
    REFERENCES,
    ExploreSettings,
    PlaySettings,
    month_days,
    read_query,
)
from corridor.model import LEVERS
from corridor.model.engine.errors import InputError


def levers() -> st.SearchStrategy[dict[str, float]]:
    def within(name: str) -> st.SearchStrategy[tuple[str, float]]:
        lever = LEVERS[name]
        return st.tuples(st.just(name), st.floats(lever.low, lever.high).map(lambda value: float(f"{value:.6g}")))

    pairs = st.lists(st.sampled_from(sorted(LEVERS)).flatmap(within), max_size=5)
    return pairs.map(dict).filter(lambda found: all(LEVERS[name].allows(value) for name, value in found.items()))


@given(
    st.builds(
        PlaySettings,
        reference=st.sampled_from(REFERENCES),
        measures=st.lists(st.sampled_from(MEASURES), unique=True).map(tuple),
        levers=levers(),
        start=st.sampled_from(month_days()),
        months=st.integers(1, MONTHS),
        draw=st.integers(1, 64),
    )
)
def test_settings_of_the_play_come_back_from_their_link(settings: PlaySettings) -> None:
    assert read_query(settings.query) == settings


@given(
    st.builds(
        ExploreSettings,
        run=st.text("abc/ &=?<", min_size=1, max_size=8),
        worlds=st.lists(st.text("ab&=+ é", min_size=1, max_size=5), unique=True, max_size=4).map(tuple),
        indicator=st.sampled_from(["arrivals_people", "deaths_channel"]),
        period=st.sampled_from(["whole", "2023"]),
    )
)
def test_settings_of_results_come_back_from_their_link(settings: ExploreSettings) -> None:
    assert read_query(settings.query) == settings


def test_months_end_on_their_last_days() -> None:
    assert PlaySettings(months=1).end == date(2022, 11, 30)
    assert PlaySettings(months=4).end == date(2023, 2, 28)
    assert PlaySettings(months=MONTHS).end == LAST
    assert month_days()[0] == FIRST
    assert len(set(month_days())) == MONTHS


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("view=play&months=900", "months: 900 is not allowed; 1 to 26"),
        ("view=play&months=two", "months: 'two' is not allowed; a number"),
        ("view=play&draw=1&draw=2", "draw: is given 2 times"),
        ("view=play&patrol_officers=1e9", "patrol_officers: 1000000000.0 is out of range"),
        ("view=play&patrol_officers=nan", "patrol_officers: nan is out of range"),
        ("view=play&no_such=1", "no_such: is not a lever"),
        ("view=play&measures=patrols,rm", "measures: 'rm' is not a measure"),
        ("view=play&start=2019-01", "start: 2019-01-01 is not allowed"),
        ("view=play&start=yesterday", "a month such as 2022-12"),
        ("view=play&reference=../x", "reference: '../x' is not allowed"),
        ("view=explore&indicator=x", "indicator: 'x' is not known"),
        ("view=explore&period=23", "period: '23' is not allowed"),
        ("view=explore&file=/etc/passwd", "file: is not allowed"),
        ("view=explore&run=%00", "characters that cannot be shown"),
        ("view=admin", "view: 'admin' is not allowed; explore or play"),
        ("nonsense", "cannot be read"),
        ("view=play&x=%ff", "cannot be read"),
        ("a" * 3000, "at most 2000"),
    ],
)
def test_what_is_wrong_is_refused_in_words(query: str, words: str) -> None:
    with pytest.raises(InputError) as refused:
        read_query(query)
    assert words in "\n".join(refused.value.problems)


@given(st.text(max_size=60) | st.text("view=play&explore%", max_size=40))
def test_any_text_is_read_or_refused(query: str) -> None:
    found = None
    with contextlib.suppress(InputError):  # and nothing else
        found = read_query(query)
    assert found is None or read_query(found.query) == found
