"""What a report says of choices: worlds that are judged at many sampled points, and packages within a budget."""

from __future__ import annotations

import math
import re

import pandas as pd

from corridor.results.report.contents import Contents
from corridor.results.report.document import Block, Paragraph, Section, Study, TableBlock
from corridor.results.report.headline import number_and_interval, row_name
from corridor.results.report.language import Language, capitalised
from corridor.results.report.sentences import Effect, effect_sentence, interval_text, name_of, sentence, step_of

BOUND = re.compile(r"(\w+) *(<=|>=) *([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?) *(%?)")
COST = "cost_eur_million"
OBJECTIVES = ("attempts_people", "arrivals_boat_or_lorry", "deaths_channel")


def exploration_study(contents: Contents, language: Language) -> Study:
    """At how many of the sampled points each world keeps each threshold, and which may be the best."""
    regret, kept = contents.tables["regret"], contents.tables.get("satisficing", pd.DataFrame())
    points = language.number(float(regret.points.max()))
    answer = [kept_sentence(rows, contents, language) for _, rows in by_threshold(kept)]
    judged = regret[regret.indicator != COST]
    answer += best_sentences(judged, contents, language)
    intro = language.text("choice.explore_intro", baseline=contents.title_of(contents.baseline))
    blocks: list[Block] = [Paragraph(intro)]
    blocks += [kept_table(kept, contents, language)] if len(kept) else []
    blocks.append(regret_table(judged, contents, language))
    question = language.text("choice.explore_question", points=points)
    return Study(question, answer, Section("effects", language.text("choice.explore_title"), blocks))


def by_threshold(kept: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The rows of each threshold, in the order of the table."""
    return [(str(name), rows) for name, rows in kept.groupby("threshold", sort=False)] if len(kept) else []


def threshold_words(threshold: str, language: Language) -> str:
    """A threshold such as `arrivals_people <= -10 %` in words; as it is where it has another form."""
    found = BOUND.fullmatch(threshold)
    if not found:
        return threshold
    name, side, number, percent = found.groups()
    value = float(number)
    text = language.number(value, step_of_number(number), sign=True)
    bound = language.text("number.percent", value=text) if percent else text
    return language.text(
        "choice.at_most" if side == "<=" else "choice.at_least", name=name_of(name, language), bound=bound
    )


def step_of_number(text: str) -> float:
    """The place of the last digit of a number as it was written."""
    return 10.0 ** -len(text.partition(".")[2]) if "e" not in text.lower() else 1e-9


def share_words(row: pd.Series, language: Language) -> str:
    """A share of points with its interval."""
    low, high = (language.percent(float(row[end])) for end in ("low", "high"))
    return f"{language.percent(float(row['share']))} ({language.text('number.interval', low=low, high=high)})"


def kept_sentence(rows: pd.DataFrame, contents: Contents, language: Language) -> str:
    """At which share of the points each world keeps a threshold."""
    parts = [
        language.text("choice.kept_by", world=contents.title_of(str(row["world"])), share=share_words(row, language))
        for _, row in rows.iterrows()
    ]
    threshold = threshold_words(str(rows.threshold.iloc[0]), language)
    return sentence(language.text("choice.kept", threshold=threshold, parts=language.listed(parts)))


def best_sentences(regret: pd.DataFrame, contents: Contents, language: Language) -> list[str]:
    """Which worlds may have the least regret in each indicator; those in which any may have it in one sentence."""
    found, open_ones = [], []
    for indicator, rows in regret.groupby("indicator", sort=False):
        name = name_of(str(indicator), language)
        best = rows[rows.may_be_best].world
        names = [language.text("choice.quoted", name=contents.title_of(str(each))) for each in best]
        if len(names) == len(rows):
            open_ones.append(name)
        else:
            key = "choice.best" if len(names) == 1 else "choice.may_be_best"
            found.append(sentence(language.text(key, name=name, worlds=language.listed(names))))
    if open_ones:
        found.append(sentence(language.text("choice.any_may_be_best", name=language.listed(open_ones))))
    return found


def kept_table(kept: pd.DataFrame, contents: Contents, language: Language) -> TableBlock:
    """The share of points at which each threshold is kept: a row for each world, a column for each threshold."""
    bounds = by_threshold(kept)
    header = [language.text("choice.world"), *(capitalised(threshold_words(name, language)) for name, _ in bounds)]
    shares = [{str(row["world"]): share_words(row, language) for _, row in rows.iterrows()} for _, rows in bounds]
    worlds = dict.fromkeys(kept.world.astype(str))
    cells = [[contents.title_of(world), *(each.get(world, "") for each in shares)] for world in worlds]
    return TableBlock(language.text("choice.kept_caption"), header, cells, frozenset(range(1, len(header))))


def regret_table(regret: pd.DataFrame, contents: Contents, language: Language) -> TableBlock:
    """The mean regret of each world with its interval: a column for each indicator."""
    names = list(dict.fromkeys(regret.indicator.astype(str)))
    effects = {(str(row["world"]), str(row["indicator"])): regret_of(row) for _, row in regret.iterrows()}
    header = [
        language.text("choice.world"),
        *(row_name(effects[regret.world.iloc[0], name], language) for name in names),
    ]
    cells = [
        [
            contents.title_of(world),
            *(
                number_and_interval(effects[world, name], language) if (world, name) in effects else ""
                for name in names
            ),
        ]
        for world in dict.fromkeys(regret.world.astype(str))
    ]
    return TableBlock(language.text("choice.regret_caption"), header, cells, frozenset(range(1, len(header))))


def regret_of(row: pd.Series) -> Effect:
    """Mean regret as an effect."""
    return Effect(
        str(row["indicator"]), str(row["unit"]), *(float(row[key]) for key in ("mean", "mean_low", "mean_high"))
    )


def allocation_study(contents: Contents, language: Language) -> Study:
    """Packages that no other beats within a budget, judged again on fresh seeds."""
    front = contents.tables["front"]
    every = len(contents.tables.get("packages", front))
    budget = language.number(float(front.budget_eur_million.iloc[0]))
    clear = front[front.clear]
    answer = [sentence(language.text("choice.on_front", of=language.number(every), number=language.number(len(front))))]
    answer += [package_sentence(row, contents, language) for _, row in clear.iterrows()]
    if clear.empty:
        answer.append(language.text("choice.none_clear"))
    blocks: list[Block] = [Paragraph(language.text("choice.front_intro")), front_table(front, contents, language)]
    question = language.text("choice.front_question", budget=budget)
    return Study(question, answer, Section("effects", language.text("choice.front_title"), blocks))


def package_words(measures: str, contents: Contents, language: Language) -> str:
    """The measures of a package by their titles."""
    files = contents.configuration.get("policy_files") or {}
    names = measures.split(" + ")
    if names == ["no measure"]:
        return language.text("choice.no_measure")
    return language.listed([str((files.get(name) or {}).get("title") or name.replace("_", " ")) for name in names])


def objectives_of(row: pd.Series) -> list[Effect]:
    """The effects of a package on fresh seeds, compared with no measure."""
    units = {"attempts_people": "person-attempts", "deaths_channel": "deaths"}
    return [
        Effect(name, units.get(name, "people"), *(float(row[key]) for key in (name, f"{name}_low", f"{name}_high")))
        for name in OBJECTIVES
        if name in row and not math.isnan(float(row[name]))
    ]


def package_sentence(row: pd.Series, contents: Contents, language: Language) -> str:
    """What a package that is clear of chance does."""
    effects = "; ".join(effect_sentence(each, language) for each in objectives_of(row))
    package = package_words(str(row["measures"]), contents, language)
    return sentence(language.text("choice.package", package=package, effects=effects))


def cost_words(row: pd.Series, language: Language) -> str:
    """The cost of a package in million euros, with the interval of how published sums are split."""
    mean, low, high = (float(row[f"{COST}{end}"]) for end in ("", "_low", "_high"))
    step = step_of(mean, low, high, whole=True)
    return f"{language.number(mean, step)} ({interval_text(low, high, step, language, sign=False)})"


def front_table(front: pd.DataFrame, contents: Contents, language: Language) -> TableBlock:
    """The packages on the front with their cost, their effects, and whether these are clear of chance."""
    named = [name_of(name, language) for name in OBJECTIVES if name in front]
    header = [language.text("choice.package_column"), language.text("choice.cost"), *map(capitalised, named)]
    header.append(language.text("choice.clear"))
    cells = [
        [
            capitalised(package_words(str(row["measures"]), contents, language)),
            cost_words(row, language),
            *(number_and_interval(each, language) for each in objectives_of(row)),
            language.text("choice.yes" if row["clear"] else "choice.no"),
        ]
        for _, row in front.iterrows()
    ]
    return TableBlock(language.text("choice.front_caption"), header, cells, frozenset(range(1, len(header) - 1)))
