"""The program that is timed: what it says of itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from corridor.experiments.benchmarks.workload import peak_memory

CHILD = "from corridor.experiments.benchmarks.workload import peak_memory; print(peak_memory())"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system has no /proc")
def test_the_peak_of_memory_is_that_of_the_process_and_not_of_the_one_that_began_it() -> None:
    held = np.ones(40_000_000)
    printed = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, check=True).stdout
    assert held.nbytes / 2**20 < peak_memory()
    assert float(printed) < held.nbytes / 2**20
