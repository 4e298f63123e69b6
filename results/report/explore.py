"""Charts to choose from: effects by year, values beside the record, and the worlds beside each other."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from corridor.results.report.charts import Point, Series, forest, years
from corridor.results.report.contents import Contents, effect_of
from corridor.results.report.document import Block, Chart, Charts, Paragraph, Section
from corridor.results.report.headline import MAIN, found, interval_words, value_interval_words
from corridor.results.report.language import Language, capitalised
from corridor.results.report.sentences import Effect, interval_or_why, name_of, step_of, unit_words
from corridor.results.store.yearly import WHOLE

MOST_WORLDS = 20
NAN = float("nan")


def explore_section(contents: Contents, language: Language) -> Section | None:
    """The charts; None where there is nothing to plot."""
    blocks = list(explore_blocks(contents, language))
    if not blocks:
        return None
    notes = [Paragraph(language.text("explore.intro"), for_page=True)]
    if len(contents.worlds) > MOST_WORLDS:
        notes.append(Paragraph(language.text("explore.left_out", count=MOST_WORLDS)))
    return Section("explore", language.text("explore.title"), [*notes, *blocks])


def explore_blocks(contents: Contents, language: Language) -> Iterator[Block]:
    """By year, and the worlds beside each other where there are several."""
    worlds = contents.worlds[:MOST_WORLDS]
    names = [name for name in MAIN if worlds and found(contents, worlds[0], [name])]
    periods = list(dict.fromkeys(contents.effects.period))
    if names and len([each for each in periods if each != WHOLE]) > 1:
        yield by_year(contents, worlds, names, language)
    if names and len(worlds) > 1:
        yield side_by_side(contents, worlds, names, periods, language)


def by_year(contents: Contents, worlds: list[str], names: list[str], language: Language) -> Charts:
    """For each indicator and world the effect by year and, where they are known, the values beside the record."""
    variants: dict[tuple[int, ...], list[Chart]] = {
        (i, w): year_charts(contents, world, name, language)
        for i, name in enumerate(names)
        for w, world in enumerate(worlds)
    }
    switches = [(language.text("explore.indicator"), titles(names, language))]
    switches.append((language.text("explore.world"), [contents.title_of(world) for world in worlds]))
    return Charts(language.text("explore.by_year"), switches, variants, [language.text("explore.faded")])


def titles(names: list[str], language: Language) -> list[str]:
    """Indicators as choices of a switch."""
    return [capitalised(name_of(name, language)) for name in names]


def year_charts(contents: Contents, world: str, name: str, language: Language) -> list[Chart]:
    """The effect of a world by year, and its values."""
    title, words = contents.title_of(world), name_of(name, language)
    rows = contents.effects
    rows = rows[(rows.world == world) & (rows.indicator == name) & (rows.period != WHOLE)]
    points = [point_of(effect_of(row, NAN), str(row.period), language) for _, row in rows.iterrows()]
    interval = interval_words(contents.effects, language)
    caption = language.text("explore.by_year_of", name=words, world=title, interval=interval)
    alt = language.text("explore.alt", caption=caption, table="effects")
    effect = Chart(years([Series(title, points, "c0")], language, alt, sign=True), alt, caption)
    values = level_series(contents, world, name, language)
    if not values:
        return [effect]
    baseline = contents.title_of(contents.baseline)
    interval = value_interval_words(contents, language)
    caption = language.text("explore.levels_of", name=words, world=title, baseline=baseline, interval=interval)
    alt = language.text("explore.alt", caption=caption, table="summary")
    legend = [(each.colour, each.name) for each in values]
    return [effect, Chart(years(values, language, alt, sign=False), alt, caption, legend)]


def level_series(contents: Contents, world: str, name: str, language: Language) -> list[Series]:
    """Values by year of a world, of its baseline and of the record; empty where there are none."""
    rows = contents.summary
    rows = rows[(rows.indicator == name) & (rows.period != WHOLE)]
    series = []
    for colour, each in (("c0", world), ("c1", contents.baseline)):
        part = rows[rows.world == each]
        points = [point_of(effect_of(row, NAN), str(row.period), language, sign=False) for _, row in part.iterrows()]
        series += [Series(contents.title_of(each), points, colour)] if points else []
    seen = rows[rows.world == world]
    seen = seen[seen.observed.notna()] if "observed" in seen else seen.iloc[:0]
    unit = "" if seen.empty else str(seen.unit.iloc[0])
    record = [
        point_of(Effect(name, unit, float(row.observed), NAN, NAN), str(row.period), language, sign=False)
        for _, row in seen.iterrows()
    ]
    return [*series, Series(language.text("explore.record"), record, "c2")] if record else series


def side_by_side(
    contents: Contents, worlds: list[str], names: list[str], periods: list[str], language: Language
) -> Charts:
    """For each indicator and period the effects of all worlds; the whole run comes first."""
    order = sorted(periods, key=lambda period: period != WHOLE)
    shown = [language.text("period.whole") if period == WHOLE else period for period in order]
    table = contents.effects[contents.effects.world.isin(worlds)]
    variants: dict[tuple[int, ...], list[Chart]] = {}
    for i, name in enumerate(names):
        of_name = table[table.indicator == name]
        for p, period in enumerate(order):
            rows = of_name[of_name.period == period]
            points = [
                point_of(effect_of(row, NAN), contents.title_of(str(row.world)), language)
                for _, row in rows.iterrows()
                if pd.notna(row["mean"])
            ]
            caption = forest_caption(contents, name, shown[p], language)
            alt = language.text("explore.alt", caption=caption, table="effects")
            variants[i, p] = [Chart(forest(points, language, alt), alt, caption)]
    switches = [(language.text("explore.indicator"), titles(names, language)), (language.text("explore.period"), shown)]
    return Charts(language.text("explore.of_worlds"), switches, variants, [language.text("explore.faded")])


def forest_caption(contents: Contents, name: str, period: str, language: Language) -> str:
    """What the chart of the worlds beside each other shows."""
    interval = interval_words(contents.effects, language)
    return language.text("explore.of_worlds_of", name=name_of(name, language), period=period, interval=interval)


def point_of(effect: Effect, label: str, language: Language, sign: bool = True) -> Point:
    """A point of a chart with what is said of it; shares in percentage points."""
    shown = effect.scaled
    step = step_of(shown.mean, shown.low, shown.high, whole=shown.unit not in ("points", "") and shown.step >= 1.0)
    unit = unit_words("percent" if shown.unit == "points" and not sign else shown.unit, language)
    words = {"label": label, "mean": language.number(shown.mean, step, sign), "unit": unit}
    if math.isnan(shown.low):
        said = language.text("explore.single", **words)
    else:
        interval = interval_or_why(shown.low, shown.high, shown.seeds, step, language, sign)
        said = language.text("explore.point", interval=interval, **words)
    return Point(label, shown.mean, shown.low, shown.high, said, effect.clear)
