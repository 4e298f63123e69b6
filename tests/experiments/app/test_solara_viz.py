"""A Mesa user can hand `Corridor` to Mesa's own visualisation."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.filterwarnings("ignore")  # of Mesa's own page
def test_corridor_is_shown_by_solara_viz() -> None:
    solara = pytest.importorskip("solara", reason="corridor-sim[app] is not installed")
    pytest.importorskip("altair", reason="altair, which Mesa's visualisation imports, is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mesa.visualization import SolaraViz, make_plot_component

        from corridor import Corridor

        model = Corridor(seed=1, start="2022-01-01", end="2022-01-20", scale=200)
        scale: dict[str, Any] = {"type": "SliderInt", "value": 200, "label": "People per agent", "min": 100, "max": 400}
        plot = make_plot_component(["arrivals_people", "attempts_people"])
        page = SolaraViz(model, components=[plot], model_params={"seed": 1, "scale": scale}, name="Corridor")
        box, rendered = solara.render(page, handle_error=False)
        assert box.children
        model.step()
        assert len(model.datacollector.get_model_vars_dataframe()) == 1
        rendered.close()
