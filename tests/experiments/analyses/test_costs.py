"""What measures and packages cost, by their policy files."""

from __future__ import annotations

from corridor.experiments.analyses.costs import Cost, cost_of


def test_costs_of_measures_and_packages():
    files = {
        "a": {"cost_eur_million": None, "includes": [], "levers": {"x": []}},
        "b": {"cost_eur_million": None, "includes": [], "levers": {"x": []}},
        "lone": {"cost_eur_million": None, "includes": [], "levers": {"x": []}},
        "both": {"cost_eur_million": 10.0, "includes": ["a", "b"], "levers": {}},
    }
    assert cost_of(["a"], files) == Cost(0, 10.0, 1, 2)
    assert cost_of(["a", "b"], files) == Cost(10.0)
    assert cost_of(["a", "lone"], files).unknown == ("a", "lone")
    dear = {**files, "b": {**files["b"], "cost_eur_million": 4.0}}  # of the ten
    assert cost_of(["a", "b"], dear) == Cost(10.0) and cost_of(["a"], dear) == Cost(6.0)
    dearer = {**files, "b": {**files["b"], "cost_eur_million": 12.0}}
    assert cost_of(["a", "b"], dearer) == Cost(12.0)
    own_levers = {**files, "both": {**files["both"], "levers": {"y": []}}}
    assert cost_of(["a", "b", "both"], own_levers) == Cost(10.0)
    assert cost_of(["both"], own_levers) == Cost(0, 10.0, 1, 3)
