"""Prints what the derivations give beside what is declared."""

from __future__ import annotations

from corridor.calibration.evidence.derivations.boats import launches, people_per_boat
from corridor.calibration.evidence.derivations.cut import Cut, default, known
from corridor.calibration.evidence.derivations.defaults import DERIVED
from corridor.calibration.evidence.derivations.patrols import beach_stop_chance, beach_stops, officers


def main() -> None:
    """Print every derived default beside the declared one."""
    cut = Cut()
    print(f"{'parameter':24}{'derived':>10}{'declared':>10}  how")
    for name, derivation in DERIVED.items():
        how = (derivation.__doc__ or "").split("\n")[0]
        print(f"{name:24}{known(derivation, cut):10.4g}{default(name):10.4g}  {how}")
    print("\nLaunches a year (D2), and the share stopped on the beach: patrols' formula, and observed values (D3)")
    aboard = people_per_boat(cut)
    for year, made in launches(cut).items():
        expected = beach_stop_chance(cut, officers(year), aboard[year])
        print(f"{year}{made:8,.0f}{expected:8.2f}{beach_stops(cut, year):8.2f}")


main()
