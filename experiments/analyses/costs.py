"""What worlds cost, from the policy files; and the declared assumption of how a package's sum splits over measures.

No split of the statement's EUR 72.2 million by measure was published (evidence 1.13). A measure without a cost of its
own has a share of the package that includes it, with all splits equally likely (Dirichlet, grade C). The sum of a
package includes the costs of those of its measures that have one of their own: the others share what is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from corridor.experiments.analyses.worlds import baseline_of
from corridor.experiments.config.experiment import Experiment


@dataclass(frozen=True)
class Cost:
    """The cost of a world in million EUR: what is known, and `measures` of the `of` that share `total`.

    `unknown` names measures of which no cost and no package are known.
    """

    known: float
    total: float = 0.0
    measures: int = 0
    of: int = 1
    unknown: tuple[str, ...] = ()

    @property
    def assumption(self) -> str:
        """Where the cost comes from, in words."""
        if self.unknown:
            return f"no cost known for {', '.join(self.unknown)}"
        if self.measures:
            return f"{self.measures} of {self.of} shares of EUR {self.total:g} million, split assumed (grade C)"
        return "as published"


def costs_of(experiment: Experiment) -> dict[str, Cost]:
    """The cost of each world on top of the baseline."""
    base = {measure.name for measure in baseline_of(experiment).measures}
    return {
        world: cost_of([m.name for m in policy.measures if m.name not in base], experiment.policy_files)
        for world, policy in experiment.policies.items()
    }


def cost_of(names: list[str], files: dict[str, dict[str, Any]]) -> Cost:
    """The cost of some measures together: a whole package has its published sum. `files` has all policies by name."""
    own = {name: own_cost(name, files) for name in names if name in files}
    known = sum(cost for cost in own.values() if cost is not None)
    open_ = [name for name in names if own.get(name) is None]
    if not open_:
        return Cost(known)
    for package, total in packages(files):
        sharing, shared = sharing_of(package, files), shared_of(package, total, files)
        if set(open_) == set(sharing):
            return Cost(known + shared)
        if set(open_) <= set(sharing):
            return Cost(known, shared, len(open_), len(sharing))
    return Cost(known, unknown=tuple(open_))


def own_cost(name: str, files: dict[str, dict[str, Any]]) -> float | None:
    """The cost of a measure by itself; that of a policy with others in it is the sum of the package."""
    cost: float | None = None if files[name]["includes"] else files[name]["cost_eur_million"]
    return cost


def sharing_of(package: str, files: dict[str, dict[str, Any]]) -> list[str]:
    """The measures of a package that have no cost of their own, and so share its published sum."""
    return [name for name in dict.fromkeys(members(package, files)) if own_cost(name, files) is None]


def shared_of(package: str, total: float, files: dict[str, dict[str, Any]]) -> float:
    """What these share: the published sum less the costs of the other measures of the package; 0 where these are
    more."""
    own = (own_cost(name, files) for name in dict.fromkeys(members(package, files)))
    return max(0.0, total - sum(cost for cost in own if cost is not None))


def packages(files: dict[str, dict[str, Any]]) -> list[tuple[str, float]]:
    """Policies that include others and have a cost of their own, the smallest first."""
    found = [
        (name, policy["cost_eur_million"])
        for name, policy in files.items()
        if policy["includes"] and policy["cost_eur_million"] is not None
    ]
    return sorted(found, key=lambda each: len(list(members(each[0], files))))


def members(name: str, files: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The measures of a policy: itself if it pulls levers, and those of all that it includes."""
    for other in files[name]["includes"]:
        yield from members(other, files)
    if files[name]["levers"]:
        yield name
