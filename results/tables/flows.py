"""People along the legs of the map, as a table and as files for QGIS, R and kepler.gl.

A row is a leg in a world and a period: the mean over replicates with the 90 % interval for one further replicate, the
two places with their coordinates, and what of the leg the map says. Lines join places and are not the ways taken.
"""

from __future__ import annotations

import json
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from corridor.model import Geography, load_geography
from corridor.results.store.case_file import StoreError, read_netcdf
from corridor.results.store.index import CASES
from corridor.results.store.optional import need
from corridor.results.store.run_folder import inspect_run
from corridor.results.store.whole_files import write_text, write_whole
from corridor.results.store.yearly import WHOLE
from corridor.results.tables.intervals import further_draw
from corridor.results.tables.periods import complete_run
from corridor.results.tables.summary import number_of_draws
from corridor.results.tables.writing import write_csv

ENDS = ("origin", "destination")
LITTLE_ENDIAN, LINE_STRING, POINTS = 1, 2, 2  # of well-known binary (ISO 19125)


def flows(directory: str | Path) -> pd.DataFrame:
    """People who came to the end of each leg, by world, point (with a design), calendar year and over the whole run.

    Columns world, point, period, origin, destination, mode, km, people, low, high, replicates, then for both ends
    `NAME_name`, `NAME_country`, `NAME_kind`, `NAME_lon`, `NAME_lat`. Raises StoreError for a run that is not complete.
    """
    folder = Path(directory)
    dataset = complete_run(folder)
    return pd.concat(
        [flows_of(dataset.sel(world=world), map_of(folder, str(world))) for world in dataset.world.values],
        ignore_index=True,
    )


def flows_of(here: xr.Dataset, geography: Geography) -> pd.DataFrame:
    """Those of one world on its map."""
    legs = legs_of(geography)
    if missing := sorted(set(legs.leg) - set(here.leg.values.tolist())):
        raise StoreError(f"world {here.world.item()}: was run on another map than that which ships now: {missing[0]}")
    by_year = here.leg_flows.sel(leg=legs.leg.to_numpy())
    whole = by_year.sum("year").expand_dims(year=[WHOLE])
    values = xr.concat([by_year.assign_coords(year=by_year.year.astype(str)), whole], "year")
    keys = [name for name in ("point",) if name in values.dims and "seed" in values.dims]
    frame = values.to_dataframe(name="people").reset_index().rename(columns={"year": "period"})
    draws = number_of_draws(here)
    rows = []
    for key, people in frame.groupby([*keys, "period", "leg"], sort=False).people:
        low, high = further_draw(people.to_numpy(), draws)
        rows.append((*key, people.mean(), np.maximum(low, 0.0), high, len(people)))
    found = pd.DataFrame(rows, columns=[*keys, "period", "leg", "people", "low", "high", "replicates"])
    found = found.merge(legs, on="leg").assign(world=str(here.world.item()))
    first = ["world", *keys, "period", *ENDS, "mode", "km", "people", "low", "high", "replicates"]
    return found[[*first, *(name for name in legs if name not in (*first, "leg"))]]


def legs_of(geography: Geography) -> pd.DataFrame:
    """The legs of a map, one a row, with what is known of both ends."""
    columns: dict[str, Any] = {}
    for end, rows in zip(ENDS, (geography.origin, geography.destination), strict=True):
        columns[end] = np.array(geography.places)[rows]
        for name, values in (("name", geography.names), ("country", geography.countries), ("kind", geography.kinds)):
            columns[f"{end}_{name}"] = np.array(values)[rows]
        columns[f"{end}_lon"], columns[f"{end}_lat"] = geography.lon[rows], geography.lat[rows]
    labels = [f"{one}>{other}" for one, other in zip(columns["origin"], columns["destination"], strict=True)]
    return pd.DataFrame({"leg": labels, **columns, "mode": geography.mode, "km": geography.km})


def map_of(folder: Path, world: str) -> Geography:
    """The map on which a world of a stored run was simulated: its own files, which its cases hold, or the shipped
    ones."""
    done = inspect_run(folder, verify_hashes=False).done
    file = done[done.world == world].file.iloc[0]
    texts = json.loads(read_netcdf(folder / CASES / file)[1].get("inputs", "{}"))
    with tempfile.TemporaryDirectory() as scratch:
        paths = {key: Path(scratch) / f"{key}.csv" for key in ("places", "legs") if key in texts}
        for key, path in paths.items():
            path.write_text(texts[key], encoding="utf-8")
        return load_geography(paths.get("places"), paths.get("legs"))


def write_flows(frame: pd.DataFrame, path: Path, kind: str) -> None:
    """Write flows as one of `FLOW_FORMATS`. Raises InputError where a package that is needed is not installed."""
    FLOW_FORMATS[kind](frame, path)


def write_geojson(frame: pd.DataFrame, path: Path) -> None:
    """A FeatureCollection of lines (RFC 7946); unknown ends of intervals are null."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": ends_of(row)},
            "properties": {name: None if pd.isna(value) else value for name, value in row.items()},
        }
        for row in frame.to_dict("records")
    ]
    write_text(path, json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False) + "\n")


def write_geoparquet(frame: pd.DataFrame, path: Path) -> None:
    """Parquet with a column of lines in well-known binary, and what GeoParquet 1.1 says of it."""
    need("pyarrow")
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = frame.to_dict("records")
    lines = [ends_of(row) for row in rows]
    (west, south), (east, north) = np.min(lines, axis=(0, 1)).tolist(), np.max(lines, axis=(0, 1)).tolist()
    about = {"encoding": "WKB", "geometry_types": ["LineString"], "bbox": [west, south, east, north]}  # in OGC:CRS84
    table = pa.Table.from_pandas(frame, preserve_index=False)
    table = table.append_column("geometry", pa.array([well_known_binary(line) for line in lines], pa.binary()))
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": about}}
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), b"geo": json.dumps(geo).encode()})
    write_whole(path, lambda part: pq.write_table(table, part, compression="zstd"))


def ends_of(row: dict[Any, Any]) -> list[list[float]]:
    """Longitude and latitude of both ends of a leg."""
    return [[row[f"{end}_lon"], row[f"{end}_lat"]] for end in ENDS]


def well_known_binary(line: list[list[float]]) -> bytes:
    """A line between two points."""
    return struct.pack("<BII4d", LITTLE_ENDIAN, LINE_STRING, POINTS, *line[0], *line[1])


FLOW_FORMATS: dict[str, Callable[[pd.DataFrame, Path], None]] = {
    "geojson": write_geojson,
    "csv": write_csv,
    "geoparquet": write_geoparquet,
}
FLOW_FILES = {"geojson": "flows.geojson", "csv": "flows.csv", "geoparquet": "flows.parquet"}
