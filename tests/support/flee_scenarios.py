"""Small scenarios in the files of Flee."""

from __future__ import annotations

from pathlib import Path

LOCATIONS = "#name,region,country,latitude,longitude,location_type,conflict_date,population\n"
ROUTES = "#name1,name2,distance,forced_redirection\n"
CLOSURES = "#closure_type,name1,name2,closure_start,closure_end\n"
PLACES = "War,R,X,10,20,conflict_zone,0,1000\nTown,R,X,10.5,20,town,,500\nCamp,R,Y,11,20,camp,,9000\n"


def write_scenario(
    folder: Path,
    places: str = PLACES,
    routes: str = "War,Town,100,0\nTown,Camp,100,0\n",
    closures: str = "",
    conflicts: str | None = None,
    days: int = 5,
    settings: str = "move_rules: {camp_movechance: 0.0}\n",
    total: str = "",
    reports: dict[str, str] | None = None,
    corrections: str = "",
) -> Path:
    """A folder with a war from the first day on, from which 1,000 people have fled after ten days."""
    reports = reports or {"Camp": "2020-01-01,0\n2020-01-11,1000\n"}
    inputs, source = folder / "input_csv", folder / "source_data"
    inputs.mkdir(parents=True, exist_ok=True)
    source.mkdir(exist_ok=True)
    war = conflicts if conflicts is not None else "#Day,War\n" + "".join(f"{day},1\n" for day in range(days))
    files = {
        "locations": places if places.lstrip("\ufeff\n").startswith(("#", '"#')) else LOCATIONS + places,
        "routes": ROUTES + routes,
        "closures": CLOSURES + closures,
        "conflicts": war,
        "registration_corrections": corrections,
        "sim_period": f"StartDate,2020-01-01\nLength, {days}  \n",
    }
    for name, text in files.items():
        (inputs / f"{name}.csv").write_text(text, encoding="utf-8")
    layout = "total,refugees.csv\n" + "".join(f"{name},{name.lower()}.csv\n" for name in reports)
    (source / "data_layout.csv").write_text(layout, encoding="utf-8")
    (source / "refugees.csv").write_text(total or "2020-01-01,0\n2020-01-11,1000\n", encoding="utf-8")
    for name, text in reports.items():
        (source / f"{name.lower()}.csv").write_text(text, encoding="utf-8")
    (folder / "simsetting.yml").write_text(settings, encoding="utf-8")
    return folder
