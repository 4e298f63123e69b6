"""The entry point `corridor`: the commands of `experiments.cli` and, on top of them, those of calibration.

Experiments know nothing of calibration; so its commands are added here.
"""

from __future__ import annotations

from calibration import assess_cli, calibrate_cli
from experiments.cli import app, main

app.add_typer(calibrate_cli.app)
app.add_typer(assess_cli.app)

__all__ = ["main"]
