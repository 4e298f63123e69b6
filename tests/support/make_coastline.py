"""Makes results/plots/maps/coastline.json from TopoJSON of the npm package world-atlas 2.0.2 (Natural Earth, public
domain): `npm pack world-atlas@2.0.2`, unpack, `python -m tests.support.make_coastline package`.

Land and borders of the region at 1:50,000,000, and those of the Channel at 1:10,000,000, clipped to a box that is
larger than any map, so that the edges of the clip are never seen.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from corridor.results.plots.maps.coastline import COASTLINE

BOXES = {"region": (-28.0, 20.0, 42.0, 60.0), "channel": (-4.5, 48.2, 6.5, 53.0)}  # west, south, east, north
FILES = {"region": "countries-50m.json", "channel": "countries-10m.json"}
DIGITS = {"region": 2, "channel": 4}
SMALLEST = {"region": 0.01, "channel": 0.00002}  # square degrees of an island
LAMPEDUSA = (12.6, 35.5)  # too small for 1:50m; of 1:10m
NOTE = (
    "Land (rings) and borders (lines) as longitude and latitude in degrees: the region at 1:50m, the Channel at 1:10m. "
    "Source: Natural Earth (public domain), through the npm package world-atlas 2.0.2. Made by "
    "tests/support/make_coastline.py."
)
Line = list[tuple[float, float]]


def arcs_of(topology: dict[str, Any]) -> list[np.ndarray]:
    """The arcs of a TopoJSON file in degrees (its specification, section 2.1.3 and 2.1.4)."""
    scale, shift = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    return [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]


def ring_of(numbers: list[int], arcs: list[np.ndarray]) -> np.ndarray:
    """The points of a ring of arcs; a negative number is an arc backwards."""
    parts = [arcs[k] if k >= 0 else arcs[~k][::-1] for k in numbers]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def inside(point: np.ndarray, side: int, bound: float) -> bool:
    """Whether a point is on the inner side of an edge of the box."""
    return bool(point[side % 2] >= bound if side < 2 else point[side % 2] <= bound)


def clipped(ring: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    """The part of a ring inside a box (Sutherland and Hodgman 1974)."""
    points = list(ring)
    for side, bound in enumerate(box):
        found: list[np.ndarray] = []
        for before, here in zip([points[-1], *points[:-1]], points, strict=True) if points else ():
            if inside(before, side, bound) != inside(here, side, bound):
                share = (bound - before[side % 2]) / (here[side % 2] - before[side % 2])
                found.append(before + share * (here - before))
            if inside(here, side, bound):
                found.append(here)
        points = found
    return np.array(points)


def area(ring: np.ndarray) -> float:
    """The area of a ring."""
    x, y = ring[:, 0], ring[:, 1]
    return 0.5 * abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))))


def rounded(points: np.ndarray, digits: int) -> Line:
    """Points with few digits, each once in a row."""
    few = [tuple(point) for point in np.round(points, digits).tolist()]
    return [point for k, point in enumerate(few) if not k or point != few[k - 1]]


def touches(points: np.ndarray, box: tuple[float, float, float, float]) -> bool:
    """Whether some of a line is in a box."""
    west, south, east, north = box
    x, y = points[:, 0], points[:, 1]
    return bool(((x > west) & (x < east) & (y > south) & (y < north)).any())


def part_of(folder: Path, name: str) -> dict[str, list[Line]]:
    """Land and borders of a box."""
    topology = json.loads((folder / FILES[name]).read_text(encoding="utf-8"))
    arcs, box = arcs_of(topology), BOXES[name]
    owners: dict[int, set[int]] = defaultdict(set)
    land: list[Line] = []
    for number, country in enumerate(topology["objects"]["countries"]["geometries"]):
        parts = country.get("arcs", [])
        for polygon in parts if country["type"] == "MultiPolygon" else [parts]:
            for ring in polygon:
                for k in ring:
                    owners[k if k >= 0 else ~k].add(number)
            ring = ring_of(polygon[0], arcs) if polygon else np.empty((0, 2))
            cut = clipped(ring, box) if len(ring) else ring
            if len(cut) > 2 and area(cut) > SMALLEST[name]:
                land.append(rounded(cut, DIGITS[name]))
    shared = [arcs[k] for k, countries in sorted(owners.items()) if len(countries) > 1]
    return {"land": land, "borders": [rounded(arc, DIGITS[name]) for arc in shared if touches(arc, box)]}


def lampedusa(folder: Path) -> Line:
    """The outline of Lampedusa."""
    topology = json.loads((folder / FILES["channel"]).read_text(encoding="utf-8"))
    arcs = arcs_of(topology)
    closed = [arc for arc in arcs if len(arc) > 3 and np.hypot(*(arc.mean(axis=0) - LAMPEDUSA)) < 0.1]
    return rounded(max(closed, key=area), DIGITS["channel"])


if __name__ == "__main__":
    source = Path(sys.argv[1])
    found = {name: part_of(source, name) for name in BOXES}
    found["region"]["land"].append(lampedusa(source))
    COASTLINE.write_text(json.dumps({"note": NOTE, **found}, separators=(",", ":")) + "\n", encoding="utf-8")
