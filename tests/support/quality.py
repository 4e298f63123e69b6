"""Makes tests/QUALITY.md, the quality-assurance file, from declarations of the model and the tests. Run with -m."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd

from corridor.experiments.config.experiment_file import FIRST_DAY, LAST_DAY
from corridor.model import INDICATORS, LEVERS, PARAMETERS
from corridor.results.observed import daily
from tests.support.statistical_checks import checks

ROOT = Path(__file__).parents[2]
QUALITY = ROOT / "tests" / "QUALITY.md"
MATTER = 8  # parameters that are listed as those on which results depend most
YEARS_OF_USE = 1  # after the last observed day
TEXT = Path(__file__).parents[1] / "data" / "quality.txt"  # with names in braces for what is declared


def quality() -> str:
    """The document."""
    observed = daily().index.max().date()
    return TEXT.read_text(encoding="utf-8").format(
        first=FIRST_DAY,
        last=LAST_DAY,
        indicators=len(INDICATORS),
        grades=grades_of_parameters(),
        matter=parameters_that_matter(),
        levers=", ".join(f"{number} of grade {grade}" for grade, number in sorted(grades_of_levers().items())),
        check_count=sum(each.cases for each in checks()),
        observed=observed,
        sunset=observed.replace(year=observed.year + YEARS_OF_USE),
    )


def grades_of_levers() -> Counter[str]:
    """How many levers have each grade."""
    return Counter(lever.grade for lever in LEVERS.values())


def grades_of_parameters() -> str:
    """A table: parameters by group and grade."""
    groups = Counter((each.group, each.grade) for each in PARAMETERS.values())
    lines = ["| group of parameters | A | B | C |", "|---|---|---|---|"]
    for group in sorted({name for name, _ in groups}):
        lines.append(f"| {group} | " + " | ".join(str(groups[group, grade]) for grade in "ABC") + " |")
    every = Counter(each.grade for each in PARAMETERS.values())
    return "\n".join([*lines, "| all | " + " | ".join(str(every[grade]) for grade in "ABC") + " |"])


def parameters_that_matter() -> str:
    """A table: the parameters that come first in published sensitivity, with their grade, range and meaning."""
    ranking = pd.read_csv(ROOT / "results" / "published" / "sensitivity" / "ranking.csv")
    lines = ["| parameter | effect on results | clear on | grade | range | meaning |", "|---|---|---|---|---|---|"]
    for row in ranking.head(MATTER).itertuples():
        about = PARAMETERS[str(row.parameter)]
        span = f"{about.low:g} to {about.high:g} {about.unit}".strip()
        effect = f"{row.mean_share:.2f} | {row.clear} of 5"
        lines.append(f"| `{row.parameter}` | {effect} | {about.grade} | {span} | {about.meaning} |")
    return "\n".join(lines)


if __name__ == "__main__":
    QUALITY.write_text(quality(), encoding="utf-8")
