"""The few parts that the page is made of: HTML of our own, forms, and files to download."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipyvue
import solara
from markupsafe import Markup


@solara.component_vue("assets/controls.vue", vuetify=False)
def Controls(
    label: str, groups: list[dict[str, Any]], event_set: Callable[[Mapping[str, Any]], None] | None = None
) -> None:
    """A form of groups of fields (see `fields`); `event_set` is called with the name and value of what changed."""


@solara.component_vue("assets/download.vue", vuetify=False)
def DownloadButtons(
    label: str,
    files: list[tuple[str, str]],
    made: Mapping[str, str],
    event_ask: Callable[[str], None] | None = None,
) -> None:
    """Buttons for files; what is `made` is saved by the browser."""


@solara.component
def Downloads(label: str, files: Sequence[tuple[str, str]], make: Callable[[str], tuple[str, str, bytes]]) -> Any:
    """Buttons, one for each name and label of `files`; `make` gives name, kind and bytes when one is pressed."""
    empty: dict[str, str] = {}
    made, set_made = solara.use_state(empty)

    def ask(name: str) -> None:
        if name in dict(files):
            file, kind, content = make(name)
            number = str(int(made.get("number", "0")) + 1)
            text = base64.b64encode(content).decode()
            set_made({"name": file, "kind": kind, "content": text, "number": number})

    return DownloadButtons(label=label, files=list(files), made=made, event_ask=ask)


def html(tag: str, content: Markup, attributes: Mapping[str, str] | None = None) -> Any:
    """An element with HTML of our own, which is escaped already."""
    return solara.HTML(tag=tag, unsafe_innerHTML=str(content), attributes=dict(attributes or {}))


def box(tag: str, classes: str, attributes: Mapping[str, str] | None = None) -> Any:
    """An element around those that are made within `with`."""
    about = {**(attributes or {}), **({"class": classes} if classes else {})}
    return ipyvue.Html.element(tag=tag, attributes=about, children=[])
