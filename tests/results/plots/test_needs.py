"""What a stored result must have for a figure: its tables with their columns, and the indicator that is asked for."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import corridor
from corridor.results.plots.catalogue import index
from corridor.results.plots.catalogue.columns import NEEDED
from corridor.results.plots.catalogue.registry import DAYS, FIGURES
from corridor.results.plots.effects.rows import interval_label
from corridor.results.store import case_file
from corridor.results.store.case_file import StoreError
from tests.results.plots import test_missing as made
from tests.results.plots.test_catalogue import doses
from tests.results.plots.test_overview import records
from tests.results.store.test_case_file import save

PUBLISHED = Path(corridor.results.__file__).parent / "published"
OF_A_STUDY = {"indicator": "arrivals_people", "world": "a", "baseline": "base", "unit": "people"}
SET = {"x": "lever: x", "y": "lever: y", "z": "parameter: z"}


def published(name: str) -> pd.DataFrame:
    return pd.read_csv(PUBLISHED / "validation" / f"{name}.csv", keep_default_na=False, na_values=[""])


def study(method: str, *indices: str, **along: list[object]) -> pd.DataFrame:
    return made.index_rows(indices, **along).assign(method=method, **OF_A_STUDY)


def tables() -> dict[str, pd.DataFrame]:
    """One table of each name that figures need."""
    levers, learned = made.doses("x", "y"), published("history_parameters")
    base = levers[levers.world == levers.world.iloc[0]].assign(baseline=levers.world.iloc[0])
    packages = made.package_rows().assign(package=list("abcdef"), budget_eur_million=2.0)
    draws = np.random.default_rng(1).random((12, 3))
    start = pd.DataFrame({"indicator": ["arrivals_people"], "world": "no_measure", "period": "whole run", "value": 9.0})
    return {
        "effects": made.effect_rows(),
        "attribution": made.shares().assign(indicator="arrivals_people"),
        "coalitions": start,
        "dose": pd.concat([base, levers[levers.world != base.world.iloc[0]]]),
        "response": made.doses("z"),
        "break_even": pd.DataFrame({"indicator": ["arrivals_people"], "break_even": [1.5]}),
        "regret": made.robust_rows(),
        "satisficing": made.kept_rows(),
        "packages": packages,
        "front": packages.head(3),
        "history_scores": published("history_scores"),
        "history_conditions": published("history_conditions"),
        "history_parameters": learned,
        "posterior": pd.DataFrame(draws, columns=learned.parameter[:3].tolist()),
        "fans": made.fans(),
        "forecast": made.fans().query("origin == '2022-05'"),
        "ranks": made.ranks(),
        "scores": made.scores(),
        "patterns": made.pattern_rows(),
        "rolling_scores": made.rolling_rows(),
        "rolling_units": made.ranks().assign(method="corridor", pit=0.5),
        "indices": study("sobol", "S1", "ST"),
        "indices_by_year": study("sobol", "ST", period=["2021", "2022"]),
        "convergence": study("sobol", "ST", points=[4, 8]).assign(samples=lambda rows: rows.points),
    }


def cut(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """A table with the columns that its figures need, of levers and objectives those that they show."""
    extra = {"dose": ["x", "y", "interaction", "interaction_low", "interaction_high"], "response": ["z"]}
    own = extra.get(name, [each for each in table if name == "posterior" or str(each).startswith("arrivals_people")])
    return table[[each for each in table if each in NEEDED.get(name, set()) or each in own]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables with the columns that figures need, and no others."""
    return doses(tmp_path_factory.mktemp("needed"), SET, **{name: cut(name, each) for name, each in tables().items()})


OF_TABLES = sorted(name for name, each in FIGURES.items() if DAYS not in each.needs and name != "morris")


@pytest.mark.parametrize("name", OF_TABLES)
def test_the_columns_that_a_figure_needs_are_enough(folder: Path, name: str) -> None:
    assert index.plot(name, folder).axes


@pytest.mark.parametrize(("name", "table"), [(name, table) for name in OF_TABLES for table in FIGURES[name].needs])
def test_a_figure_of_a_table_that_lacks_a_column_is_refused(tmp_path: Path, name: str, table: str) -> None:
    whole = {each: tables()[each] for each in FIGURES[name].needs}
    for column in sorted(NEEDED.get(table, set())):
        folder = doses(tmp_path, SET, **{**whole, table: whole[table].drop(columns=column)})
        with pytest.raises(StoreError, match=rf"figure {name} needs {column} in {table}\.csv"):
            index.plot(name, folder)
        assert name not in {each.name for each in index.possible(folder)}


def test_effects_of_a_user_are_no_reason_for_a_traceback(tmp_path: Path) -> None:
    rows = {"world": ["a"], "indicator": "arrivals_people", "period": "whole run", "mean": -5.0}
    pd.DataFrame(rows).to_csv(tmp_path / "effects.csv", index=False)
    with pytest.raises(StoreError, match=r"needs baseline, high, interval, low, seeds in effects\.csv"):
        index.write("forest", tmp_path)
    assert index.write_all(tmp_path) == []
    assert interval_label(pd.DataFrame({"interval": ["95 %, bootstrap"]})) == "95 %, bootstrap"


def test_a_dose_without_a_lever_or_a_baseline_is_no_dose(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "dose.csv").write_bytes((folder / "dose.csv").read_bytes())  # and no manifest
    for name in ("dose", "interaction"):
        with pytest.raises(StoreError, match=f"figure {name} needs what it shows"):
            index.plot(name, tmp_path)
    table = tables()["dose"].assign(baseline="none of them")
    assert "dose" not in {each.name for each in index.possible(doses(tmp_path, SET, dose=table))}


@pytest.mark.parametrize("name", ["waterfall", "interaction", "tornado", "sobol", "fan", "forecast", "pit"])
def test_an_indicator_that_a_table_does_not_have_is_refused_and_nothing_is_written(
    folder: Path, tmp_path: Path, name: str
) -> None:
    with pytest.raises(StoreError, match=r"indicator: 'nonsense' is not allowed; allowed are .*arrivals_people"):
        index.write(name, folder, out=tmp_path / "new", indicator="nonsense")
    assert not (tmp_path / "new").exists()


def test_an_indicator_that_daily_records_do_not_have_is_refused(tmp_path: Path) -> None:
    for number, world in enumerate(("with", "without")):
        save(tmp_path, world, records((1, 2), end=date(2022, 12, 31)), f"{number}{world}")
    dataset = case_file.open_cases(tmp_path)
    run = SimpleNamespace(folder=tmp_path, tables={}, has_days=True, plan={"worlds": {"a": "", "b": ""}})
    run.dataset = dataset
    with pytest.raises(StoreError, match=r"'leg_flows' is not allowed; allowed are .*arrivals_people"):
        index.checked(FIGURES["pairing"], run, "double", {"indicator": "leg_flows"})  # type: ignore[arg-type]
    checked = index.checked(FIGURES["pairing"], run, "double", {"indicator": "camp_stock"})  # type: ignore[arg-type]
    assert checked == {"indicator": "camp_stock"}


def test_the_year_has_no_indicator(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="figure year: has no option indicator; allowed: world"):
        index.write(index.YEAR, tmp_path, indicator="arrivals_people")
    with pytest.raises(StoreError, match="figure forest: has no option world; allowed: none"):
        corridor.plots.forest(tmp_path, world="a")
