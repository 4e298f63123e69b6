"""`make audit`: what is known of the packages that are installed, and of risky code of ours. Run with -m.

pip-audit asks a database of known weaknesses; where it cannot be reached that is said, and is no failure. bandit reads
our own code; what it may leave out is in pyproject.toml, with the reason.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".venv" / "audit" / "bin"  # of their own, so that they are no packages of ours
FOLDERS = ("corridor", "model", "experiments", "calibration", "results")


def main() -> int:
    """Exit code 1 where bandit finds something, or a package has a known weakness."""
    bandit = run("bandit", "--quiet", "--recursive", "--configfile", "pyproject.toml", *FOLDERS)
    print(bandit.stdout or "bandit: nothing found")
    packages = run("pip-audit", "--progress-spinner", "off", "--format", "json", "--path", *site_packages())
    said, found = summary(packages.stdout)
    print(said if packages.stdout else f"{packages.stderr}\n{said}")
    return bandit.returncode or found


def summary(output: str) -> tuple[str, bool]:
    """What pip-audit's JSON says, in words, and whether a package has a known weakness.

    Without the database it gives no JSON or, behind a mirror that has none, skips every package and finds nothing.
    """
    try:
        packages = json.loads(output)["dependencies"]
    except ValueError:
        packages = []
    asked = [each for each in packages if "skip_reason" not in each]
    weak = [each for each in asked if each["vulns"]]
    if not asked:
        return (
            "pip-audit: NOT DONE: the database of known weaknesses cannot be reached; no package was looked up",
            False,
        )
    lines = [f"  {each['name']} {each['version']}: {', '.join(w['id'] for w in each['vulns'])}" for each in weak]
    skipped = f"; {len(packages) - len(asked)} are not in the database"
    return "\n".join([f"pip-audit: {len(weak)} of {len(asked)} packages have a known weakness{skipped}", *lines]), bool(
        weak
    )


def run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A tool that ran to its end."""
    return subprocess.run([TOOLS / tool, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def site_packages() -> list[str]:
    """The folder of the packages that are installed."""
    return [path for path in sys.path if path.endswith("site-packages")][:1]


if __name__ == "__main__":
    sys.exit(main())
