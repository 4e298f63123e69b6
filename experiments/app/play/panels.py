"""Tables and charts of the play as HTML: what is counted in both worlds, the series beside the record, the effect."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from corridor.experiments.app.address import FIRST, PlaySettings
from corridor.experiments.app.html import paragraphs, table
from corridor.experiments.app.play.effects import FEWEST, SHOWN, RunningEffect
from corridor.experiments.app.play.ground import TITLES
from corridor.experiments.app.play.lines import Line, series, sharpening
from corridor.experiments.app.play.session import View, shown_day
from corridor.experiments.app.play.world import COUNTED, STOCKS
from corridor.model import INDICATORS
from corridor.results import observed
from corridor.results.report.headline import cells_of, row_name
from corridor.results.report.language import capitalised, language_of
from corridor.results.report.sentences import effect_sentence, name_of, reading_of, sentence

Floats = NDArray[np.float64]
ENGLISH = language_of("en")
SERIES = ("arrivals_people", "attempts_people", "prevented_people", "deaths_channel", "camp_stock")
WEEK = 7
NAMES = {"camp_stock": "People at the coast", "sheltered_stock": "People in reception places"}
ONE_FUTURE = (
    "One draw of the posterior with one seed: a possible course, not a forecast. What the two worlds differ by here is "
    "chance and effect together; only the effect from many draws, below, can be read as one."
)
NOTHING_YET = "Both worlds begin on 1 November 2022; let some days pass."


def title_of(settings: PlaySettings, world: int) -> str:
    """What a world is called: the reference, or what the visitor chose."""
    return TITLES["changed" if world else settings.reference]


def indicator_name(name: str) -> str:
    """An indicator as a label."""
    return NAMES.get(name) or capitalised(name_of(name, ENGLISH))


def counts(view: View) -> Markup:
    """What has happened in both worlds since the first day, and the record beside it."""
    reference, changed = view.frames
    last = shown_day(view)
    if reference is None or changed is None or last < FIRST:
        return paragraphs([NOTHING_YET])
    rows = []
    for name in (*COUNTED, *STOCKS):
        unit = INDICATORS[name].unit
        seen = record_until(last).sum() if name == "arrivals_people" else None
        values = [f"{frame.totals[name]:,.0f}" for frame in (reference, changed)]
        rows.append([f"{indicator_name(name)} ({unit})", *values, "" if seen is None else f"{seen:,.0f}"])
    header = ["Since 1 November 2022", title_of(view.settings, 0), title_of(view.settings, 1), "Record"]
    caption = f"Counts up to {ENGLISH.day(str(last))}; the last two rows are people on that day"
    return table(caption, header, rows, numeric={1, 2, 3})


@cache
def recorded() -> Floats:
    """Recorded arrivals of each day from the first on."""
    people = observed.daily().people
    return people.loc[str(FIRST) :].to_numpy(float)


def record_until(last: date) -> Floats:
    """Those up to a day."""
    return recorded()[: (last - FIRST).days + 1]


def week_sums(values: Floats) -> Floats:
    """Sums over the last seven days; fewer at the beginning are left out."""
    if len(values) < WEEK:
        return np.full(len(values), np.nan)
    total = np.concatenate([[0.0], np.cumsum(values)])
    return np.concatenate([np.full(WEEK - 1, np.nan), total[WEEK:] - total[:-WEEK]])


def chart_of_series(view: View, indicator: str) -> Markup:
    """An indicator in both worlds beside the record, in sums of seven days."""
    days = (view.settings.end - FIRST).days + 1
    stock = INDICATORS[indicator].kind == "stock"
    lines = []
    for k, colour in ((0, "c1"), (1, "c0")):
        frame = view.frames[k] if view.phase != "past" else None
        values = frame.daily[indicator] if frame else np.zeros(0)
        lines.append(Line(title_of(view.settings, k), values if stock else week_sums(values), colour))
    if indicator == "arrivals_people":
        lines.insert(0, Line("Record", week_sums(record_until(view.settings.end)), "c2"))
    labels = []
    for k in range(days):
        day = FIRST + timedelta(days=k)
        if day.day == 1 and (day.month - 1) % (3 if days > 250 else 1) == 0:
            labels.append((k, f"{day:%b %Y}" if day.month == 1 or k == 0 else f"{day:%b}"))
    what = f"{indicator_name(indicator)} ({INDICATORS[indicator].unit})"
    caption = f"{what}, {'at the end of each day' if stock else 'sums of seven days'}"
    alt = f"{caption}, from {FIRST:%B %Y} to {shown_day(view):%d %B %Y}; the counts above hold the totals"
    legend = Markup("").join(
        Markup('<li><span class="key stroke {}" aria-hidden="true"></span>{}</li>').format(line.colour, line.name)
        for line in lines
    )
    return Markup('<figure><figcaption>{}</figcaption><ul class="legend">{}</ul>{}</figure>').format(
        caption, legend, series(lines, labels, days, alt)
    )


def effect_panel(effect: RunningEffect | None, settings: PlaySettings, indicator: str) -> Markup:
    """The effect as far as it is known: a sentence, how it sharpens, and the table with deaths beside all others."""
    if effect is None:
        return Markup("")
    done = len(effect.draws)
    if effect.error:
        return Markup('<p class="problem" role="alert">The draws could not be made: {}</p>').format(effect.error)
    progress = Markup(
        '<p role="status">{} of {} draws.</p><progress value="{}" max="{}" aria-label="Draws"></progress>'
    )
    parts = [progress.format(done, effect.wanted, done, effect.wanted)]
    if done >= FEWEST:
        period = f"{ENGLISH.day(str(FIRST))} to {ENGLISH.day(str(settings.end))}"
        parts += [sentences(effect, settings, indicator, period), sharpening_figure(effect, indicator)]
        parts.append(effects_table(effect, settings, period))
    return Markup("").join(parts)


def sentences(effect: RunningEffect, settings: PlaySettings, indicator: str, period: str) -> Markup:
    """What may be said: of the indicator, and of deaths."""
    lead = f"From {period}, compared with “{title_of(settings, 0)}”, "
    first = sentence(lead + effect_sentence(effect.effect(indicator), ENGLISH))
    deaths = sentence(effect_sentence(effect.effect("deaths_channel"), ENGLISH))
    later = "" if indicator == "deaths_channel" else deaths
    return Markup('<p class="said">{} {}</p>').format(first, later)


def sharpening_figure(effect: RunningEffect, indicator: str) -> Markup:
    """The mean and its interval after each draw."""
    numbers, mean, low, high = effect.sharpening(indicator)
    factor = 100.0 if INDICATORS[indicator].unit == "share" else 1.0
    unit = "percentage points" if factor > 1 else INDICATORS[indicator].unit
    caption = f"{indicator_name(indicator)} ({unit}): mean effect and its 90 % interval as draws come in"
    picture = sharpening(numbers, mean * factor, low * factor, high * factor, effect.wanted, caption)
    return Markup("<figure><figcaption>{}</figcaption>{}</figure>").format(caption, picture)


def effects_table(effect: RunningEffect, settings: PlaySettings, period: str) -> Markup:
    """Every main indicator with the interval of the mean and that of one future."""
    rows = []
    for name in SHOWN:
        each = effect.effect(name)
        rows.append([row_name(each, ENGLISH), *cells_of(each, ENGLISH), reading_of(each, ENGLISH)])
    header = [ENGLISH.text(f"effects.{key}") for key in ("indicator", "effect", "interval", "future", "reading")]
    about = f"of the mean over these draws; those of one future are {ENGLISH.text('interval.draw')}"
    worlds = f"{title_of(settings, 1)} minus {title_of(settings, 0).lower()}"
    caption = f"{worlds}, {period}, {len(effect.draws)} draws; 90 % intervals {about}"
    return table(caption, header, rows, numeric={1, 2, 3})
