"""Figures with missing or infinite numbers: what there is is plotted, and the figure says what is missing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from corridor.model import load_geography
from corridor.results.plots.choice import box, packages, regret
from corridor.results.plots.effects import dose, forest, waterfall
from corridor.results.plots.files import write_styled
from corridor.results.plots.fit import calibration, patterns, rolling, validation
from corridor.results.plots.maps import displacement
from corridor.results.plots.sensitivity import lines, morris, sobol, tornado
from corridor.results.plots.sensitivity.about import About
from corridor.results.plots.style import EFFECTS
from corridor.results.tables.outcomes import SECTOR

Draw = Callable[[pd.DataFrame], Figure]
GEOGRAPHY = load_geography()
TITLES = {"a": "World a", "b": "World b", "base": "Baseline"}
INDICATORS = [name for name, _ in EFFECTS]
SECTORS = [SECTOR + GEOGRAPHY.places[row] for row in GEOGRAPHY.rows("sector")]
MONTHS = [f"2022-{month:02d}" for month in range(1, 13)]
ABOUT = {
    method: About("arrivals_people", "people", "World a", method, leading, 16, 2)
    for method, leading in (("morris", "mu_star"), ("sobol", "ST"))
}


def numbered(rows: list[dict[str, object]], *columns: str) -> pd.DataFrame:
    """A table of these rows with a different number in each cell of these columns."""
    frame = pd.DataFrame(rows)
    values = 1.0 + np.random.default_rng(1).random((len(frame), len(columns)))
    return frame.assign(**dict(zip(columns, values.T, strict=True)))


def interval(frame: pd.DataFrame, value: str = "mean") -> pd.DataFrame:
    return frame.assign(low=frame[value] - 0.5, high=frame[value] + 0.5)


def effect_rows(**more: object) -> pd.DataFrame:
    rows: list[dict[str, object]] = [
        {"world": world, "baseline": "base", "indicator": name, "period": "whole run", "seeds": 4, "interval": "mean"}
        for world, name in product("ab", [*INDICATORS, *SECTORS])
    ]
    return interval(numbered(rows, "mean")).assign(**more)


def doses(*levers: str) -> pd.DataFrame:
    rows = effect_rows()
    points = list(product(*([1.0, 2.0, 3.0] for _ in levers)))
    one = rows[rows.world == "a"].drop(columns="world")
    frames = [one.assign(**dict(zip(levers, point, strict=True)), world=str(point)) for point in points]
    table = pd.concat(frames, ignore_index=True)
    table = interval(table.assign(mean=np.arange(len(table), dtype=float)))
    return table.assign(
        interaction=table["mean"] - 4.0, interaction_low=table.low - 4.0, interaction_high=table.high - 4.0
    )


def index_rows(indices: tuple[str, ...], pairs: bool = False, **along: list[object]) -> pd.DataFrame:
    names = ["p_retry", "boat_cost", "money_median"]
    also = [("p_retry*boat_cost", "S2"), ("boat_cost*money_median", "S2")] if pairs else []
    keys = [*product(names, indices), *also]
    ((column, values),) = along.items() if along else (("period", ["whole run"]),)
    rows: list[dict[str, object]] = [
        {"parameter": name, "index": key, column: each, "floor": np.nan} for each in values for name, key in keys
    ]
    return interval(numbered(rows, "value"), "value")


def tables_of(indices: pd.DataFrame, name: str) -> dict[str, pd.DataFrame]:
    whole = indices[indices[indices.columns[2]] == indices[indices.columns[2]].max()]
    return {"indices": whole, "indices_by_year": indices, "convergence": indices} | {name: indices}


def robust_rows() -> pd.DataFrame:
    rows: list[dict[str, object]] = [
        {"world": world, "indicator": name, "direction": "min", "points": 8, "seeds": 2}
        for world, name in product("ab", INDICATORS)
    ]
    frame = numbered(rows, "mean", "p90", "maximum")
    return frame.assign(mean_low=frame["mean"] - 0.5, mean_high=frame["mean"] + 0.5)


def kept_rows() -> pd.DataFrame:
    rows: list[dict[str, object]] = [
        {"world": world, "threshold": text, "unit": "people", "points": 8, "seeds": 2}
        for world, text in product("ab", ["arrivals_people <= -10 %", "deaths_channel <= 0"])
    ]
    frame = numbered(rows, "share", "surely")
    return frame.assign(share=frame.share / 2, surely=frame.surely / 3, low=0.4, high=0.9)


def package_rows() -> pd.DataFrame:
    names = ["arrivals_people", "cost_eur_million"]
    frame = numbered([{"seeds": 2, "points": 4, "on_front": k < 3} for k in range(6)], *names, "front_share")
    for name in names:
        frame = frame.assign(**{f"{name}_low": frame[name] - 0.3, f"{name}_high": frame[name] + 0.3})
    return frame.assign(front_share=frame.front_share - 1.0)


def peeling_rows() -> pd.DataFrame:
    frame = numbered([{"step": k, "parameters": k, "chosen": k == 2} for k in range(4)], "coverage", "density")
    return frame.assign(coverage=frame.coverage / 2, density=frame.density / 2)


LIMITS = pd.DataFrame(
    {
        "parameter": ["p_retry"],
        "low": [0.2],
        "high": [np.nan],
        "sampled_low": [0.0],
        "sampled_high": [1.0],
        "quasi_p_low": [0.01],
        "quasi_p_high": [np.nan],
        "points": [8],
        "share_failing": [0.2],
        "coverage": [0.5],
        "density": [0.6],
        "mass": [0.1],
        "coverage_held_out": [np.nan],
        "density_held_out": [np.nan],
    }
)


def shares() -> pd.DataFrame:
    return interval(numbered([{"measure": name} for name in "ab"], "share"), "share")


def fans() -> pd.DataFrame:
    rows: list[dict[str, object]] = [
        {"origin": origin, "month": month, "indicator": "arrivals_people"}
        for origin, month in product(["2022-05", "2022-08"], MONTHS)
    ]
    frame = numbered(rows, "q50")
    return frame.assign(**{name: frame.q50 * by for name, by in (("q05", 0.5), ("q25", 0.8), ("q75", 1.2), ("q95", 2))})


def scores() -> pd.DataFrame:
    rows: list[dict[str, object]] = [
        {"target": "arrivals_people", "origin": origin, "method": method, "values": 12}
        for origin, method in product(["2022-10", "2023-12"], validation.METHODS)
    ]
    return numbered(rows, "wape", "cover90")


def rolling_rows() -> pd.DataFrame:
    cells = product(("arrivals_people", "arrivals_boats"), ("corridor", "sarima"), ("1", "12", "all"))
    rows: list[dict[str, object]] = [
        {"target": target, "method": method, "horizon": horizon} for target, method, horizon in cells
    ]
    return numbered(rows, "relative_wis")


def pattern_rows() -> pd.DataFrame:
    rows: list[dict[str, object]] = [
        {
            "pattern": f"V{k}",
            "quantity": "x",
            "period": "2022",
            "passes": k != 2,
            "held_out": False,
            "change": False,
            "input": "",
        }
        for k in (1, 2, 9)
    ]
    return numbered(rows, "observed", "median", "low", "high", "observed_low", "observed_high")


def ranks() -> pd.DataFrame:
    rows: list[dict[str, object]] = [{"origin": "2022-10", "target": "arrivals_people"} for _ in range(12)]
    frame = numbered(rows, "rank")
    return frame.assign(rank=frame["rank"] - 1.0)


def draws() -> pd.DataFrame:
    return numbered([{"draw": k} for k in range(12)], "p_retry", "boat_cost").drop(columns="draw")


OBSERVED = pd.Series(np.arange(12.0), index=MONTHS)
# name -> what plots it, a table, and its columns of plotted values
FIGURES: dict[str, tuple[Draw, pd.DataFrame, list[str]]] = {
    "forest": (lambda t: forest.draw_forest(t, TITLES), effect_rows(), ["mean", "low", "high"]),
    "displacement": (
        lambda t: displacement.draw_displacement(t, TITLES, GEOGRAPHY),
        effect_rows().query("indicator in @SECTORS"),
        ["mean", "low", "high"],
    ),
    "waterfall": (
        lambda t: waterfall.draw_waterfall(t, TITLES, "arrivals_people", 100.0),
        shares(),
        ["share", "low", "high"],
    ),
    "dose": (lambda t: dose.draw_dose(t, "x"), doses("x"), ["mean", "low", "high"]),
    "interaction": (
        lambda t: dose.draw_interaction(t, ("x", "y"), "arrivals_people"),
        doses("x", "y"),
        ["mean", "low", "high"],
    ),
    "tornado": (
        lambda t: tornado.draw_tornado({"indices": t}, ABOUT["morris"]),
        index_rows(("mu_star",)),
        ["value", "low", "high"],
    ),
    "morris": (
        lambda t: morris.draw_morris({"indices": t}, ABOUT["morris"]),
        index_rows(("mu_star", "mu", "sigma")),
        ["value", "low", "high"],
    ),
    "sobol": (
        lambda t: sobol.draw_sobol({"indices": t}, ABOUT["sobol"]),
        index_rows(("S1", "ST"), pairs=True),
        ["value", "low", "high"],
    ),
    "years": (
        lambda t: lines.draw_years(tables_of(t, "indices_by_year"), ABOUT["sobol"]),
        index_rows(("ST",), period=["2021", "2022", "2023"]),
        ["value", "low", "high"],
    ),
    "convergence": (
        lambda t: lines.draw_convergence(tables_of(t, "convergence"), ABOUT["sobol"]),
        index_rows(("ST",), points=[4, 8, 16]),
        ["value", "low", "high"],
    ),
    "regret": (
        lambda t: regret.draw_regret(t, TITLES),
        robust_rows(),
        ["mean", "p90", "maximum", "mean_low", "mean_high"],
    ),
    "satisficing": (lambda t: regret.draw_satisficing(t, TITLES), kept_rows(), ["share", "surely", "low", "high"]),
    "box": (lambda t: box.draw_box(t, LIMITS, "Where it fails"), peeling_rows(), ["coverage", "density"]),
    "front": (
        lambda t: packages.draw_front(t, ["arrivals_people"], 2.0),
        package_rows(),
        ["arrivals_people", "cost_eur_million"],
    ),
    "parallel": (
        lambda t: packages.draw_parallel(t, ["arrivals_people", "cost_eur_million"]),
        package_rows(),
        ["arrivals_people", "cost_eur_million"],
    ),
    "fans": (
        lambda t: validation.draw_fans(t, OBSERVED, "arrivals_people"),
        fans(),
        ["q05", "q25", "q50", "q75", "q95"],
    ),
    "forecast": (
        lambda t: validation.draw_forecast(t, OBSERVED, "2022-06"),
        fans().query("origin == '2022-05'"),
        ["q05", "q25", "q50", "q75", "q95"],
    ),
    "ranks_of_months": (validation.draw_ranks_of_months, ranks(), ["rank"]),
    "scores": (validation.draw_scores, scores(), ["wape", "cover90"]),
    "relative_wis": (rolling.draw_relative_wis, rolling_rows(), ["relative_wis"]),
    "pit": (rolling.draw_pit, ranks().assign(method="corridor").rename(columns={"rank": "pit"}), ["pit"]),
    "patterns": (patterns.draw_patterns, pattern_rows(), ["low", "median", "high"]),
    "marginals": (lambda t: calibration.draw_marginals(t, t), draws(), ["p_retry", "boat_cost"]),
    "pairs": (lambda t: calibration.draw_pairs(t, ["p_retry", "boat_cost"]), draws(), ["p_retry", "boat_cost"]),
    "ranks": (calibration.draw_ranks, ranks().assign(kind="parameter", quantity="p_retry"), ["rank"]),
}


def corrupted(table: pd.DataFrame, columns: list[str], how: str) -> pd.DataFrame:
    """The table with the first value of each column missing or infinite, or all of them, or without rows."""
    table = table.reset_index(drop=True)
    if how == "empty":
        return table.iloc[:0]
    rows = table.index if how.startswith("all") else table.index[:1]
    return table.assign(
        **{name: table[name].where(~table.index.isin(rows), np.inf if "inf" in how else np.nan) for name in columns}
    )


def words_of(figure: Figure) -> str:
    return " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")


@pytest.mark.parametrize("how", ["nan", "inf", "all nan", "all inf", "empty"])
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_shows_what_there_is_and_says_what_is_missing(name: str, how: str, tmp_path: Path) -> None:
    draw, table, columns = FIGURES[name]
    made: list[Figure] = []

    def drawn() -> Figure:
        made.append(draw(corrupted(table, columns, how)))
        return made[0]

    assert [path.suffix for path in write_styled(drawn, tmp_path / name)] == [".png", ".pdf"]
    words = words_of(made[0])
    assert ("No values" if how == "empty" else "not known or infinite") in words, words


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_of_known_values_says_nothing_of_missing_ones(name: str, tmp_path: Path) -> None:
    draw, table, _ = FIGURES[name]
    assert "not known or infinite" not in words_of(draw(table))


@pytest.mark.parametrize("how", ["nan", "inf"])
def test_a_world_without_a_value_keeps_a_row_the_last(how: str) -> None:
    figure = forest.draw_forest(corrupted(effect_rows(), ["mean", "low", "high"], how), TITLES)
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert labels == ["World b", "World a"]
    assert "Not shown, as not known or infinite: 1 of 12 values." in words_of(figure)


def test_an_interval_without_an_end_is_reported() -> None:
    rows = effect_rows().replace({"high": {effect_rows().high.iloc[0]: np.inf}})
    assert "Not shown, as not known or infinite: 1 of 12 intervals." in words_of(forest.draw_forest(rows, TITLES))


def test_the_measures_do_not_sum_where_a_share_is_missing() -> None:
    figure = waterfall.draw_waterfall(corrupted(shares(), ["share"], "nan"), TITLES, "arrivals_people", 100.0)
    bars = figure.axes[0].patches
    assert [np.isfinite(bar.get_width()) for bar in bars] == [True, False]
    (totals,) = (line for line in figure.axes[0].lines if line.get_label() == "total")
    assert np.isfinite(totals.get_xdata()).tolist() == [True, False]  # no measure, all measures


def test_what_forecasts_were_given_is_said_where_some_were() -> None:
    plain = rolling_rows()
    given = plain.replace({"method": {"sarima": "corridor_given_sea"}})
    words = [words_of(rolling.draw_relative_wis(rows)) for rows in (plain, given)]
    assert ["nobody could have made the forecast" in each for each in words] == [False, True]
