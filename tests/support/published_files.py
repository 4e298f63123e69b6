"""Files as publishers make them: a valid one of each source, its damage, and the command that reads it."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.support import hostile
from tests.support.entry_points import DAYS, of_bits, of_data, of_json, of_tables
from tests.support.flee_scenarios import write_scenario
from tests.support.reading import EntryPoint, command
from tests.support.spreadsheets import write_ods

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
        return ods(changed)

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
