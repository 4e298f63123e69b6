"""Everything through which a user's content comes in: a valid file of each kind, how it is damaged, and what reads it."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import random
import shutil
import signal
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corridor.experiments.cli.app import main
from corridor.experiments.config.shipped import CONFIGS
from corridor.model.inputs.data_files import DATA
from tests.support import hostile

SMALL = Path(__file__).parents[1] / "data"
LONGEST = 10  # seconds
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


class Refused(Exception):
    """Content was refused in words."""


@dataclass(frozen=True)
class EntryPoint:
    """A file that is damaged by `damage(luck, content)`, in a folder that `prepare` fills, and what then reads it."""

    name: str
    file: str
    damage: Callable[[random.Random, bytes], bytes]
    read: Callable[[Path], object]
    prepare: Callable[[Path], None]


def command(*arguments: str, codes: tuple[int, ...] = (0, 2)) -> Callable[[Path], object]:
    """A command of the program in a folder. Raises Refused for exit code 2, and AssertionError for any other end than
    `codes`, for a traceback, and for a refusal that says nothing or also prints results."""

    def run(folder: Path) -> str:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = exit_code(arguments)
        said = err.getvalue()
        assert code in codes, f"exit code {code}: {said}"
        assert "Traceback" not in said
        assert harmless(out.getvalue() + said), repr(out.getvalue() + said)
        if code == 2:
            assert said.strip(), "a refusal without words"
            raise Refused(said)
        return out.getvalue()

    return run


def exit_code(arguments: tuple[str, ...]) -> int:
    """How a command ends in this process."""
    try:
        main(arguments)
    except SystemExit as end:
        return int(end.code or 0)


def harmless(said: str) -> bool:
    """Whether a text holds no character that acts on a terminal or reverses the direction of what follows."""
    return all(character in "\n\t" or character.isprintable() or character in "\u2028\u2029\xad" for character in said)


def function(call: Callable[[Path], object]) -> Callable[[Path], object]:
    """A function of the package in a folder. Raises Refused for InputError and StoreError."""

    def run(folder: Path) -> object:
        from corridor.model.engine.errors import InputError
        from corridor.results.store.case_file import StoreError

        try:
            with contextlib.chdir(folder):
                return call(folder)
        except InputError as error:
            assert error.problems
            raise Refused("\n".join(error.problems)) from None
        except StoreError as error:
            raise Refused(str(error)) from None

    return run


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
    """`corridor check`; what is accepted is simulated for a day or two, and every number must be finite."""
    command("check", "x.yaml")(folder)
    return simulated(folder)


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
    path = folder / "posterior.json"
    with contextlib.suppress(ValueError, TypeError, AttributeError):
        about = json.loads(path.read_text(encoding="utf-8"))
        sha256 = hashlib.sha256((folder / "posterior.csv").read_bytes()).hexdigest()
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


MAIN = "Main ID,Incident ID,Incident Date,Number of Dead,Total Number of Dead and Missing,Cause of Death,Coordinates,Migration Route"  # noqa: E501
SDMX = "DATAFLOW,LAST UPDATE,freq,unit,citizen,sex,applicant,age,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG"
DELIMITED = {
    "iom-missing-migrants": f'{MAIN}\n2023.M1,2023.M1a,2023-01-06,4,"1,022",Drowning,"51.0, 1.5",English Channel\n'
    '2023.M2,2023.M2a,2023-02-06,-1,3,Drowning,"51.0, 1.5",Mainland Europe to the UK\n',
    "eurostat": f"{SDMX}\nESTAT:MIGR(1.0),25/11/25 23:00:00,M,PER,TOTAL,T,ASY_APP,TOTAL,BE,2008-01,18420,p\n"
    "ESTAT:MIGR(1.0),25/11/25 23:00:00,M,PER,TOTAL,T,ASY_APP,TOTAL,BE,2008-02,:,c\n",
    "unhcr": "Year,Country of origin,Country of origin (ISO),Country of asylum,Country of asylum (ISO),"
    "Refugees under UNHCR's mandate,Asylum-seekers\n2022,Syria,SYR,Italy,ITA,*,-\n2023,Syria,SYR,Italy,ITA,5,0\n",
}
BOATS = "Boats arrived - involved in uncontrolled landings"
BOOKS: dict[str, dict[str, list[list[object]]]] = {
    "home-office": {
        "SB_01": [
            ["Date", "Migrants arrived", "Boats arrived", BOATS, "Notes"],
            *([day, 61 * (k % 3), k % 3, "-", ""] for k, day in enumerate(DAYS)),
        ],
        "SB_02": [
            ["Week ending", "Migrants arrived", "Boats arrived", BOATS, "Migrants prevented", "Events prevented", "x"],
            ["2022-11-06", 10, 1, "-", "-", "-", ""],
        ],
    },
    "home-office-quarterly": {
        "Data_IER_D01": [
            ["A title"],
            ["Year", "Quarter", "Method of entry", "Nationality", "Region", "Sex", "Age Group", "Number of detections"],
            [2020, "2020 Q1", "Small boat arrivals", "Iran", "Asia", "Male", "25-39", 7],
            [2020, "2020 Q2", "Small boat arrivals", "Albania", "Europe", "Male", "25-39", "[c]"],
        ]
    },
    "frontex": {
        "Detections": [
            ["Route", "Border type or inland", "Nationality", "JAN2020", "FEB2020"],
            ["Western Balkan Route", "Land", "Kosovo*", 3, 4],
            ["Western Balkan Route", "Land", "Syria", 10, 20],
        ],
        "Notes": [["Source: FRAN data as of 03JUN25"]],
    },
}


def publishers() -> Iterator[EntryPoint]:
    """Files as publishers make them: delimited text, JSON, spreadsheets by cell and by byte, and a scenario of Flee."""
    for source, text in DELIMITED.items():
        yield imported(source, source, "p.csv", of_tables, text.encode())
    answer = {"data": {"timeseries": [{"data_date": "2022-03-01", "individuals": "1022"}]}}
    yield imported("answer of unhcr", "unhcr", "p.json", of_json, json.dumps(answer).encode())
    for source, book in BOOKS.items():
        yield imported(source, source, "p.ods", of_cells(book), ods(book))
        yield imported(f"{source} as bytes", source, "p.ods", of_bits, ods(book))
    for name in ("locations", "routes", "closures", "conflicts", "registration_corrections", "sim_period"):
        yield flee(f"input_csv/{name}.csv", of_tables)
    yield flee("source_data/data_layout.csv", of_tables)
    yield flee("source_data/camp.csv", of_tables)
    yield flee("simsetting.yml", of_data({"move_rules": {"camp_movechance": 0.1, "max_move_speed": 360.0}}))


def imported(
    name: str, source: str, file: str, damage: Callable[[random.Random, bytes], bytes], content: bytes
) -> EntryPoint:
    """`corridor import SOURCE FILE`."""
    read = command("import", source, file, "--out", "out")
    return EntryPoint(f"import {name}", file, damage, read, lambda folder: written(folder / file, content))


def flee(file: str, damage: Callable[[random.Random, bytes], bytes]) -> EntryPoint:
    """`corridor import flee` of a scenario one of whose files is damaged."""
    from tests.support.flee_scenarios import write_scenario

    def prepare(folder: Path) -> None:
        corrections = "Camp,2020-01-11,normalize\n"
        write_scenario(folder / "war", closures="country,X,Y,2,4\n", days=4, corrections=corrections)

    read = command("import", "flee", "war", "--out", "out")
    return EntryPoint(f"import flee {file}", f"war/{file}", damage, read, prepare)


def written(path: Path, content: bytes) -> None:
    """Write a file."""
    path.write_bytes(content)


def ods(book: Mapping[str, list[list[object]]]) -> bytes:
    """A spreadsheet."""
    import tempfile

    from tests.support.spreadsheets import write_ods

    with tempfile.TemporaryDirectory() as folder:
        return write_ods(Path(folder, "p.ods"), book, "2024-06-03").read_bytes()


def of_cells(book: Mapping[str, list[list[object]]]) -> Callable[[random.Random, bytes], bytes]:
    """A spreadsheet cells of which are changed."""

    def damage(luck: random.Random, _: bytes) -> bytes:
        changed = {name: [list(row) for row in rows] for name, rows in book.items()}
        for _ in range(luck.choice((1, 1, 2))):
            rows = changed[luck.choice(list(changed))]
            row = luck.choice(rows)
            luck.choice(BOOK_CHANGES)(luck, rows, row)
        return ods({name: rows for name, rows in changed.items()})

    return damage


def xml_cell(luck: random.Random) -> object:
    """A cell that XML can hold: a number, or text without control characters."""
    value = luck.choice((luck.choice(hostile.CELLS), luck.choice((-1, 1.5, 1e300, 0, 10**15))))
    if isinstance(value, str):
        return "".join(c for c in hostile.text_of(value) if c.isprintable() or c in "\n\t")
    return value


BOOK_CHANGES: tuple[Callable[[random.Random, list[list[object]], list[object]], None], ...] = (
    lambda luck, rows, row: row.__setitem__(luck.randrange(len(row)), xml_cell(luck)),
    lambda luck, rows, row: row.__setitem__(luck.randrange(len(row)), xml_cell(luck)),
    lambda luck, rows, row: row.__delitem__(luck.randrange(len(row))) if len(row) > 1 else None,
    lambda luck, rows, row: rows.insert(luck.randrange(len(rows)), list(row)),
    lambda luck, rows, row: rows.insert(0, ["Table 1"]),
    lambda luck, rows, row: rows.remove(row) if len(rows) > 1 else None,
    lambda luck, rows, row: row.append(row[0]),
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
        "reproduced case", f"out/cases/{case}", of_bits, command("reproduce", f"out/cases/{case}", codes=(0, 1, 2)), prepare
    )
    yield EntryPoint("index", f"out/index/{index}", of_bits, everywhere, prepare)
    yield EntryPoint("plan", "out/plan.json", of_json, any_of("status", "digest", "export", "months", "effects"), prepare)
    yield EntryPoint("manifest", "out/manifest.json", of_json, any_of("status", "latex", "tables"), prepare)
    yield EntryPoint("table", "out/effects.csv", of_tables, any_of("latex", "tables"), prepare)


def outcome(entry: EntryPoint, folder: Path, seed: int) -> str:
    """Damage the file of an entry point that stands prepared in `folder`, and read it: 'taken', or why it is refused.

    Raises whatever else happens; a refusal that leaves files, and reading that takes long, raise AssertionError. The
    file is put back afterwards.
    """
    path = folder / entry.file
    valid = path.read_bytes()
    before = listing(folder)
    path.write_bytes(entry.damage(random.Random(f"{entry.name} {seed}"), valid))
    try:
        with at_most(LONGEST):
            entry.read(folder)
        said = "taken"
    except Refused as refusal:
        said = str(refusal)
        left = {name for name in listing(folder) - before if not name.startswith((*KEPT, "tables"))}
        assert not left, f"left after a refusal: {left}"
    finally:
        path.write_bytes(valid)
        for name in KEPT:
            if entry.file.split("/")[0] != name:
                removed(folder / name)
    assert not (folder / "pwned").exists()
    return said


def removed(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


KEPT = ("annual.csv", "monthly.csv", "tables", "out")  # what a command of several may have written


def listing(folder: Path) -> set[str]:
    """Names of all files."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@contextlib.contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Raises AssertionError in what takes longer: so many seconds of the processor or, as other work may hold it up,
    ten times as many by the clock."""

    def late(*_: object) -> None:
        raise AssertionError(f"takes more than {seconds} seconds")

    timers = ((signal.SIGPROF, signal.ITIMER_PROF, seconds), (signal.SIGALRM, signal.ITIMER_REAL, 10 * seconds))
    before = [(number, signal.signal(number, late)) for number, _, _ in timers]
    for _, timer, limit in timers:
        signal.setitimer(timer, limit)
    try:
        yield
    finally:
        for _, timer, _ in timers:
            signal.setitimer(timer, 0)
        for number, handler in before:
            signal.signal(number, handler)
