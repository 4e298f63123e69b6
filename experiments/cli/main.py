"""The entry point `corridor`: the commands of `corridor.experiments.cli.app` and, on top of them, those of calibration.

Experiments know nothing of calibration; so its commands are added here.
"""

from __future__ import annotations

from corridor.experiments.cli import calibration_calibrate, calibration_validate
from corridor.experiments.cli.app import app, main

app.add_typer(calibration_calibrate.app)
app.add_typer(calibration_validate.app)

__all__ = ["main"]
