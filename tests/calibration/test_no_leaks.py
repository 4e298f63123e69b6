"""No leaks: what is observed after a cut changes neither the inputs of a fit to that cut nor the fit itself."""

from __future__ import annotations

import io
import re
import shutil
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from corridor.calibration.evidence import entries, targets
from corridor.calibration.evidence.derivations import wind
from corridor.calibration.evidence.derivations.cut import Cut, known, middle
from corridor.calibration.evidence.derivations.defaults import DERIVED, defaults_at
from corridor.calibration.fit import history, posterior, simulated
from corridor.calibration.fit import runs as table
from corridor.experiments.config import experiment, loading
from corridor.experiments.config.data.sea import SeaRecord
from corridor.experiments.config.shipped import CONFIGS
from corridor.model import INDICATORS, PARAMETERS
from corridor.model.inputs.sea import read_record

CUTS = ("2022-10", "2023-12")
# Given for all years: detections at the borders of Europe. What calibration/evidence/data declares is given, too.
GIVEN = {"frontex_monthly", "frontex_groups", "frontex_totals_2025"}
OVER = {  # file -> when the period of a row is over, and its values
    "daily": (lambda t: t.date.str[:7], "people", "boats"),
    "annual": (lambda t: t.year.astype(str) + "-12", "value"),
    "monthly": (lambda t: t.month, "value"),
    "nationality": (lambda t: t.year.astype(str) + "-12", "people"),
    "albania_quarterly": (lambda t: t.year.astype(str) + "-" + (3 * t.quarter).astype(str).str.zfill(2), "people"),
    "red_days": (lambda t: t.period_end.str[:7], "value"),
    "clustering": (lambda t: t.year.astype(str) + "-12", "value"),
}
FITTED = ("news_pull", "p_retry", "imitation_rate")


@pytest.fixture
def other_records(tmp_path, monkeypatch):
    """A function that lets calibration read records in which all values before or after a cut are changed."""
    folder = tmp_path / "observed"
    shutil.copytree(targets.OBSERVED, folder)

    def changed(cut: str, after: bool) -> None:
        random = np.random.default_rng(len(cut) + after)
        for name, (over, *columns) in OVER.items():
            rows = pd.read_csv(entries.OBSERVED / f"{name}.csv", dtype={"month": str})
            chosen = (over(rows) > cut) == after
            assert chosen.any() or over(rows).max() <= cut, name
            for column in columns:
                factors = random.uniform(0.2, 5.0, len(rows))
                rows[column] = np.where(chosen, rows[column] * factors, rows[column])
            rows.to_csv(folder / f"{name}.csv", index=False)
        monkeypatch.setattr(entries, "OBSERVED", folder)
        monkeypatch.setattr(targets, "OBSERVED", folder)
        monkeypatch.setattr(experiment, "DAILY", folder / "daily.csv")
        monkeypatch.setattr(wind, "DAILY", folder / "daily.csv")
        forget()

    yield changed
    monkeypatch.undo()
    forget()


def forget() -> None:
    """Leave nothing that was read from other records."""
    entries.observed.cache_clear()
    wind.window_spread.cache_clear()


def fake_runs(cube: np.ndarray) -> simulated.Simulated:
    """Values that follow the fitted parameters somehow, in place of a table of runs."""
    random = np.random.default_rng(1)
    level = np.exp(2.0 * cube[:, :1] + cube[:, 1:2] * np.linspace(0, 3, 96))
    names = simulated.needed()
    monthly = {
        name: random.poisson(50 * level * (1 + cube[:, 2:3] * k / len(names))).astype(float)
        for k, name in enumerate(names)
    }
    groups = tuple(entries.groups())
    return simulated.Simulated(entries.MONTHS, monthly, groups, random.uniform(1, 9, (len(cube), 8, len(groups))))


def record_at(cut: str, folder: Path) -> SeaRecord:
    """The record of the sea in a run of a fit to a cut."""
    experiment = table.at_cut(loading.load(CONFIGS / "quick.yaml"), cut, "as_it_happened", folder)
    record = experiment.sea_record_of("as_it_happened")
    assert record is not None
    return record


def inputs(cut: str, folder: Path) -> list[str]:
    """All that a fit to a cut gives the model."""
    priors = table.prior_of(table.marked_fitted(PARAMETERS), cut, {})
    return [
        entries.as_csv(entries.derive(cut)),
        entries.groups_table(cut).to_csv(),
        pd.read_csv(io.StringIO(record_at(cut, folder).text)).astype({"people": float, "boats": float}).to_csv(),
        repr(defaults_at(cut)),
        repr(priors),
    ]


class FakeHistory(history.History):
    """A history whose experiments are the normal scores of its members."""

    def runs(self, states: np.ndarray) -> np.ndarray:
        return states[:, : len(FITTED)]


def fitted(cut: str, folder: Path) -> bytes:
    """The bytes of the states of members that were moved twice, from fake runs."""
    experiment = SimpleNamespace(first_day=date(2018, 1, 1))
    asked = FakeHistory(experiment, table.prior_of(FITTED, cut, {}), cut, 32, 2, 1, {})
    _, last = history.moved(asked, folder, lambda scores, _where: fake_runs(posterior.unit_cube(scores)))
    return last.tobytes()


def test_every_file_is_either_cut_or_given():
    assert {path.stem for path in targets.OBSERVED.glob("*.csv")} == GIVEN | set(OVER)
    assert all(target.file.removesuffix(".csv") in OVER for target in targets.TARGETS.values())


@pytest.mark.parametrize("cut", CUTS)
def test_values_after_the_cut_change_nothing(cut, other_records, tmp_path):
    before = inputs(cut, tmp_path), fitted(cut, tmp_path / "before")
    other_records(cut, after=True)
    assert (inputs(cut, tmp_path), fitted(cut, tmp_path / "after")) == before


def files_at(cut: str, folder: Path) -> dict[str, str]:
    """The texts of the data files that a fit to a cut writes."""
    at = table.at_cut(loading.load(CONFIGS / "quick.yaml"), cut, "as_it_happened", folder)
    return {key: path.read_text(encoding="utf-8") for key, path in at.data_files.items()}


@pytest.mark.parametrize("cut", CUTS)
def test_the_files_that_a_fit_writes_hold_what_the_cut_knows_alone(cut, other_records, tmp_path):
    before = files_at(cut, tmp_path / "before")
    assert {"entries", "groups", "history"} <= set(before)
    assert before["entries"] == entries.as_csv(entries.derive(cut))
    assert before["groups"] == entries.groups_table(cut).to_csv(index=False, lineterminator="\n")
    assert before["history"] == table.history(cut).to_csv(index=False, lineterminator="\n")
    other_records(cut, after=True)
    assert files_at(cut, tmp_path / "after") == before


def test_the_groups_that_a_fit_writes_are_not_those_of_all_years(tmp_path):
    written = pd.read_csv(io.StringIO(files_at("2022-10", tmp_path)["groups"]), index_col="group").share_uk
    declared = entries.declared_groups().share_uk
    assert written.index.tolist() == declared.index.tolist()
    assert written.tolist() != declared.tolist()


@pytest.mark.slow
def test_values_before_the_cut_change_everything(other_records, tmp_path):
    """The test above can fail: it would, if files were not read anew or a cut had no bearing."""
    cut = CUTS[0]
    before = inputs(cut, tmp_path), fitted(cut, tmp_path / "before")
    other_records(cut, after=False)
    after = inputs(cut, tmp_path), fitted(cut, tmp_path / "after")
    assert after[1] != before[1]
    assert all(one != other for one, other in zip(after[0], before[0], strict=True))


@pytest.mark.slow
def test_a_later_cut_sees_more(tmp_path):
    assert inputs(CUTS[0], tmp_path)[0] != inputs(CUTS[1], tmp_path)[0] != entries.as_csv(entries.derive())


@pytest.mark.parametrize("cut", [*CUTS, "2025-12"])
def test_the_record_of_the_sea_ends_with_the_cut(cut, tmp_path):
    record = record_at(cut, tmp_path)
    assert max(read_record(record.path, record.until)).isoformat()[:7] == cut
    assert record.text.splitlines()[-1][:7] == cut


def test_an_earlier_end_of_the_record_is_kept(tmp_path):
    quick = loading.load(CONFIGS / "quick.yaml")
    earlier = table.with_record_until(quick, date(2022, 3, 31))
    assert table.with_record_until(earlier, date(2022, 10, 31)) == earlier


def test_at_the_last_month_all_is_as_the_package_ships_it():
    assert entries.groups_table().share_uk.tolist() == entries.declared_groups().share_uk.tolist()
    assert table.known_defaults(entries.LAST_MONTH) == {}


def test_a_default_that_needs_a_later_value_is_the_middle_of_its_range():
    early = defaults_at("2022-10")
    assert early["people_found"] == 27.5 and early["crowding_max"] == pytest.approx(1.55)
    assert early["taxi_speed"] == pytest.approx(np.sqrt(0.005 * 0.03))
    assert defaults_at("2023-12")["people_found"] == pytest.approx(24.5, abs=0.1)


def test_a_cut_before_any_whole_year_of_arrivals_is_refused():
    with pytest.raises(ValueError, match="a whole year of arrivals from 2021"):
        entries.derive("2021-11")


def test_the_fake_runs_have_all_that_targets_need():
    assert {INDICATORS[name].kind for name in simulated.needed()} <= {"flow", "stock"}


def test_what_the_model_reads_of_later_outcomes_is_cut_or_declared():
    """Every file of model/data/ is written anew at a cut, holds nothing observed of the outcomes, or is named here."""
    written = {"entries.csv", "groups.csv", "history.csv"}
    weather = {"sea_climate.csv"}  # wind and water of 2018 to 2025: a climate, in which there is no crossing
    geography = {"places.csv", "legs.csv", "destinations.csv"}
    parameters = {"parameters.csv"}  # those of its defaults that are derived are derived anew at a cut
    assert {path.name for path in entries.DATA.glob("*.csv")} == written | weather | geography | parameters


def test_access_to_lorries_after_a_cut_is_that_of_the_last_year_before_it():
    rows = table.history("2022-10")
    lorries = rows[rows.input == "lorry_access"]
    assert lorries.date.max() == "2021-01-01"
    assert rows[rows.input == "officers_coast"].date.max() > "2022-10"


def test_a_default_that_names_a_later_year_is_not_known_at_a_cut():
    """A source that names 2023 or later belongs to a default that is derived at the cut, or known to be read later."""
    later = {name for name, p in PARAMETERS.items() if re.search(r"202[3-9]", p.source)}
    assert later <= set(defaults_at("2022-10"))


def test_what_was_read_in_the_year_of_a_grown_trade_is_not_known_before_it():
    """The networks and the fare of 2022, and a boat price of 2024 in the lowest fare of 2020."""
    for name in ("network_entry_rate", "network_size_max", "boat_preference"):
        before, after = (known(DERIVED[name], Cut(until)) for until in ("2021-12", "2022-12"))
        assert before == middle(PARAMETERS[name]) != after
    price, markup = PARAMETERS["boat_cost"], DERIVED["fare_floor_markup"]
    assert markup(Cut("2023-12")) * middle(price) == pytest.approx(markup(Cut("2025-12")) * price.default)
