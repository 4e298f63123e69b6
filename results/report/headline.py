"""The first part of a report: the question, the answer in three sentences, and the effects in plain words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import pandas as pd

from corridor.results.report.contents import Contents, effect_of
from corridor.results.report.document import Block, Paragraph, Section, Subheading, TableBlock
from corridor.results.report.language import Language, capitalised
from corridor.results.report.sentences import (
    COUNTED,
    Effect,
    displacement_sentence,
    effect_sentence,
    interval_or_why,
    joined,
    name_of,
    reading_of,
    sentence,
    step_of,
    unit_words,
)
from corridor.results.store.yearly import WHOLE
from corridor.results.tables.imposed import entry_levers_of
from corridor.results.tables.summary import INTERVALS

MAIN = (
    "arrivals_people",
    "attempts_people",
    "prevented_people",
    "unique_people_trying",
    "deaths_channel",
    "deaths_mediterranean",
    "arrivals_lorry",
    "attempts_per_success",
    "stop_rate_people",
    "people_per_boat",
    "camp_stock",
)
REACH, DEATHS, LORRIES = ("arrivals_people", "attempts_people"), ("deaths_channel", "deaths_mediterranean"), MAIN[6]
MOST_WORLDS, MOST_DETAILED = 40, 3  # in the table of all worlds, with a table of their own


def question_of(contents: Contents, language: Language) -> str:
    """The question that the folder answers, in a sentence."""
    settings, worlds = contents.configuration, contents.worlds
    dated = "start" in settings and "end" in settings
    days = {key: language.day(str(settings[key])) for key in ("start", "end")} if dated else {}
    about = {**days, "count": len(worlds)}
    if worlds:
        key = ("question.one" if len(worlds) == 1 else "question.several") + ("" if dated else "_undated")
        world, baseline = contents.title_of(worlds[0]), contents.title_of(contents.baseline)
        return language.text(key, world=world, baseline=baseline, **about)
    if not contents.summary.empty:
        return language.text("question.alone", world=contents.title_of(str(contents.summary.world.iloc[0])))
    return language.text("question.other")


def answer_of(contents: Contents, language: Language) -> list[str]:
    """The answer in three sentences: arrivals and attempts, deaths, displacement."""
    if not contents.worlds:
        return levels_of(contents, language)
    world = contents.worlds[0]
    reach, deaths = found(contents, world, REACH), found(contents, world, DEATHS)
    if not reach:
        return [sentence(language.text("answer.other"))]
    titles = {"world": contents.title_of(world), "baseline": contents.title_of(contents.baseline)}
    first = language.text("answer.lead", effects=joined(reach, language), **titles)
    return [sentence(first), sentence(joined(deaths, language)), sentence(moved(contents, world, language))]


def moved(contents: Contents, world: str, language: Language) -> str:
    """Where launches moved to, and whether lorries took over, without a full stop."""
    sectors = {place_name(place, language): each for place, each in contents.sectors(world).items()}
    text = displacement_sentence(sectors, language)
    lorries = found(contents, world, [LORRIES])
    if not lorries:
        return text
    return language.text("displacement.lorries", first=text, last=effect_sentence(lorries[0], language))


def place_name(place: str, language: Language) -> str:
    """The name of a coast sector."""
    return language.get(f"place.{place}", place.replace("_", " ").title())


def found(contents: Contents, world: str, indicators: Iterator[str] | tuple[str, ...] | list[str]) -> list[Effect]:
    """The effects of a world on those of some indicators that the table has."""
    effects = (contents.effect(world, name) for name in indicators)
    return [each for each in effects if each is not None]


def levels_of(contents: Contents, language: Language) -> list[str]:
    """For a world alone: its arrivals, attempts and deaths, beside the record."""
    rows = contents.summary[contents.summary.period == WHOLE]
    texts = []
    for name in ("arrivals_people", "attempts_people", "deaths_channel"):
        for _, row in rows[rows.indicator == name].head(1).iterrows():
            level = effect_of(row, math.nan)
            step = step_of(level.mean, level.low, level.high, whole=True)
            text = language.text(
                "answer.level_alone" if math.isnan(level.low) else "answer.level",
                world=contents.title_of(str(row.world)),
                value=language.number(level.mean, step),
                name=name_of(name, language),
                interval=interval_or_why(level.low, level.high, level.seeds, step, language, sign=False),
            )
            seen = row.get("observed", math.nan)
            text += language.text("answer.observed", observed=language.number(seen)) if pd.notna(seen) else ""
            texts.append(sentence(text))
    return texts or [sentence(language.text("answer.other"))]


def effects_section(contents: Contents, language: Language) -> Section:
    """The effects of each world over the whole run, deaths and displacement beside them."""
    return Section("effects", language.text("effects.title"), list(effect_blocks(contents, language)))


def effect_blocks(contents: Contents, language: Language) -> Iterator[Block]:
    """A table for each world, and where launches moved to."""
    if contents.whole.empty:
        yield Paragraph(language.text("effects.none"))
        return
    baseline = contents.title_of(contents.baseline)
    interval = table_interval_words(contents.whole, language)
    yield Paragraph(language.text("effects.intro", baseline=baseline, interval=interval))
    worlds = contents.worlds
    if len(worlds) > 1:
        yield Subheading(language.text("effects.all_worlds"))
        yield all_worlds_table(contents, language)
        if len(worlds) > MOST_WORLDS:
            yield Paragraph(language.text("effects.more_worlds", count=len(worlds) - MOST_WORLDS))
        if len(worlds) > MOST_DETAILED:
            yield Paragraph(language.text("effects.in_detail", count=MOST_DETAILED))
    for world in worlds[:MOST_DETAILED]:
        yield from world_blocks(contents, world, language)


def world_blocks(contents: Contents, world: str, language: Language) -> Iterator[Block]:
    """The effects of one world, displacement among them, and what it imposes."""
    title, baseline = contents.title_of(world), contents.title_of(contents.baseline)
    if len(contents.worlds) > 1:
        yield Subheading(title)
    yield effects_table(contents, world, language.text("effects.caption", world=title, baseline=baseline), language)
    text, label = sentence(moved(contents, world, language)), language.text("effects.displacement")
    yield Paragraph(language.text("report.labelled", label=label, text=text))
    if levers := entry_levers(contents, world):
        yield Paragraph(sentence(language.text("answer.imposed", levers=language.listed(levers))))


def all_worlds_table(contents: Contents, language: Language) -> TableBlock:
    """A row for each world, its effects on what people do and on deaths side by side."""
    names = [name for name in (*REACH, *DEATHS) if found(contents, contents.worlds[0], [name])]
    rows = []
    for world in contents.worlds[:MOST_WORLDS]:
        effects = {each.indicator: each for each in found(contents, world, names)}
        cells = [number_and_interval(effects[name], language) if name in effects else "" for name in names]
        rows.append([contents.title_of(world), *cells])
    header = [language.text("explore.world"), *(capitalised(name_of(name, language)) for name in names)]
    baseline = contents.title_of(contents.baseline)
    caption = language.text("effects.all_caption", baseline=baseline)
    return TableBlock(caption, header, rows, frozenset(range(1, len(header))))


def number_and_interval(effect: Effect, language: Language) -> str:
    """An effect and its interval in a cell."""
    mean, interval, _ = cells_of(effect, language)
    return mean if math.isnan(effect.low) else f"{mean} ({interval})"


def interval_words(effects: pd.DataFrame, language: Language) -> str:
    """What the intervals of a table of effects are."""
    if "expected_low" in effects and effects.expected_low.notna().any():
        return language.text("interval.expected")
    kind = str(effects.interval.iloc[0]) if "interval" in effects and len(effects) else "mean"
    return language.text(f"interval.{kind if kind in INTERVALS else 'mean'}")


def table_interval_words(effects: pd.DataFrame, language: Language) -> str:
    """What the intervals of a table are that has a column for one future where that is known."""
    interval = interval_words(effects, language)
    if interval != language.text("interval.expected"):
        return interval
    return language.text("interval.with_future", interval=interval, future=language.text("interval.draw"))


def value_interval_words(contents: Contents, language: Language) -> str:
    """What the intervals of values of a world are."""
    return language.text("interval.draw" if contents.from_posterior else "interval.seed")


def effects_table(contents: Contents, world: str, caption: str, language: Language) -> TableBlock:
    """Number, interval and reading of each main indicator."""
    effects = found(contents, world, MAIN)
    keys = number_keys(effects)
    rows = [
        [row_name(effect, language), *cells_of(effect, language)[: len(keys)], reading_of(effect, language)]
        for effect in effects
    ]
    header = [language.text(f"effects.{key}") for key in ("indicator", *keys, "reading")]
    return TableBlock(caption, header, rows, frozenset(range(1, len(keys) + 1)))


def number_keys(effects: Sequence[Effect]) -> list[str]:
    """The columns of numbers of a table of effects; that of one future where it is known beside the expected effect."""
    with_future = any(not math.isnan(each.future_low) for each in effects)
    return ["effect", "interval", *(["future"] if with_future else [])]


def row_name(effect: Effect, language: Language) -> str:
    """An indicator with the unit in which its numbers are written."""
    unit = unit_words(effect.scaled.unit, language).strip()
    name = capitalised(name_of(effect.indicator, language))
    return f"{name} ({unit})" if unit else name


def cells_of(effect: Effect, language: Language) -> tuple[str, str, str]:
    """Mean, interval and that of one future as texts, in the unit in which they are written."""
    shown = effect.scaled
    texts = []
    for low, high in ((shown.low, shown.high), (shown.future_low, shown.future_high)):
        step = step_of(shown.mean, low, high, whole=effect.unit in COUNTED)
        texts.append(interval_or_why(low, high, effect.seeds, step, language))
    return language.number(shown.mean, shown.step, sign=True), texts[0], texts[1]


def entry_levers(contents: Contents, world: str) -> list[str]:
    """The levers by which a policy file of a world sets entries; the column `note` names them."""
    return entry_levers_of(contents.effects).get(world, [])
