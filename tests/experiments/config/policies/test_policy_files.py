"""Policy files of the user: what is wrong is refused with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridor.experiments.config.loading import load
from tests.support.refusals import PATROLS, names, refused, replace

BAD_POLICIES = [
    ("to: 1.4", "to: 9", ["line 6, levers.patrol_officers[1].to: 9 is out of range; allowed: 0 to 3 (factor)"]),
    ("to: 1.4", "to: .nan", ["line 6, levers.patrol_officers[1].to: nan is not allowed"]),
    ("to: 1.4", "to: true", ["line 6, levers.patrol_officers[1].to: true is not a number"]),
    (", to: 1.4", "", ["line 6, levers.patrol_officers[1].to: is missing"]),
    ("to: 1.4", "too: 1.4", ["line 6, levers.patrol_officers[1].too: is not a known key; did you mean 'to'?"]),
    ("2022-09-01", "2022-06-20", ["line 6, levers.patrol_officers[1].from: 2022-06-20 is not after 2022-07-01"]),
    ("2022-09-01", "2022-05-01", ["line 6, levers.patrol_officers[1].from: 2022-05-01 is not after"]),
    ("2022-09-01", "2022-09-31", ["line 6, levers.patrol_officers[1].from: '2022-09-31' is not a date that exists"]),
    ("2022-09-01", "1022-09-01", ["line 6, levers.patrol_officers[1].from: 1022-09-01 is out of range; allowed: from"]),
    ("over_days: 30", "over_days: -1", ["line 5, levers.patrol_officers[0].over_days: -1 is out of range"]),
    ("over_days: 30", "over_days: 1.5", ["line 5, levers.patrol_officers[0].over_days: 1.5 is not a whole"]),
    ("patrol_officers:", "patrol_oficers:", ["line 4, levers.patrol_oficers: is not a known lever; did you mean 'p"]),
    ("title: More officers\n", "", ["title: is missing"]),
    ("levers:", "cost_eur_million: -3\nlevers:", ["line 3, cost_eur_million: -3 is out of range; allowed: at least 0"]),
    ("2022-09-01", "9999-12-31", ["line 6, levers.patrol_officers[1].from: 9999-12-31 is out of range"]),
    ("to: 1.4", f"to: {'9' * 400}", ["line 6, levers.patrol_officers[1].to: 999", "is out of range"]),
    ("over_days: 30", f"over_days: {'9' * 400}", ["line 5, levers.patrol_officers[0].over_days: 999"]),
    ("2022-06-01", "0001-01-01", ["line 5, levers.patrol_officers[0].from: 0001-01-01 is out of range"]),
    ("levers:", "grade: D\nlevers:", ["line 3, grade: 'D'", "'A', 'B' or 'C'"]),
    ("levers:", "includes: [patrols]\nlevers:", ["line 3, includes: 'patrols' includes itself: patrols -> patrols"]),
    ("levers:", "includes: [gone]\nlevers:", ["line 3, includes[0]: 'gone' is not a known policy"]),
]


@pytest.mark.parametrize(("old", "new", "fragments"), BAD_POLICIES, ids=names(BAD_POLICIES))
def test_a_wrong_policy_is_refused_with_its_file_and_line(
    folder: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, fragments: list[str]
) -> None:
    replace(folder / "policies" / "patrols.yaml", old, new)
    said = refused(capsys, "check", "x.yaml")
    assert all(line.startswith(str(Path("policies", "patrols.yaml"))) for line in said)
    for fragment in fragments:
        assert fragment in "\n".join(said)


def test_a_policy_that_changes_nothing_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "policies" / "patrols.yaml").write_text("title: a\nreference: b\n", encoding="utf-8")
    assert "changes nothing; give levers or includes" in refused(capsys, "check", "x.yaml")[0]


def test_policies_that_include_each_other_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, other in (("patrols", "second"), ("second", "third"), ("third", "patrols")):
        text = f"title: {name}\nreference: none\nincludes: [{other}]\n"
        (folder / "policies" / f"{name}.yaml").write_text(text, encoding="utf-8")
    said = refused(capsys, "check", "x.yaml")
    circle = "patrols -> second -> third -> patrols"
    assert said == [f"policies/third.yaml, line 3, includes: 'patrols' includes itself: {circle}"]


def test_a_measure_that_is_included_twice_counts_once(folder: Path) -> None:
    for name in ("one", "two"):
        text = f"title: {name}\nreference: none\nincludes: [patrols]\n"
        (folder / "policies" / f"{name}.yaml").write_text(text, encoding="utf-8")
    replace(folder / "x.yaml", "[patrols]", "[one, two, patrols]")
    assert [measure.name for measure in load(Path("x.yaml")).policies["with_patrols"].measures] == ["patrols"]


def test_a_policy_beside_the_experiment_is_found_by_its_path(folder: Path) -> None:
    (folder / "mine.yaml").write_text(PATROLS, encoding="utf-8")
    replace(folder / "x.yaml", "[patrols]", "[mine.yaml]")
    assert [measure.name for measure in load(Path("x.yaml")).policies["with_patrols"].measures] == ["mine"]
