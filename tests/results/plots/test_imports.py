"""Modules of the plots can be imported one by one, whichever comes first."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["fit.calibration", "maps.run_map"])
def test_a_module_is_imported_without_the_catalogue(module):
    """The catalogue imports all of them, so that it must not be imported by them."""
    asked = (
        f"import sys, corridor.results.plots.{module}; print('corridor.results.plots.catalogue.index' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
