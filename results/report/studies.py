"""What a report says of analyses that compare no worlds of a file: values of levers and of a parameter, shares of
measures, and sensitivity."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from corridor.model import LEVERS
from corridor.results.plots import words
from corridor.results.report import choices
from corridor.results.report.charts import forest
from corridor.results.report.contents import Contents, effect_of, most_seeds
from corridor.results.report.document import Block, Chart, Charts, Paragraph, Section, Study, TableBlock
from corridor.results.report.explore import point_of, titles
from corridor.results.report.headline import DEATHS, MAIN, REACH, interval_words, number_and_interval
from corridor.results.report.language import Language, capitalised
from corridor.results.report.sentences import Effect, interval_text, joined, name_of, sentence, step_of, verb
from corridor.results.store.result_files import set_columns
from corridor.results.store.yearly import WHOLE
from corridor.results.tables.intervals import clear_of_zero

SHOWN = (*REACH, *DEATHS)
LEADING = 3  # parameters or measures that a sentence names
LEADING_INDEX = {"morris": "mu_star", "delta": "delta", "pawn": "median"}  # else the total one, or the first order
Effects = Mapping[str, Effect]  # by indicator


@dataclass(frozen=True)
class Setting:
    """What was set in one row of the results: a label, the setting in words, and its effects."""

    label: str
    words: str
    effects: Effects


def study_of(contents: Contents, language: Language) -> Study | None:
    """The study that a folder holds; None where it is a comparison, or an analysis without words of its own."""
    for name, study in STUDIES.items():
        table = contents.tables.get(name, pd.DataFrame())
        of_values = name in ("dose", "response")
        if (
            table.empty
            or not NEEDED[name] <= set(table)
            or of_values > bool(set_columns(contents.manifest, f"{name}.csv"))
        ):
            continue
        return study(contents, language)
    return None


def days_of(contents: Contents, language: Language) -> dict[str, str]:
    """The first and last day of the run as words; empty where they are not recorded."""
    settings = contents.configuration
    return {key: language.day(str(settings[key])) for key in ("start", "end") if key in settings}


def setting_words(names: Sequence[str], values: Sequence[float], language: Language) -> str:
    """What is set, such as `“Officers on the French coast” at 2`."""
    return language.listed(
        [
            language.text("study.at", name=words.lever(name), value=value_text(value, language))
            for name, value in zip(names, values, strict=True)
        ]
    )


def value_text(value: float, language: Language) -> str:
    """A value that was set, as short as it is."""
    text = f"{value:.6g}"
    return language.number(value, 10.0 ** -len(text.partition(".")[2]) if "e" not in text else 1e-9)


def settings_of(contents: Contents, table: str, language: Language) -> list[Setting]:
    """The rows of a table of effects, one setting for each combination of what was set."""
    rows, names = contents.tables[table], set_columns(contents.manifest, f"{table}.csv")
    found, runs = [], most_seeds(rows)
    for key, part in rows.groupby(names, sort=True):
        values = [float(str(each)) for each in key]
        level = {name: contents.level(contents.baseline, name) for name in part.indicator}
        effects = {str(row.indicator): effect_of(row, level[row.indicator], runs) for _, row in part.iterrows()}
        label = "; ".join(value_text(value, language) for value in values)
        found.append(Setting(label, setting_words(names, values, language), effects))
    return found


def effects_in(setting: Setting, names: Sequence[str]) -> list[Effect]:
    """The effects of a setting on some indicators, as far as they are there."""
    return [setting.effects[name] for name in names if name in setting.effects]


def said_of(setting: Setting, key: str, language: Language, **about: str) -> str:
    """A sentence on arrivals, attempts and deaths in the Channel at a setting."""
    effects = joined(effects_in(setting, (*REACH, DEATHS[0])), language)
    return sentence(language.text(key, setting=setting.words, effects=effects, **about))


def dose_study(contents: Contents, language: Language) -> Study:
    """Effects of one lever or of two at several values."""
    rows, names = contents.tables["dose"], set_columns(contents.manifest, "dose.csv")
    neutral = rows[rows.world == rows.baseline].iloc[0]
    baseline = setting_words(names, [float(neutral[name]) for name in names], language)
    others = [each for each in settings_of(contents, "dose", language) if each.words != baseline]
    ends = list({each.label: each for each in (*others[:1], *others[-1:])}.values())
    levers = language.listed([language.text("study.lever", name=words.lever(name)) for name in names])
    factor = any(name in LEVERS and LEVERS[name].combine == "multiply" for name in names)
    key = "study.dose_question" if days_of(contents, language) else "study.dose_question_undated"
    about = language.text("study.dose_intro", neutral=baseline, interval=interval_words(whole_rows(rows), language))
    about += f" {language.text('study.factor')}" * factor
    caption = language.text("study.dose_caption", neutral=baseline)
    return Study(
        language.text(key, levers=levers, **days_of(contents, language)),
        [said_of(each, "study.dose_answer", language, neutral=baseline) for each in ends],
        Section("effects", language.text("study.dose_title"), blocks_of(others, levers, about, caption, language)),
    )


def whole_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the whole run; all where a table has no periods."""
    return rows[rows.period == WHOLE] if "period" in rows else rows


def blocks_of(settings: Sequence[Setting], of_rows: str, about: str, caption: str, language: Language) -> list[Block]:
    """An introduction, a table with a row for each setting, and a chart of each indicator."""
    names = [name for name in SHOWN if any(name in each.effects for each in settings)]
    header = [capitalised(of_rows), *(capitalised(name_of(name, language)) for name in names)]
    rows = [
        [
            each.label,
            *(number_and_interval(each.effects[name], language) if name in each.effects else "" for name in names),
        ]
        for each in settings
    ]
    table = TableBlock(caption, header, rows, frozenset(range(1, len(header))))
    charted = [name for name in MAIN if any(name in each.effects for each in settings)]
    variants: dict[tuple[int, ...], list[Chart]] = {
        (k,): [chart_of(settings, name, caption, language)] for k, name in enumerate(charted)
    }
    switches = [(language.text("explore.indicator"), titles(charted, language))]
    title = language.text("study.chart_title")
    return [Paragraph(about), table, Charts(title, switches, variants, [language.text("explore.faded")])]


def chart_of(settings: Sequence[Setting], name: str, caption: str, language: Language) -> Chart:
    """The effects on one indicator, a row for each setting."""
    points = [point_of(each.effects[name], each.label, language) for each in settings if name in each.effects]
    text = language.text("report.labelled", label=capitalised(name_of(name, language)), text=caption)
    return Chart(forest(points, language, text), text, text)


def response_study(contents: Contents, language: Language) -> Study:
    """The effect of a world at several values of a parameter, and where it changes its sign."""
    rows, names = contents.tables["response"], set_columns(contents.manifest, "response.csv")
    world, baseline = (contents.title_of(str(rows[column].iloc[0])) for column in ("world", "baseline"))
    settings = settings_of(contents, "response", language)
    ends = list({each.label: each for each in (settings[0], settings[-1])}.values())
    parameter = language.text("study.lever", name=words.parameter(names[0]))
    about = {"world": world, "baseline": baseline}
    intro = language.text("study.response_intro", interval=interval_words(rows, language), **about)
    caption = language.text("study.response_caption", parameter=parameter, **about)
    answer = [said_of(each, "study.response_answer", language, **about) for each in ends]
    return Study(
        language.text("study.response_question", parameter=parameter, **about),
        [*answer, *break_even_sentences(contents, language)],
        Section(
            "effects", language.text("study.response_title"), blocks_of(settings, parameter, intro, caption, language)
        ),
    )


def break_even_sentences(contents: Contents, language: Language) -> Iterator[str]:
    """Where the mean effect on arrivals and on deaths changes its sign, or whether its sign is known at all."""
    table, response = contents.tables.get("break_even", pd.DataFrame()), contents.tables["response"]
    if table.empty:
        return
    for _, row in table[table.indicator.isin([REACH[0], DEATHS[0]])].iterrows():
        name = name_of(str(row.indicator), language)
        if math.isnan(row.break_even):
            effects = response[response.indicator == row.indicator]
            sure = clear_of_zero(effects.low, effects.high, effects.seeds).any()
            yield sentence(language.text("study.keeps_sign" if sure else "study.sign_not_known", name=name))
            continue
        step = step_of(row.break_even, row.break_even_low, row.break_even_high, whole=False)
        interval = interval_text(row.break_even_low, row.break_even_high, step, language, sign=False)
        value = language.number(row.break_even, step)
        yield sentence(language.text("study.changes_sign", name=name, value=value, interval=interval))


def attribution_study(contents: Contents, language: Language) -> Study:
    """The share of each measure in the effect of a package."""
    rows = whole_rows(contents.tables["attribution"])
    world, baseline = (contents.title_of(str(rows[column].iloc[0])) for column in ("world", "baseline"))
    files = contents.configuration.get("policy_files") or {}
    settings = []
    for name, part in rows.groupby("measure", sort=False):
        title = str((files.get(name) or {}).get("title") or capitalised(str(name).replace("_", " ")))
        settings.append(Setting(title, title, {str(row.indicator): share_of(row) for _, row in part.iterrows()}))
    about = {"world": capitalised(world), "baseline": capitalised(baseline)}  # worlds of the file, not of the run
    caption = language.text("study.share_caption", **about)
    measure = language.text("imposed.measure")
    blocks = blocks_of(settings, measure, language.text("study.share_intro"), caption, language)
    names = [name for name in (*REACH, DEATHS[0]) if any(name in each.effects for each in settings)]
    return Study(
        language.text("study.share_question", **about),
        [share_sentence(settings, name, language) for name in names],
        Section("effects", language.text("study.share_title"), blocks),
    )


def share_of(row: pd.Series) -> Effect:
    """A share as an effect."""
    share, low, high = (float(row[name]) for name in ("share", "low", "high"))
    return Effect(str(row.indicator), str(row.unit), share, low, high, seeds=int(row.get("seeds", 0)))


def share_sentence(settings: Sequence[Setting], name: str, language: Language) -> str:
    """Which measures have a clear share in the effect on an indicator, the largest first."""
    shares = [(each.words, each.effects[name]) for each in settings if name in each.effects]
    clear = sorted((each for each in shares if each[1].clear), key=lambda each: -abs(each[1].mean))[:LEADING]
    if not clear:
        return sentence(language.text("study.no_share", name=name_of(name, language)))
    parts = [
        language.text("study.share", measure=title, amount=number_and_interval(share, language))
        for title, share in clear
    ]
    return sentence(language.text("study.shares", name=name_of(name, language), parts=language.listed(parts)))


def sensitivity_study(contents: Contents, language: Language) -> Study:
    """The parameters on which indicators depend most."""
    rows = whole_rows(contents.tables["indices"])
    world = contents.title_of(str(rows.world.iloc[0]))
    names = list(dict.fromkeys(rows.indicator))
    tables = {name: leading_rows(rows[rows.indicator == name]) for name in names}
    blocks: list[Block] = [Paragraph(language.text("study.sensitivity_intro"))]
    blocks += [index_table(table, name, language) for name, table in tables.items()]
    return Study(
        language.text("study.sensitivity_question", world=world),
        [depends_sentence(tables[name], name, language) for name in names[:LEADING]],
        Section("effects", language.text("study.sensitivity_title"), blocks),
    )


def leading_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The leading index of each parameter, the largest first."""
    known = set(rows["index"])
    index = LEADING_INDEX.get(str(rows.method.iloc[0]), "ST" if "ST" in known else "S1")
    index = index if index in known else str(rows["index"].iloc[0])
    return rows[rows["index"] == index].sort_values("value", ascending=False, kind="stable")


def about_indicator(name: str, language: Language) -> str:
    """An indicator, or the difference between two worlds in it."""
    plain = name.removesuffix("_difference")
    return name_of(name, language) if plain == name else language.text("study.effect_on", name=name_of(plain, language))


def depends_sentence(rows: pd.DataFrame, name: str, language: Language) -> str:
    """On which parameters an indicator clearly depends, in words."""
    floor = rows.floor.fillna(0.0) if "floor" in rows else 0.0
    clear = rows[rows.low > floor].head(LEADING)
    if clear.empty:
        return sentence(language.text("study.depends_on_none", name=about_indicator(name, language)))
    parameters = language.listed(
        [language.text("study.lever", name=words.parameter(str(each))) for each in clear.parameter]
    )
    depend = verb("depend", name, language) if about_indicator(name, language) == name_of(name, language) else ""
    depend = depend or language.text("verb.depend.singular")
    about = {"name": about_indicator(name, language), "depend": depend}
    return sentence(language.text("study.depends", parameters=parameters, **about))


def index_table(rows: pd.DataFrame, name: str, language: Language) -> TableBlock:
    """The parameters by their leading index, with intervals."""
    header = [language.text("study.parameter"), str(rows["index"].iloc[0]), language.text("effects.interval")]
    cells = []
    for _, row in rows.iterrows():
        step = step_of(row.value, row.low, row.high, whole=False)
        known = not math.isnan(row.low)
        interval = (
            interval_text(row.low, row.high, step, language, sign=False) if known else language.text("number.missing")
        )
        cells.append([words.parameter(str(row.parameter)), language.number(row.value, step), interval])
    method = str(rows.method.iloc[0]) if "method" in rows else ""
    caption = language.text("study.index_caption", name=about_indicator(name, language), method=method)
    return TableBlock(capitalised(caption), header, cells, frozenset({1, 2}))


STUDIES: dict[str, Callable[[Contents, Language], Study]] = {
    "dose": dose_study,
    "response": response_study,
    "attribution": attribution_study,
    "indices": sensitivity_study,
    "regret": choices.exploration_study,
    "front": choices.allocation_study,
}
NEEDED = {  # columns without which a table is that of another version, or of a user
    "dose": {"world", "baseline", "indicator", "unit", "mean", "low", "high"},
    "response": {"world", "baseline", "indicator", "unit", "mean", "low", "high"},
    "attribution": {"world", "baseline", "indicator", "unit", "measure", "share", "low", "high"},
    "indices": {"world", "indicator", "method", "parameter", "index", "value", "low", "high"},
    "regret": {"world", "indicator", "unit", "mean", "mean_low", "mean_high", "may_be_best", "points"},
    "front": {"package", "measures", "budget_eur_million", "clear", "stays"},
}
