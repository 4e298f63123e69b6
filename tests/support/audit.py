"""`make audit`: what is known of the packages that are installed, and of risky code of ours. Run with -m.

pip-audit asks a database of known weaknesses; without a network that is said, and is no failure. bandit reads our own
code; findings that are right as they are have `# nosec` with the reason.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".venv" / "audit" / "bin"  # of their own, so that they are no packages of ours
FOLDERS = ("corridor", "model", "experiments", "calibration", "results")
UNREACHABLE = ("ConnectionError", "Max retries", "ServiceError", "NameResolutionError", "HTTPError", "Connection")


def main() -> int:
    """Exit code 1 where bandit finds something, or a package has a known weakness."""
    bandit = run("bandit", "--quiet", "--recursive", "--configfile", "pyproject.toml", *FOLDERS)
    print(bandit.stdout or "bandit: nothing found")
    packages = run("pip-audit", "--progress-spinner", "off", "--path", *site_packages())
    said = packages.stdout + packages.stderr
    if packages.returncode and any(word in said for word in UNREACHABLE):
        print("pip-audit: the database of known weaknesses cannot be reached; installed packages were not looked up")
        return bandit.returncode
    print(said)
    return bandit.returncode or packages.returncode


def run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A tool that ran to its end."""
    return subprocess.run([TOOLS / tool, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def site_packages() -> list[str]:
    """The folder of the packages that are installed."""
    return [path for path in sys.path if path.endswith("site-packages")][:1]


if __name__ == "__main__":
    sys.exit(main())
