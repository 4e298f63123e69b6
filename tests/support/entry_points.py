"""Files of experiments, fits and runs as users give them: a valid one of each kind, its damage, and what reads it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import random
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from corridor.experiments.config.shipped import CONFIGS
from corridor.model.inputs.data_files import DATA
from tests.support import hostile
from tests.support.effort import THOROUGH
from tests.support.reading import EntryPoint, command, function

SMALL = Path(__file__).parents[1] / "data"
OWN = ("places", "legs", "entries", "groups", "history", "sea", "sea_climate", "sea_record", "conditions")
EXPERIMENT: dict[str, Any] = {
    "title": "Patrols against none",
    "start": hostile.Raw("2022-11-01"),
    "end": hostile.Raw("2022-11-03"),
    "past": "none",
    "scale": 1000,
    "seeds": 2,
    "worlds": {
        "with_patrols": {"title": "With patrols", "policies": ["mine.yaml"]},
        "without": {"title": "Without", "policies": []},
    },
    "baseline": "without",
    "parameters": {"p_retry": 0.9},
    "indicators": ["arrivals_people"],
    **{key: f"{key}.csv" for key in OWN},
    "parameter_table": "parameter_table.csv",
}
POLICY: dict[str, Any] = {
    "title": "More officers",
    "reference": "Joint statement, 14 November 2022",
    "paragraph": "Paraphrase: more officers.",
    "grade": "C",
    "cost_eur_million": 1.5,
    "note": "A note",
    "levers": {
        "patrol_officers": [
            {"from": hostile.Raw("2022-11-02"), "over_days": 20, "to": {"value": 1.2, "low": 1.0, "high": 1.3}},
            {"from": hostile.Raw("2022-12-01"), "to": 1.4},
        ]
    },
}
STATEMENTS: dict[str, Any] = {
    "title": "Statements",
    "conditions": {
        "with_trade": {
            "words": "boats are launched", "world": "without", "indicator": "attempts_boats", "holds": "value > 0",
        }
    },
    "statements": {
        "fewer": {
            "words": "fewer arrive", "world": "with_patrols", "indicator": "arrivals_people",
            "holds": "difference <= -10 %",
        }
    },
}  # fmt: skip
DAYS = [f"2022-11-{day:02d}" for day in range(1, 31)]
RECORD = "date,people,boats\n" + "".join(f"{day},{61 * (k % 3)},{k % 3}\n" for k, day in enumerate(DAYS))
TABLES = {
    "groups": lambda: (DATA / "groups.csv").read_text(encoding="utf-8"),
    "history": lambda: (DATA / "history.csv").read_text(encoding="utf-8"),
    "sea_climate": lambda: (DATA / "sea_climate.csv").read_text(encoding="utf-8"),
    "sea": lambda: "date,wind,wave\n" + "".join(f"{day},{k % 9}.5,0.{k % 8}\n" for k, day in enumerate(DAYS)),
    "sea_record": lambda: RECORD,
    "conditions": lambda: (
        "date,name,value\n2022-11-01,demand_uk,1.2\n2022-11-02,stop_odds,0.8\n2022-11-02,entries_tirana,2\n"
    ),
    "parameter_table": lambda: "".join(
        line + "\n" for line in (DATA / "parameters.csv").read_text(encoding="utf-8").splitlines()[:6]
    ),
    **{
        key: lambda key=key: (SMALL / f"small_{key}.csv").read_text(encoding="utf-8")
        for key in ("places", "legs", "entries")
    },
}
DRAWS = "draw,seed,p_retry,boat_cost\n1,101,0.9,9000\n2,102,0.8,10000\n3,103,0.85,11000\n"
DRAWN = {**EXPERIMENT, "parameters": "draws.csv", "seeds": 2}
DESIGNED = {**EXPERIMENT, "parameters": {}, "design": {"kind": "csv", "file": "points.csv"}}
POINTS = "p_retry,lever_boats_through\n0.9,1.0\n0.8,0.9\n"
SPREAD = {**EXPERIMENT, "design": {"kind": "sobol", "points": 4, "parameters": ["boat_cost"]}}


def of_tables(luck: random.Random, content: bytes) -> bytes:
    """A damaged table."""
    return hostile.hostile_csv(luck, content.decode("utf-8"))


def of_json(luck: random.Random, content: bytes) -> bytes:
    """Damaged JSON."""
    return hostile.hostile_json(luck, json.loads(content))


def of_bits(luck: random.Random, content: bytes) -> bytes:
    """A damaged binary file: mostly a bit of it, or a part."""
    return hostile.flipped(luck, content) if luck.random() < 0.6 else hostile.broken_bytes(luck, content)


def of_data(data: Mapping[str, Any]) -> Callable[[random.Random, bytes], bytes]:
    """YAML of this, damaged."""
    return lambda luck, _: hostile.hostile_yaml(luck, data)


def experiment(data: Mapping[str, Any] = EXPERIMENT) -> Callable[[Path], None]:
    """Fills a folder with an experiment, and every file that it names."""

    def prepare(folder: Path) -> None:
        for name, text in TABLES.items():
            (folder / f"{name}.csv").write_text(text(), encoding="utf-8")
        files = {"x.yaml": hostile.yaml_of(data), "mine.yaml": hostile.yaml_of(POLICY)}
        files |= {"statements.yaml": hostile.yaml_of(STATEMENTS), "draws.csv": DRAWS, "points.csv": POINTS}
        for name, text in files.items():
            (folder / name).write_text(text.lstrip("\n") + "\n", encoding="utf-8")

    return prepare


def checked(folder: Path) -> object:
    """`corridor check`; what is accepted, or some of it, is simulated for two days, and all numbers must be finite."""
    said = command("check", "x.yaml")(folder)
    some = THOROUGH or zlib.crc32(str(said).encode()) % 8 == 0
    return simulated(folder) if some else None


def simulated(folder: Path) -> bool:
    """The last two days of the first case of an accepted experiment give finite numbers; large ones are left out."""
    import numpy as np

    from corridor.experiments.config.loading import load
    from corridor.experiments.execution import timing

    with contextlib.chdir(folder):
        found = load(Path("x.yaml"))
        if found.expected_agents > 20_000 or len(found.seeds) > 10:
            return False
        kept: list[Any] = []
        held, timing.simulate = timing.simulate, lambda *each, **named: kept.append(held(*each, **named))
        try:
            timing.last_days(found, found.cases()[:1])(2)
        finally:
            timing.simulate = held
    for name, values in kept[0].daily.items():
        assert not np.isinf(values).any(), name
        assert (values[np.isfinite(values)] >= 0).all(), name
    return True


def configured() -> Iterator[EntryPoint]:
    """Experiments, policies and every table that they name."""
    yield EntryPoint("configuration", "x.yaml", of_data(EXPERIMENT), checked, experiment())
    yield EntryPoint("design", "x.yaml", of_data(SPREAD), checked, experiment())
    yield EntryPoint("policy", "mine.yaml", of_data(POLICY), checked, experiment())
    for key in (*OWN, "parameter_table"):
        yield EntryPoint(key, f"{key}.csv", of_tables, checked, experiment())
    yield EntryPoint("draws", "draws.csv", of_tables, checked, experiment(DRAWN))
    yield EntryPoint("points", "points.csv", of_tables, checked, experiment(DESIGNED))
    yield EntryPoint("statements", "statements.yaml", of_data(STATEMENTS), function(read_statements), experiment())


def read_statements(folder: Path) -> object:
    """Statements about the worlds of an experiment."""
    from corridor.experiments.analyses.conclusions.statements import read_statements as read
    from corridor.experiments.config.loading import load

    return read(Path("statements.yaml"), load(Path("x.yaml")))


def posterior(folder: Path) -> None:
    """A copy of a posterior that ships."""
    for path in (CONFIGS / "posteriors" / "until_2022_10").iterdir():
        shutil.copy(path, folder)
    rows = (folder / "posterior.csv").read_text(encoding="utf-8").splitlines(keepends=True)[:30]
    (folder / "posterior.csv").write_text("".join(rows), encoding="utf-8")
    sealed(folder)


def sealed(folder: Path) -> None:
    """Let the manifest of a posterior describe its draws as they are."""
    path, draws = folder / "posterior.json", folder / "posterior.csv"
    if not all(each.is_file() and each.stat().st_size < 2**20 for each in (path, draws)):
        return  # a device or a pipe may never end
    with contextlib.suppress(ValueError, TypeError, AttributeError):
        about = json.loads(path.read_text(encoding="utf-8"))
        sha256 = hashlib.sha256(draws.read_bytes()).hexdigest()
        path.write_text(json.dumps({**about, "posterior_sha256": sha256}), encoding="utf-8")


def load_posterior(folder: Path) -> object:
    """A posterior, also where somebody wrote the hash of what he changed."""
    from corridor.calibration.fit import posterior as fit

    sealed(folder)
    return fit.load(Path())


def observed() -> Iterator[EntryPoint]:
    """Observed series, records of days, kept forecasts and posteriors."""
    from corridor.calibration.evidence.observed import read_daily
    from corridor.calibration.evidence.publishers.home_office import read_published
    from corridor.calibration.evidence.targets import own_files
    from corridor.calibration.validation.rolling.hub import read_records_of
    from corridor.calibration.validation.rolling.scores import HUB_LEVELS

    months = "month,value\n" + "".join(f"2022-{month:02d},{1000 + month}\n" for month in range(1, 13))
    hub = "origin,horizon,target,output_type,output_type_id,value\n" + "".join(
        f"2024-03,1,arrivals_people,quantile,{level},{10 + k}\n" for k, level in enumerate(HUB_LEVELS)
    )

    def series(name: str, text: str, read: Callable[[Path], object]) -> EntryPoint:
        def prepare(folder: Path) -> None:
            (folder / "mine.csv").write_text(text, encoding="utf-8")

        return EntryPoint(name, "mine.csv", of_tables, function(lambda _: read(Path("mine.csv"))), prepare)

    yield series("observed series", months, lambda path: own_files([f"arrivals_people={path}"]))
    yield series("record", RECORD, read_daily)
    yield series("published days", RECORD, read_published)
    yield series("forecast", hub, lambda path: read_records_of([path]))
    for name, damage in (("posterior.csv", of_tables), ("posterior.json", of_json)):
        yield EntryPoint(name, name, damage, function(load_posterior), posterior)
    yield EntryPoint(
        "posterior_conditions.csv", "posterior_conditions.csv", of_tables, function(load_posterior), posterior
    )


def stored(batch: Path) -> Iterator[EntryPoint]:
    """The files of a run that was stored (`batch` is its folder), each read by the commands that read it."""

    def prepare(folder: Path) -> None:
        shutil.copytree(batch, folder / "out", dirs_exist_ok=True)

    case = next((batch / "cases").glob("*.nc")).name
    index = next((batch / "index").glob("*.parquet")).name
    reading = {
        "status": command("status", "out", "--json", codes=(0, 1, 2)),
        "digest": command("digest", "out", codes=(0, 1, 2)),
        "export": command("export", "out", "--csv", "--out", "annual.csv"),
        "months": command("export", "out", "--csv", "--by", "month", "--out", "monthly.csv"),
        "effects": command("effects", "out", "--from", "2022-06-02", "--to", "2022-06-10", "--csv"),
        "latex": command("latex", "out"),
        "tables": command("tables", "out", "--out", "tables"),
        "dry run": command("run", "x.yaml", "--out", "out", "--dry-run", "--jobs", "1"),
    }

    def any_of(*names: str) -> Callable[[Path], object]:
        def read(folder: Path) -> object:
            content = b"".join(path.read_bytes() for path in sorted(folder.glob("out/*.*")))
            return reading[names[zlib.crc32(content) % len(names)]](folder)

        return read

    everywhere = any_of("status", "digest", "export", "effects")
    yield EntryPoint("stored case", f"out/cases/{case}", of_bits, everywhere, prepare)
    yield EntryPoint(
        "reproduced case",
        f"out/cases/{case}",
        of_bits,
        command("reproduce", f"out/cases/{case}", codes=(0, 1, 2)),
        prepare,
    )
    yield EntryPoint("index", f"out/index/{index}", of_bits, everywhere, prepare)
    yield EntryPoint(
        "plan", "out/plan.json", of_json, any_of("status", "digest", "export", "months", "effects"), prepare
    )
    yield EntryPoint("manifest", "out/manifest.json", of_json, any_of("status", "latex", "tables"), prepare)
    yield EntryPoint("table", "out/effects.csv", of_tables, any_of("latex", "tables"), prepare)
