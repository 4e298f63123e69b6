"""A stored result as it is chosen: what may be said, effects of worlds with deaths beside them, years, tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from corridor.experiments.app.address import WHOLE, ExploreSettings
from corridor.experiments.app.html import paragraphs, table
from corridor.results.report import evidence, headline
from corridor.results.report.appendix import table_block
from corridor.results.report.charts import forest
from corridor.results.report.contents import Contents
from corridor.results.report.document import Chart
from corridor.results.report.explore import forest_caption, point_of, year_charts
from corridor.results.report.headline import cells_of, found, number_keys, row_name, table_interval_words
from corridor.results.report.language import language_of
from corridor.results.report.sentences import effect_sentence, reading_of, sentence
from corridor.results.store.yearly import WHOLE as WHOLE_RUN

ENGLISH = language_of("en")
NAN = math.nan
DEATHS = ("deaths_channel", "deaths_mediterranean")
MOST_ROWS = 200
MOST_CHOICES = 20


@dataclass(frozen=True)
class Choices:
    """What of a result can be chosen, and what is chosen: names that it does not have are replaced by its first."""

    contents: Contents
    settings: ExploreSettings

    @property
    def worlds(self) -> list[str]:
        """The worlds that can be chosen."""
        return self.contents.worlds[:MOST_CHOICES]

    @property
    def indicators(self) -> list[str]:
        """The indicators that can be chosen."""
        first = self.worlds[:1]
        return [name for name in headline.MAIN if first and found(self.contents, first[0], [name])]

    @property
    def periods(self) -> list[str]:
        """The whole run, then the years."""
        years = [each for each in dict.fromkeys(self.contents.effects.period) if each != WHOLE_RUN]
        return [WHOLE, *years]

    @property
    def shown(self) -> list[str]:
        """The worlds that are shown: those chosen, or the first."""
        chosen = [name for name in self.settings.worlds if name in self.worlds]
        return chosen or self.worlds[:1]

    @property
    def indicator(self) -> str:
        """The indicator that is shown."""
        return self.settings.indicator if self.settings.indicator in self.indicators else (self.indicators or [""])[0]

    @property
    def period(self) -> str:
        """The period that is shown, as tables have it."""
        chosen = self.settings.period if self.settings.period in self.periods else WHOLE
        return WHOLE_RUN if chosen == WHOLE else chosen

    @property
    def table(self) -> str:
        """The table that is shown."""
        names = list(self.contents.tables)
        return self.settings.table if self.settings.table in names else ("effects" if "effects" in names else names[0])

    @property
    def left_out(self) -> Iterator[str]:
        """What was asked for and this result does not have, in words."""
        asked = self.settings
        pairs = [("world", name, self.worlds) for name in asked.worlds]
        pairs += [("period", asked.period, self.periods), ("indicator", asked.indicator, self.indicators)]
        pairs += [("table", asked.table, list(self.contents.tables))] if asked.table else []
        for key, name, known in pairs:
            if known and name not in known:
                yield f"{key}: this result has no {name!r}; shown instead is what it has"


def summary(choices: Choices) -> Markup:
    """The question, the answer and what it must not be quoted without."""
    contents = choices.contents
    title = contents.title or contents.folder.resolve().name
    cautions = [*evidence.cautions_of(contents, ENGLISH), ENGLISH.text("report.scenario")]
    return (
        Markup("<h2>{}</h2>").format(title)
        + paragraphs([headline.question_of(contents, ENGLISH)], "question")
        + paragraphs(headline.answer_of(contents, ENGLISH), "said")
        + paragraphs(cautions, "small")
    )


def comparison(choices: Choices) -> Markup:
    """The effects of the chosen worlds on the chosen indicator and, always, on deaths."""
    if not choices.worlds or not choices.indicator:
        return paragraphs(["This result holds no effects of worlds; its tables are below."])
    names = list(dict.fromkeys([choices.indicator, *DEATHS]))
    figures = Markup("").join(forest_of(choices, name) for name in names)
    said = [text for world in choices.shown for text in readings(choices, world)]
    return paragraphs(said, "said") + Markup('<div class="figures">{}</div>').format(figures) + effects_table(choices)


def readings(choices: Choices, world: str) -> Iterator[str]:
    """What may be said of a world: of the indicator, and of deaths in the Channel."""
    names = list(dict.fromkeys([choices.indicator, DEATHS[0]]))
    effects = [choices.contents.effect(world, name, choices.period) for name in names]
    texts = [effect_sentence(each, ENGLISH) for each in effects if each is not None]
    when = "over the whole run" if choices.period == WHOLE_RUN else f"in {choices.period}"
    if texts:
        lead = f"“{choices.contents.title_of(world)}”, {when}, compared with “{baseline_title(choices)}”: "
        yield sentence(lead + "; ".join(texts))


def baseline_title(choices: Choices) -> str:
    """The title of the world that all others are compared with."""
    return choices.contents.title_of(choices.contents.baseline)


def forest_of(choices: Choices, name: str) -> Markup:
    """The effects of the chosen worlds on one indicator."""
    pairs = [(world, choices.contents.effect(world, name, choices.period)) for world in choices.shown]
    points = [point_of(e, choices.contents.title_of(w), ENGLISH) for w, e in pairs if e and not math.isnan(e.mean)]
    if not points:
        return Markup("")
    when = "whole run" if choices.period == WHOLE_RUN else choices.period
    caption = forest_caption(choices.contents, name, when, ENGLISH)
    values = "; ".join(point.said for point in points)
    return figure(Chart(forest(points, ENGLISH, f"{caption}: {values}"), caption, caption))


def figure(chart: Chart) -> Markup:
    """A chart with its caption and legend."""
    kind = "key" if chart.marked else "key box"
    legend = Markup("").join(
        Markup('<li><span class="{} {}" aria-hidden="true"></span>{}</li>').format(kind, colour, name)
        for colour, name in chart.legend
    )
    listed = Markup('<ul class="legend">{}</ul>').format(legend) if legend else Markup("")
    return Markup("<figure><figcaption>{}</figcaption>{}{}</figure>").format(chart.caption, listed, chart.svg)


def effects_table(choices: Choices) -> Markup:
    """Each chosen world with its effect on the indicator and on deaths, in numbers and words."""
    contents, names = choices.contents, list(dict.fromkeys([choices.indicator, *DEATHS]))
    pairs = [(world, contents.effect(world, name, choices.period)) for world in choices.shown for name in names]
    effects = [(world, effect) for world, effect in pairs if effect is not None]
    keys = number_keys([effect for _, effect in effects])
    rows = [
        [
            contents.title_of(world),
            row_name(effect, ENGLISH),
            *cells_of(effect, ENGLISH)[: len(keys)],
            reading_of(effect, ENGLISH),
        ]
        for world, effect in effects
    ]
    header = ["World", "Indicator", *(ENGLISH.text(f"effects.{key}") for key in (*keys, "reading"))]
    interval = table_interval_words(contents.effects, ENGLISH)
    caption = f"Effects compared with “{baseline_title(choices)}”; 90\N{NO-BREAK SPACE}% intervals {interval}"
    return table(caption, header, rows, numeric=set(range(2, len(header) - 1)))


def by_year(choices: Choices) -> Markup:
    """The effect of each shown world by year, and its values beside the record; of two worlds at most."""
    if not choices.worlds or len(choices.periods) < 3:
        return Markup("")
    charts: Sequence[Chart] = [
        chart
        for world in choices.shown[:2]
        for chart in year_charts(choices.contents, world, choices.indicator, ENGLISH)
    ]
    return Markup('<div class="figures">{}</div>').format(Markup("").join(figure(chart) for chart in charts))


def filtered(choices: Choices) -> pd.DataFrame:
    """The chosen table, with the rows of the chosen worlds, indicator and period where it has such columns."""
    rows = choices.contents.tables[choices.table]
    wanted = {"world": {*choices.shown, choices.contents.baseline}, "period": {choices.period}}
    wanted["indicator"] = {choices.indicator, *DEATHS}
    for column, values in wanted.items():
        if column in rows and rows[column].isin(values).any():
            rows = rows[rows[column].isin(values)]
    return rows


def table_view(choices: Choices) -> Markup:
    """The chosen table as the report shows it: without empty columns, and those of one value named above it."""
    rows, name, contents = filtered(choices), choices.table, choices.contents
    block = table_block(name, rows.head(MOST_ROWS), contents.meanings.get(name, ""), ENGLISH)
    note = f"{min(len(rows), MOST_ROWS)} of {len(contents.tables[name])} rows, those of the choice above."
    return paragraphs([note, *block.notes], "small") + table(block.caption, block.header, block.rows, block.numeric)
