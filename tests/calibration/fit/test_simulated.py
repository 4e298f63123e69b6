"""Values of runs by year."""

from __future__ import annotations

import numpy as np

from corridor.calibration.fit.simulated import Simulated


def test_stocks_of_a_year_are_means_of_its_months_and_flows_are_sums() -> None:
    months = tuple(f"{year}-{month:02d}" for year in (2021, 2022) for month in range(1, 13))
    stock = np.tile(np.repeat([100.0, 300.0], 12), (2, 1))
    runs = Simulated(months, {"camp_stock": stock, "arrivals_people": stock / 20.0}, (), np.empty((2, 0, 0)))
    assert runs.yearly("camp_stock").tolist() == [[100.0, 300.0]] * 2
    assert runs.yearly("arrivals_people").tolist() == [[60.0, 180.0]] * 2
