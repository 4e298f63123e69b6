"""The middle of a report: what was imposed, how sure the results are, and what the worlds cost."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from corridor.results.plots import words
from corridor.results.report.charts import Point, stacked
from corridor.results.report.contents import Contents
from corridor.results.report.document import Block, Bullets, Chart, Charts, Paragraph, Section, Subheading, TableBlock
from corridor.results.report.headline import MAIN, entry_levers
from corridor.results.report.language import Language, capitalised
from corridor.results.report.sentences import (
    interval_or_why,
    interval_text,
    name_of,
    sentence,
    shares_sentence,
    step_of,
)
from corridor.results.report.studies import about_indicator, depends_sentence, leading_rows, whole_rows
from corridor.results.store.yearly import WHOLE
from corridor.results.tables.intervals import FEW

SHARES = ("chance", "behaviour", "strength")
MOST_SHOWN = 12  # worlds
LEADING = 5  # parameters that are named
HOLDS = 0.9
COSTS = ("cost_per_attempt_averted", "cost_per_person_durably_deterred")


def imposed_section(contents: Contents, language: Language) -> Section:
    """What policy files set, with grades and sources, and which effects did not emerge."""
    return Section("imposed", language.text("imposed.title"), list(imposed_blocks(contents, language)))


def imposed_blocks(contents: Contents, language: Language) -> Iterator[Block]:
    """The measures of each world, and the indicators that they set themselves."""
    yield Paragraph(language.text("imposed.intro"))
    files = contents.configuration.get("policy_files")
    if files is None:
        yield Paragraph(language.text("imposed.unknown"))
    else:
        for world in contents.worlds[:MOST_SHOWN]:
            yield measures_of(contents, world, files, language)
    yield from said_of_effects(contents, language)


def measures_of(contents: Contents, world: str, files: Mapping[str, Any], language: Language) -> Block:
    """The measures of a world that the baseline does not have."""
    names = own_measures(contents, world)
    if not names:
        return Paragraph(f"{contents.title_of(world)}: {language.text('imposed.none')}")
    header = [language.text(f"imposed.{key}") for key in ("measure", "grade", "cost", "levers", "source")]
    sources = {source_of(files.get(name) or {}) for name in names}
    alike = len(sources) == 1 and len(names) > 1
    rows = []
    for name in names:
        about = files.get(name) or {}
        cost = about.get("cost_eur_million")
        paid = language.text("imposed.no_cost") if cost is None else language.number(float(cost), 0.1)
        levers = ", ".join(levers_of(name, files)).replace("_", " ")
        rows.append(
            [
                str(about.get("title", name)),
                str(about.get("grade") or language.text("imposed.no_grade")),
                paid,
                levers,
                source_of(about),
            ][: 4 if alike else 5]
        )
    caption = language.text("imposed.measures", world=contents.title_of(world))
    notes = [language.text("imposed.one_source", source=min(sources))] if alike and min(sources) else []
    return TableBlock(caption, header[: 4 if alike else 5], rows, frozenset({2}), notes=notes)


def levers_of(name: str, files: Mapping[str, Any]) -> list[str]:
    """The levers of a policy and of those that it includes, each once."""
    about = files.get(name) or {}
    included = [lever for other in about.get("includes") or [] if other != name for lever in levers_of(other, files)]
    return list(dict.fromkeys([*(about.get("levers") or {}), *included]))


def source_of(about: Mapping[str, Any]) -> str:
    """The reference of a policy file."""
    return str(about.get("reference") or "")


def own_measures(contents: Contents, world: str) -> list[str]:
    """Names of the measures of a world that the baseline does not have."""
    worlds = contents.configuration.get("worlds") or {}
    base = (worlds.get(contents.baseline) or {}).get("policies") or []
    return [name for name in (worlds.get(world) or {}).get("policies") or [] if name not in base]


def published_costs(contents: Contents, world: str) -> list[float | None]:
    """The cost of each measure of a world that the baseline does not have; None where it is not published."""
    files = contents.configuration.get("policy_files") or {}
    return [(files.get(name) or {}).get("cost_eur_million") for name in own_measures(contents, world)]


def said_of_effects(contents: Contents, language: Language) -> Iterator[Block]:
    """Which effects a policy file sets itself."""
    rows = contents.whole
    if "imposed" not in rows or rows.empty:
        return
    imposed = rows[rows.imposed.fillna("") != ""]
    by_entries = {world: levers for world in contents.worlds if (levers := entry_levers(contents, world))}
    texts = []
    if not imposed.empty:
        names = [name_of(str(name), language) for name in dict.fromkeys(imposed.indicator)]
        texts.append(language.text("imposed.indicators", names=language.listed(names)))
    for world, levers in list(by_entries.items())[:MOST_SHOWN]:
        texts.append(language.text("imposed.entries", levers=language.listed(levers), world=contents.title_of(world)))
    if not by_entries:
        texts.append(language.text("imposed.emerged"))
    yield Bullets(texts)


def sure_section(contents: Contents, language: Language) -> Section:
    """How sure the results are: seeds and draws, grades, chance and doubt, checks, and what no sample varies."""
    facts = [
        *runs_of(contents, language),
        *grades_of(contents, language),
        *sensitivity_of(contents, language),
        *validation_of(contents, language),
    ]
    blocks: list[Block] = [Bullets(facts), *shares_of(contents, language)]
    blocks.append(Paragraph(language.text("sure.unvaried"), strong=True))
    if notes := contents.manifest.get("notes"):
        blocks += [Subheading(language.text("sure.notes")), Bullets([str(note) for note in notes])]
    return Section("sure", language.text("sure.title"), blocks)


def cautions_of(contents: Contents, language: Language) -> Iterator[str]:
    """What the answer must not be quoted without: few seeds, and what a policy file imposes on entries."""
    if 0 < (seeds := seeds_of(contents)) < FEW:
        yield language.text("sure.few", seeds=seeds)
    if contents.worlds and (levers := entry_levers(contents, contents.worlds[0])):
        yield sentence(language.text("answer.imposed", levers=language.listed(levers)))


def seeds_of(contents: Contents) -> int:
    """The number of seeds of each world; zero where it is not known, or where worlds are not what is compared."""
    for table in (contents.whole, contents.summary):
        if not table.empty and "seeds" in table:
            return int(table.seeds.max())
    return 0


def runs_of(contents: Contents, language: Language) -> Iterator[str]:
    """Seeds, scale, and whether parameters are drawn."""
    settings, seeds = contents.configuration, seeds_of(contents)
    if {"scale", "start", "end"} <= set(settings) and seeds:
        about = {key: language.day(str(settings[key])) for key in ("start", "end")}
        key = "sure.runs" if contents.worlds else "sure.runs_alone"
        yield language.text(key, seeds=language.number(seeds), scale=f"{settings['scale']:g}", **about)
        draws = settings.get("draws")
        yield language.text("sure.draws", draws=draws) if draws else language.text("sure.no_draws")
    if 0 < seeds < FEW:
        yield language.text("sure.few", seeds=seeds)


def grades_of(contents: Contents, language: Language) -> Iterator[str]:
    """How many measures of the worlds have which grade."""
    files = contents.configuration.get("policy_files") or {}
    names = dict.fromkeys(name for world in contents.worlds for name in own_measures(contents, world))
    counts = Counter(str((files.get(name) or {}).get("grade") or "") for name in names)
    if counts:
        texts = [
            language.text("sure.grade_count" if grade else "sure.without_grade", count=counts[grade], grade=grade)
            for grade in sorted(counts, key=lambda grade: (not grade, grade))
        ]
        yield language.text("sure.grades", counts=language.listed(texts))


def shares_of(contents: Contents, language: Language) -> Iterator[Block]:
    """Chance and doubt of the first world's effects, in a sentence and a chart."""
    if "share_chance" not in contents.whole or not contents.worlds:
        return
    rows = contents.whole[(contents.whole.world == contents.worlds[0]) & contents.whole.share_chance.notna()]
    by_name = {str(row.indicator): row for _, row in rows.iterrows() if row.indicator in MAIN}
    names = [name for name in MAIN if name in by_name][:6]
    if not names:
        return
    first = by_name[names[0]]
    text = shares_sentence(first.share_chance, first.share_behaviour, first.share_strength, language)
    yield Paragraph(sentence(language.text("sure.shares", name=name_of(names[0], language), text=text)))
    labels = [language.text(f"sure.{key}") for key in SHARES]
    bars = []
    for name in names:
        values = [float(by_name[name][f"share_{key}"]) for key in SHARES]
        title = capitalised(name_of(name, language))
        points = [
            Point(label, value, math.nan, math.nan, f"{title}: {label} {language.percent(value)}")
            for label, value in zip(labels, values, strict=True)
            if not math.isnan(value)
        ]
        bars.append((title, points))
    alt = language.text("sure.shares_alt", count=len(names))
    legend = [(f"c{k}", label) for k, label in enumerate(labels) if any(len(points) > k for _, points in bars)]
    caption = language.text("sure.shares_title")
    yield Charts(caption, (), {(): [Chart(stacked(bars, alt), alt, caption, legend, marked=False)]})


def sensitivity_of(contents: Contents, language: Language) -> Iterator[str]:
    """The parameters on which the first indicators depend most, where the folder has a sensitivity analysis: as its
    own answer says it; without intervals those with the largest index, whatever chance may do to it."""
    table = contents.tables.get("indices", pd.DataFrame())
    if not {"indicator", "parameter", "index", "value"} <= set(table):
        yield language.text("sure.no_sensitivity")
        return
    rows = whole_rows(table if "method" in table else table.assign(method=""))
    for name, part in list(rows.groupby("indicator", sort=False))[:2]:
        first = leading_rows(part)
        if "low" in first:
            yield depends_sentence(first, str(name), language)
        else:
            yield language.text(
                "sure.sensitivity",
                name=about_indicator(str(name), language),
                method=", ".join(str(each) for each in (part.method.iloc[0], first["index"].iloc[0]) if each),
                parameters=language.listed([words.parameter(str(each)) for each in first.parameter.head(LEADING)]),
            )


def validation_of(contents: Contents, language: Language) -> Iterator[str]:
    """How the run compares with the record, and what its statements are worth, where the folder has such."""
    yield from record_of(contents, language)
    patterns, conclusions = (contents.tables.get(name, pd.DataFrame()) for name in ("patterns", "conclusions"))
    if "passes" in patterns:
        compared = patterns.passes.dropna()  # some values are only shown
        passed = compared.astype(str).str.lower().eq("true")
        yield language.text("sure.patterns", inside=int(passed.sum()), of=len(compared))
    else:
        yield language.text("sure.no_validation")
    if {"statement", "share"} <= set(conclusions):
        least = conclusions.groupby("statement").share.min()
        yield language.text("sure.conclusions", inside=int((least > HOLDS).sum()), of=len(least))


def record_of(contents: Contents, language: Language) -> Iterator[str]:
    """In how many years the recorded arrivals lie within the interval of the first world."""
    rows = contents.summary
    if "observed" not in rows or rows.empty:
        return
    world = contents.worlds[0] if contents.worlds else str(rows.world.iloc[0])
    rows = rows[(rows.world == world) & (rows.indicator == "arrivals_people") & (rows.period != WHOLE)]
    rows = rows[rows.observed.notna() & rows.low.notna()]
    if len(rows):
        inside = int(((rows.low <= rows.observed) & (rows.observed <= rows.high)).sum())
        yield language.text("sure.record", world=contents.title_of(world), inside=inside, of=len(rows))


def costs_section(contents: Contents, language: Language) -> Section:
    """What the worlds cost, and what one attempt less costs."""
    return Section("costs", language.text("costs.title"), list(cost_blocks(contents, language)))


def cost_blocks(contents: Contents, language: Language) -> Iterator[Block]:
    """The table of costs, and costs over effects."""
    table = contents.tables.get("costs", pd.DataFrame())
    if not {"world", "mean", "assumption"} <= set(table) or table.empty:
        of_measures = any(cost is not None for world in contents.worlds for cost in published_costs(contents, world))
        yield Paragraph(language.text("costs.of_measures" if of_measures else "costs.none"))
        return
    yield Paragraph(language.text("costs.intro"))
    header = [language.text(f"costs.{key}") for key in ("world", "cost")]
    header += [language.text("effects.interval"), language.text("costs.assumption")]
    rows = []
    for _, row in table.iterrows():
        interval = interval_text(row.low, row.high, 0.1, language, sign=False) if pd.notna(row.low) else ""
        rows.append(
            [contents.title_of(str(row.world)), language.number(row["mean"], 0.1), interval, str(row.assumption)]
        )
    yield TableBlock(language.text("costs.caption"), header, rows, frozenset({1, 2}))
    texts = list(unit_costs(contents, language))
    if texts:
        yield Bullets(texts)


def unit_costs(contents: Contents, language: Language) -> Iterator[str]:
    """Costs of each attempt averted and of each person durably deterred."""
    rows = contents.whole[contents.whole.indicator.isin(COSTS) & contents.whole["mean"].notna()]
    for _, row in rows[rows.world.isin(contents.worlds[:MOST_SHOWN])].iterrows():
        low, high = float(row.low), float(row.high)
        step = step_of(row["mean"], low, high if math.isfinite(high) else math.nan, whole=True)
        about = {
            "name": capitalised(name_of(str(row.indicator), language)),
            "world": contents.title_of(str(row.world)),
            "value": language.number(float(row["mean"]), step),
        }
        if math.isnan(low):
            yield language.text("costs.per_unit_alone", **about)
        else:
            seeds = 0 if pd.isna(row.get("seeds")) else int(row.seeds)
            interval = interval_or_why(low, high, seeds, step, language, sign=False)
            yield language.text("costs.per_unit", interval=interval, **about)
