"""The experiments, policies and posteriors that ship with Corridor, found by name."""

from __future__ import annotations

from pathlib import Path

CONFIGS = Path(__file__).parents[1] / "configs"
POLICIES = CONFIGS / "policies"
POSTERIORS = CONFIGS / "posteriors"  # a folder for each month up to which one was fitted
LAST_POSTERIOR = POSTERIORS / "until_2025_12" / "posterior.csv"


def shipped_experiments() -> dict[str, Path]:
    """Name -> file of every experiment that ships, scenarios among them."""
    files = [*sorted(CONFIGS.glob("*.yaml")), *sorted((CONFIGS / "scenarios").glob("*.yaml"))]
    return {path.stem: path for path in files}


def experiment_file(given: str | Path) -> Path:
    """The file at a path or, where there is none, the shipped experiment of that name."""
    path = Path(given)
    if path.exists() or path.suffix or len(path.parts) != 1:
        return path
    return shipped_experiments().get(path.name, path)
