"""While Mesa's own test modules are imported, Mesa's Agent, AgentSet and Model are ours."""

from __future__ import annotations

from collections.abc import Iterator

import mesa
import pytest

from corridor.model.mesa_views.agents import Agent, AgentSet, Model

REPLACED = (
    (mesa, "Agent", Agent),
    (mesa.agent, "Agent", Agent),
    (mesa.agent, "AgentSet", AgentSet),
    (mesa, "Model", Model),
    (mesa.model, "Model", Model),
)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """Collecting a module imports it, and only that import sees the replacement."""
    with pytest.MonkeyPatch.context() as patch:
        for holder, name, ours in REPLACED:
            patch.setattr(holder, name, ours)
        return (yield)
