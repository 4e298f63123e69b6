"""The experiment that a visitor put together, as files that `corridor check` and `corridor run` take."""

from __future__ import annotations

import io
import zipfile

from corridor.experiments.app.address import FIRST, PlaySettings
from corridor.experiments.app.play.ground import OWN, TITLES, GroundSpec

EXPERIMENT, POLICY = "experiment.yaml", f"policies/{OWN}.yaml"


def experiment_texts(settings: PlaySettings, spec: GroundSpec) -> dict[str, str]:
    """The experiment file and, where levers are moved, the policy file that it names, by their paths."""
    own = [OWN] if settings.levers else []
    base = [] if settings.reference == "no_policy" else [settings.reference]
    changed = list(dict.fromkeys([*base, *settings.measures, *own]))
    texts = {EXPERIMENT: experiment_text(settings, spec, base, changed)}
    return {**texts, POLICY: policy_text(settings)} if own else texts


def experiment_text(settings: PlaySettings, spec: GroundSpec, base: list[str], changed: list[str]) -> str:
    """The experiment file."""
    return f"""\
# Put together with `corridor app`. `corridor run` of this file gives the effect that the page shows for all its draws.
# Settings of the page: ?{settings.query}

title: "{TITLES["changed"]} against {TITLES[settings.reference].lower()}"

start: {FIRST}
end: {settings.end}
parameters: posterior
scale: {spec.scale:g}
seeds: {spec.draws}

worlds:
  changed:
    title: {TITLES["changed"]}
    policies: [{", ".join(changed)}]
  reference:
    title: {TITLES[settings.reference]}
    policies: [{", ".join(base)}]

baseline: reference
"""


def policy_text(settings: PlaySettings) -> str:
    """The policy file of the visitor's own levers."""
    moves = "".join(
        f"  {name}:\n    - {{from: {settings.start}, over_days: 0, to: {float(value)!r}}}\n"
        for name, value in settings.levers.items()
    )
    return f"""\
title: Levers chosen on the page
reference: Chosen with corridor app, not a proposal
grade: C
cost_eur_million: null
levers:
{moves}"""


def packed(texts: dict[str, str]) -> bytes:
    """Files as one ZIP, the same bytes for the same texts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)
    return buffer.getvalue()
