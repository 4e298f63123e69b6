"""Formulas as MathML, which browsers show by themselves: no script has to be fetched from another host."""

from __future__ import annotations

from typing import Any

from latex2mathml.converter import convert
from sphinx.application import Sphinx


def visit_inline(translator: Any, node: Any) -> None:
    """A formula within a line."""
    translator.body.append(convert(" ".join(node.astext().split())))


def visit_block(translator: Any, node: Any) -> None:
    """A formula on lines of its own."""
    formula = convert(" ".join(node.astext().split()), display="block")
    translator.body.append(f'<div class="math">{formula}</div>')


def leave(_translator: Any, _node: Any) -> None:
    """Nothing is open when a formula ends."""


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer under the name `mathml`."""
    app.add_html_math_renderer("mathml", (visit_inline, leave), (visit_block, leave))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
