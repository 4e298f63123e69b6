"""Stored figures as the page holds them: large ones with fewer dots and colours, so that the page stays small."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

LARGE = 150_000  # bytes, from which on a figure is made smaller
WIDEST, COLOURS = 1600, 128  # dots, colours of a palette


def for_page(path: Path) -> bytes:
    """A PNG for the page: as it is stored, or with fewer dots and colours where that makes it smaller."""
    stored = path.read_bytes()
    if len(stored) < LARGE:
        return stored
    with Image.open(io.BytesIO(stored)) as image:
        on_white = Image.new("RGB", image.size, "white")
        shown = image.convert("RGBA")
        on_white.paste(shown, mask=shown)
    if on_white.width > WIDEST:
        on_white = on_white.resize((WIDEST, round(on_white.height * WIDEST / on_white.width)))
    made = io.BytesIO()
    on_white.quantize(COLOURS, dither=Image.Dither.NONE).save(made, "PNG", optimize=True)
    return min(stored, made.getvalue(), key=len)
