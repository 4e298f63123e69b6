"""Lambert's conformal conic projection of the sphere, for maps wider than high in middle latitudes.

Formulas: Snyder (1987), Map Projections: A Working Manual, US Geological Survey Professional Paper 1395, equations 15-1
to 15-5 (pages 106 and 107).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
EARTH_KM = 6371.0


@dataclass(frozen=True)
class LambertConformal:
    """A projection true to scale on two parallels; all in degrees. Kilometres from the origin come out."""

    lon: float
    lat: float
    south: float
    north: float

    @cached_property
    def cone(self) -> tuple[float, float]:
        """The constant of the cone, n, and F (equations 15-3 and 15-2)."""
        south, north = np.radians([self.south, self.north])
        n = np.log(np.cos(south) / np.cos(north)) / np.log(colatitude(north) / colatitude(south))
        return float(n), float(np.cos(south) * colatitude(south) ** n / n)

    def __call__(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
        """East and north of places in km (equations 15-1, 14-4, 14-1 and 14-2)."""
        n, f = self.cone
        radius = EARTH_KM * f / colatitude(np.radians(np.asarray(lat, dtype=float))) ** n
        centre = EARTH_KM * f / colatitude(np.radians(self.lat)) ** n
        angle = n * np.radians(np.asarray(lon, dtype=float) - self.lon)
        return radius * np.sin(angle), centre - radius * np.cos(angle)

    def line(self, points: ArrayLike) -> Floats:
        """A line of (longitude, latitude) as (east, north), shape (point, 2)."""
        lon_lat = np.asarray(points, dtype=float)
        return np.column_stack(self(lon_lat[:, 0], lon_lat[:, 1]))


def colatitude(lat: Any) -> Any:
    """tan(45 degrees + latitude / 2), of a latitude in radians."""
    return np.tan(np.pi / 4.0 + lat / 2.0)


EUROPE = LambertConformal(lon=9.0, lat=41.0, south=33.0, north=52.0)  # from the Canaries to Minsk
CHANNEL = LambertConformal(lon=1.8, lat=50.5, south=49.8, north=51.3)
