"""The maps of the page as SVG: the land once, and above it what changes from day to day."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from corridor.experiments.app.play.world import BOAT_DAYS, LEVELS, PATROL_DAYS, Frame
from corridor.model.inputs.geography import Geography

Floats = NDArray[np.float64]
COAST = Path(__file__).parents[1] / "assets" / "coast.json"
WIDTH = 400
PEOPLE_OF_KEY = 1000  # people of the circle in the key
NORTH_COAST = 50.9  # degrees north: sectors beyond face north, the others west
RADIUS = 6.0  # units of the picture, for that many people
NAMED = {"camp_calais": "Calais", "camp_dunkirk": "Dunkirk", "kent": "Kent", "sector_boulogne": "Boulogne"}
NAMED |= {"sector_berck": "Berck", "sector_dieppe": "Dieppe", "lille": "Lille"}
CITIES = {"paris": "Paris", "ventimiglia": "Ventimiglia", "sicily": "Sicily", "athens": "Athens", "almeria": "Almería"}
CITIES |= {"canaries": "Canary Islands", "libya_west": "Libya", "turkey_aegean": "Türkiye", "tirana": "Tirana"}
CITIES |= {"vienna": "Vienna", "camp_calais": "Calais"}
TO_THE_LEFT = ("athens", "camp_calais", "camp_dunkirk", "tirana", "ventimiglia")


@dataclass(frozen=True)
class Panel:
    """A part of the world in a box of the picture, true to scale at its middle."""

    west: float
    east: float
    south: float
    north: float
    lines: str

    @property
    def shrink(self) -> float:
        """East-west over north-south length of a degree."""
        return math.cos(math.radians((self.south + self.north) / 2))

    @property
    def height(self) -> float:
        """Height of the box for the width of a picture."""
        return WIDTH * (self.north - self.south) / ((self.east - self.west) * self.shrink)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a point of the map is in the picture."""
        scale = WIDTH / (self.east - self.west)
        return (lon - self.west) * scale, (self.north - lat) * scale / self.shrink

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a point of the map is in it."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


CHANNEL = Panel(0.6, 3.35, 49.8, 51.35, "channel")
ROUTES = Panel(-18.5, 34.5, 23.0, 54.0, "coast")
PANELS = {"channel": CHANNEL, "routes": ROUTES}


@cache
def land(name: str) -> Markup:
    """The coastline of a panel with names of a few places; it never changes."""
    panel = PANELS[name]
    shapes = json.loads(COAST.read_text(encoding="utf-8"))
    path = Markup('<path class="{}" d="{}"/>')
    parts = [path.format("coast", path_of(panel, shapes[panel.lines]))]
    if panel is ROUTES:
        parts.insert(0, path.format("border", path_of(panel, shapes["borders"])))
    return picture(panel.height, parts, "")


def path_of(panel: Panel, lines: Iterable[Sequence[Sequence[float]]]) -> str:
    """Lines of a map as one path."""
    texts = []
    for line in lines:
        points = [panel.at(lon, lat) for lon, lat in line]
        texts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points))
    return "".join(texts)


def picture(height: float, parts: Iterable[Markup], alt: str, kind: str = "layer") -> Markup:
    """Parts as one picture; without an alternative text it is decoration."""
    about = Markup('role="img" aria-label="{}"').format(alt) if alt else Markup('aria-hidden="true"')
    head = Markup('<svg xmlns="http://www.w3.org/2000/svg" class="{}" viewBox="0 0 {} {:.0f}" {}>')
    return head.format(kind, WIDTH, height, about) + Markup("").join(parts) + Markup("</svg>")


def layer(name: str, frame: Frame | None, geography: Geography, title: str) -> Markup:
    """What changes: people as circles, boats and patrols by sector (on the map of the Channel alone)."""
    panel = PANELS[name]
    if frame is None:
        return picture(panel.height, [], f"{title}: not simulated yet")
    parts = [*circles(panel, frame, geography)]
    if panel is CHANNEL:
        parts += [*sector_marks(frame, geography)]
    parts += [*names(panel, geography)]
    return picture(panel.height, parts, spoken(name, frame, geography, title))


def circles(panel: Panel, frame: Frame, geography: Geography) -> Iterable[Markup]:
    """A circle for the people at each place: its area is their number."""
    for row in np.flatnonzero(frame.people > 0):
        lon, lat = float(geography.lon[row]), float(geography.lat[row])
        if panel.holds(lon, lat):
            x, y = panel.at(lon, lat)
            radius = RADIUS * math.sqrt(frame.people[row] / PEOPLE_OF_KEY)
            yield Markup('<circle class="people" cx="{:.1f}" cy="{:.1f}" r="{:.1f}"/>').format(x, y, radius)


def sector_marks(frame: Frame, geography: Geography) -> Iterable[Markup]:
    """At each coast sector, out on the water, the boats of a week and one to three bars for few to many patrols."""
    for k, row in enumerate(geography.rows("sector")):
        x, y = CHANNEL.at(float(geography.lon[row]), float(geography.lat[row]))
        x, y = (x - 22, y - 26) if geography.lat[row] > NORTH_COAST else (x - 62, y - 4)
        yield Markup('<path class="boat" d="M{0:.0f} {1:.0f}h20l-5 8h-10z"/>').format(x, y)
        text = Markup('<text class="map-text count" x="{:.0f}" y="{:.0f}">{:.0f}</text>')
        yield text.format(x + 23, y + 9, frame.boats[k])
        for bar in range(frame.patrols[k] + 1 if frame.patrols else 0):
            mark = Markup('<rect class="patrol" x="{:.0f}" y="{:.0f}" width="4" height="12"/>')
            yield mark.format(x - 8 - 6 * bar, y - 2)


def names(panel: Panel, geography: Geography) -> Iterable[Markup]:
    """Names of a few places."""
    for place, name in (NAMED if panel is CHANNEL else CITIES).items():
        row = geography.places.index(place)
        x, y = panel.at(float(geography.lon[row]), float(geography.lat[row]))
        left = panel is ROUTES and place in TO_THE_LEFT
        mark = Markup('<text class="map-text" x="{:.0f}" y="{:.0f}" text-anchor="{}">{}</text>')
        yield mark.format(x + (-6 if left else 6), y + (4 if left else 12), "end" if left else "start", name)


def spoken(name: str, frame: Frame, geography: Geography, title: str) -> str:
    """What the map says, for those who do not see it."""
    inland = f"{frame.people.sum():,.0f} people on the way or waiting"
    day = f"{title}, {frame.day:%d %B %Y}"
    if name == "routes":
        return f"{day}: {inland}, by place as circles"
    teams = ", ".join(
        f"{LEVELS[level]} at {geography.names[row]}"
        for row, level in zip(geography.rows("sector"), frame.patrols, strict=False)
    )
    boats = f"{frame.boats.sum():,.0f} boats in {BOAT_DAYS} days"
    return f"{day}: {boats}; patrols in {PATROL_DAYS} days: {teams or 'not known yet'}"
