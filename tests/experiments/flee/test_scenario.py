"""What is read of a scenario of Flee: every trap is read as Flee reads it, or refused in a clear line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corridor.experiments.flee.scenario import Scenario, read_scenario
from corridor.model.engine.errors import InputError
from tests.support.flee_scenarios import LOCATIONS, PLACES, write_scenario

FILES = Path(__file__).parents[4] / "shared" / "files"
CAMP = {"Camp": "2020-01-01,0\n2020-01-11,1000\n"}


def read(folder: Path, **files: object) -> Scenario:
    """A scenario with some of its files changed."""
    return read_scenario(write_scenario(folder, **files))  # type: ignore[arg-type]


def refusal(folder: Path, **files: object) -> tuple[str, ...]:
    """What is said of a scenario that is refused."""
    with pytest.raises(InputError) as error:
        read(folder, **files)
    return error.value.problems


def test_a_scenario_is_places_legs_entries_and_targets(tmp_path: Path) -> None:
    found = read(tmp_path, days=11)
    assert found.places.names == ("War", "Town", "Camp") and found.places.kind.tolist() == ["conflict", "town", "camp"]
    assert found.places.capacity.tolist() == [np.inf, np.inf, 9000.0]
    assert found.places.population.tolist() == [1000.0, 500.0, 0.0]
    assert found.legs.origin.tolist() == [0, 1, 1, 2] and found.legs.destination.tolist() == [1, 2, 0, 1]
    assert found.total.by_day(11).tolist() == [100.0 * day for day in range(11)] and list(found.targets) == ["Camp"]
    assert found.warnings == ()


def test_reports_are_constant_outside_and_whole_between(tmp_path: Path) -> None:
    found = read(tmp_path, days=6, reports={"Camp": "Date,Refugees\n2020-01-02,10\n2020-01-05,11\n"})
    assert found.targets["Camp"].by_day(6).tolist() == [10.0, 10.0, 10.0, 10.0, 11.0, 11.0]
    before = found.targets["Camp"].before(6)
    assert np.isnan(before[:2]).all() and before[2:].tolist() == [10.0, 10.0, 10.0, 11.0]


def test_registrations_before_a_correction_are_scaled(tmp_path: Path) -> None:
    reports = {"Camp": "2020-01-01,100\n2020-01-05,400\n2020-01-07,200\n2020-01-11,1100\n"}
    found = read(tmp_path, days=11, reports=reports, corrections='"Camp","2020-01-07","normalize"\n\n')
    assert found.targets["Camp"].people.tolist() == [50.0, 200.0, 200.0, 1100.0]


@pytest.mark.parametrize("header", [LOCATIONS, '"#name",region\n', "\ufeff" + LOCATIONS, LOCATIONS[1:]])
def test_headers_with_and_without_a_sign(tmp_path: Path, header: str) -> None:
    folder = write_scenario(tmp_path)
    (folder / "input_csv" / "locations.csv").write_text(f"{header}\n\n{PLACES}\n", encoding="utf-8")
    found = read_scenario(folder)
    assert len(found.places.names) == 3
    assert [line for line in found.warnings if "byte order mark" in line] == list(found.warnings)
    assert bool(found.warnings) is header.startswith("\ufeff")


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("town", "town"),
        ("Camp", "camp"),
        ("idpcamp", "idpcamp"),
        ("conflict", "conflict"),
        ("conflict_zone", "conflict"),
        ("forward", "hub"),
        ("forwarding_hub", "hub"),
        ("marker", "marker"),
        ("flood_zone", "flood"),
    ],
)
def test_types_of_places(tmp_path: Path, given: str, kind: str) -> None:
    found = read(tmp_path, places=PLACES.replace(",town,", f",{given},"))
    assert found.places.kind[1] == kind


@pytest.mark.parametrize(
    ("conflicts", "war"),
    [
        ("#Day, War, Nowhere, \n0, 0.5, 0\n1, 0, 0\n2, 1, 0\n", [0.5, 0.0, 1.0]),
        ("Day,War\n0,1\n\n1,1\n2,0\n", [1.0, 1.0, 0.0]),
        ("#Day,War\n0,0\n1,0\n2,0\n", [1.0, 1.0, 1.0]),  # a zone that the file never names remains one
        ("#Day,War\n0,0\n1,2\n2,0\n", [1.0, 2.0, 0.0]),
    ],
)
def test_conflicts_by_day(tmp_path: Path, conflicts: str, war: list[float]) -> None:
    found = read(tmp_path, days=3, conflicts=conflicts)
    assert found.conflict[:, 0].tolist() == war and found.warnings == ()


def test_a_conflict_elsewhere_is_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, days=1, conflicts="#Day,#name,War\n0,1,1\n")
    assert found.warnings == (
        "input_csv/conflicts.csv: '#name' is no place of locations.csv; its conflicts are left out",
    )


@pytest.mark.parametrize(
    ("closure", "days"),
    [
        ("location,Camp,,1,3", [1, 2]),
        ("country,X,Y,0,0", []),  # it ends on the day on which it begins
        ("country,Y,X,2,0", [2, 3, 4]),  # it ends before: it stays
        ("links,Town,Camp,0,2", [0, 1]),
    ],
)
def test_closures_hold_from_one_day_until_another(tmp_path: Path, closure: str, days: list[int]) -> None:
    found = read(tmp_path, closures=f"{closure}\n")
    (each,) = found.closures
    assert [day for day in range(5) if each.holds(day)] == days
    assert each.shut(found.places, found.legs).tolist() == [False, True, False, True]


@pytest.mark.parametrize("closure", ["location,midyat,,0,9", "country,X,Z,0,9", "link,Town,Camp,0,9"])
def test_closures_of_unknown_places_close_nothing(tmp_path: Path, closure: str) -> None:
    found = read(tmp_path, closures=f"{closure}\n")
    assert found.closures == () and "closes nothing, as in Flee" in found.warnings[0]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"places": PLACES.replace("Town,", "Town ,", 1)}, "'Town ' has spaces around it"),
        ({"places": PLACES + "Town,R,X,10,20,town,,7\n"}, "'Town' stands there more than once"),
        ({"places": PLACES.replace(",500", ',"22,849"')}, "row 3, population: '22,849' is read as 22849"),
        ({"places": "Town,R,Z,10,20,town,,5\n" + PLACES.replace("Town", "Other")}, "the first place is in 'Z'"),
        ({"places": PLACES + "Far,R,X,20,10,camp,,7\n"}, "latitude 20 and longitude 10 of 'Far' look swapped"),
        ({"reports": {**CAMP, "Town": "2020-01-01,5\n"}}, "'Town' is no camp of locations.csv"),
        ({"corrections": "Gone,2020-01-03,normalize\n"}, "'Gone' has no reports"),
        ({"settings": "move_rules: {stray: 3}\n"}, "stray: 3 is not used"),
    ],
)
def test_what_is_odd_is_a_warning(tmp_path: Path, files: dict, said: str) -> None:
    if "Town ," in files.get("places", ""):
        files["routes"] = "War,Town ,100,0\nTown ,Camp,100,0\n"
    assert [line for line in read(tmp_path, **files).warnings if said in line]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"places": PLACES.replace(",500", ',"5,x"')},
            "row 3, population: '5,x'; allowed: a number from 0, or nothing",
        ),
        ({"routes": "War,Twon,100,0\n"}, "input_csv/routes.csv, row 2, name2: 'Twon' is no place of locations.csv"),
        (
            {"places": PLACES.replace("Town,", "Town ,", 1)},
            "input_csv/routes.csv, row 2, name2: 'Town' is no place of locations.csv; 'Town ' is written otherwise",
        ),
        ({"routes": "War,Town,far,0\n"}, "input_csv/routes.csv, row 2, distance: 'far'; allowed: km from 0"),
        ({"routes": "War,Town,9,3\n"}, "input_csv/routes.csv, row 2, forced_redirection: '3'; allowed: 0, 1 or 2"),
        ({"closures": "camp,Camp,,0,3\n"}, "row 2, closure_type: 'camp'; allowed: country, location, links"),
        ({"conflicts": "#Day,War\n0,1\n"}, "conflicts.csv: has 1 days, sim_period.csv 5; Flee stops there"),
        ({"conflicts": "#Day,War\n0,1,\n"}, "conflicts.csv, row 2: 3 cells from day '0'; expected: 2 from 0"),
        ({"places": PLACES.replace(",town,", ",village,")}, "row 3, location_type: 'village'; allowed: one of town"),
        ({"reports": {"Camp": "2020-13-01,5\n"}}, "source_data/camp.csv, row 1, date: '2020-13-01'; allowed: a date"),
        ({"reports": {"Town": "2020-01-01,5\n"}}, "has no reports of a camp"),
        ({"settings": "spawn_rules: {flood_driven_spawning: True}\n"}, "floods are not simulated"),
        ({"settings": "move_rules: {avoid_short_stints: True}\n"}, "avoid_short_stints: True; it is not simulated"),
        ({"settings": "move_rules: {awareness_level: 0}\n"}, "awareness_level: 0; allowed: 1 to 3"),
        ({"settings": "move_rules: {max_walk_speed: 0}\n"}, "max_walk_speed: 0; allowed: a number above 0"),
        ({"settings": "move_rules: {capacity_buffer: 1.0}\n"}, "capacity_buffer: 1; allowed: a number from 0, below 1"),
        ({"settings": "move_rules: {max_move_speed: fast}\n"}, "max_move_speed: 'fast'; allowed: a number from 0"),
        ({"settings": "a: [\n"}, "simsetting.yml, line 2: cannot be read as YAML"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, files: dict, said: str) -> None:
    assert len([line for line in refusal(tmp_path, **files) if said in line]) == 1


@pytest.mark.parametrize("name", ["locations", "routes", "conflicts", "sim_period"])
def test_a_file_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    folder = write_scenario(tmp_path)
    (folder / "input_csv" / f"{name}.csv").unlink()
    with pytest.raises(InputError, match=f"{name}.csv: no such file"):
        read_scenario(folder)


def test_a_folder_that_is_no_scenario_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no folder input_csv or input_files"):
        read_scenario(tmp_path)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Ethiopia_dflee", ("floods are not simulated", "warning: .*'Ley' look swapped", "'Abobo' look swapped")),
        ("bangladesh", ("floods are not simulated", "begins with a byte order mark")),
        ("flee_middle_east_2024", ("conflicts.csv: no such file", "data_layout.csv: no such file")),
        ("mali2017_adm2", ("'Fassala-Mbera' is no place", "'Ouagadougou ' has spaces", "--days 300")),
        ("netherlands", ("locations.csv: no such file",)),
        ("syria2017_adm2", ("has 1581 days, sim_period.csv 1886", "the first place is in 'Iraq'")),
    ],
)
def test_real_scenarios_that_are_refused(name: str, said: tuple[str, ...]) -> None:
    if not FILES.is_dir():
        pytest.skip("Flee's scenarios are not here: ../shared is absent")
    with pytest.raises(InputError) as error:
        read_scenario(FILES / "flee" / name)
    for each in said:
        assert error.match(each)


def test_real_scenarios_that_are_read() -> None:
    if not FILES.is_dir():
        pytest.skip("Flee's scenarios are not here: ../shared is absent")
    syria = read_scenario(FILES / "flee" / "syria2022_2024")
    assert (syria.days, len(syria.targets), len(syria.places.names)) == (732, 21, 34) and syria.warnings == ()
    nigeria = read_scenario(FILES / "flee" / "nigeria2019")
    assert nigeria.places.capacity[nigeria.places.numbers["Gubio"]] == 22_849.0
