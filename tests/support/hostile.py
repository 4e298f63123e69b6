"""Hostile content: valid files in which a little is changed, as people, spreadsheets and attackers change them.

Everything is made from one `random.Random`, so that an input is known by the number of its seed.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

LONG = 200_000  # characters of a line that stands for one of gigabytes
WORDS = (  # what a key of YAML or JSON, or a cell, may hold instead of what is wanted
    "", "~", "NO", "no", "off", "010", "0x1F", "1e6", "-1", "0", ".nan", ".inf", "-.inf", "1e999", "1e-400", "9" * 400,
    "1000000000", "10000000000000000000", "2022-02-30", "12022-01-01", "2022-13-01", "20221114", "2022.5",
    "2022-11-14T10:00:00Z", "14/11/2022", "11/14/2022", "'2022-01-01'", "1,5", "1.234,5", "1'000", "1 000", "12:30:00",
    "[]", "{}", "[1, 2, 1]", "{a: b}", "[[]]", "&a [*a]", "*a", "!!python/name:os.system", "!!binary aGk=",
    "!!python/object/apply:os.system ['touch pwned']", "!!set {a, b}", "true", "x" * 300, "../../../etc/passwd",
    "/etc/passwd", "/dev/zero", "/dev/stdin", "/proc/self/environ", "policies", ".", "..", "a/../../b", "~/x", "-x",
    "--help", "$(touch pwned)", "; rm x", "%s%n", "{{7*7}}", "<script>alert(1)</script>", "=1+1", "@SUM(A1)",
    "\u202eevil", "\u200f", "\ufeff", "\u0661\u0662", "\x1b[31m", "\x07", "\u2028", "\ud800", "a\nb", "a\tb", "'", '"',
)  # fmt: skip
LIKELY = (  # what somebody may well write there, rightly or wrongly
    "0", "1", "2", "3", "0.5", "1.5", "100", "1000", "true", "null", "'a'", "2022-11-01", "2022-11-02", "2022-12-31",
    "2022-11", "none", "sampled", "simulated", "[1, 2]", "[mine.yaml]", "p_retry", "calais", "libya_west", "sudan",
    "arrivals_people", "patrol_officers", "mine.yaml", "posterior", "sobol", "{value: 1.1, low: 1, high: 1.2}",
)  # fmt: skip
CELLS = (
    *WORDS, "nan", "inf", "NaN", "-0", "1,234", "1.234", "12,5", "5%", "#REF!", "#N/A", "n/a", "..", ":", "c", "[z]",
    "03/04/2022", "2022-3-4", "Mar-22", "44652", "1e3", "+5", "1_000", " 7 ", "\u00a012", "12\u202f345",
)  # fmt: skip


def text_of(value: str) -> str:
    """Text that can be written as UTF-8, but for what cannot be: halves of characters stay as their code."""
    return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def bytes_of(text: str) -> bytes:
    """The bytes of a text, halves of characters among them."""
    return text.encode("utf-8", "surrogatepass")


def broken_bytes(luck: random.Random, content: bytes) -> bytes:
    """Content as another encoding, another system, a broken disk or a prankster leaves it."""
    at = luck.randrange(len(content) + 1)
    return luck.choice(BYTE_CHANGES)(luck, content, at)


BYTE_CHANGES: Sequence[Callable[[random.Random, bytes, int], bytes]] = (
    lambda luck, content, at: content[:at],
    lambda luck, content, at: content[:at] + bytes(luck.randrange(256) for _ in range(8)) + content[at + 8 :],
    lambda luck, content, at: content[:at] + b"\0" + content[at:],
    lambda luck, content, at: content[:at] + b"\xff\xfe" + content[at:],
    lambda luck, content, at: content[:at] + "\u202e\u200f".encode() + content[at:],
    lambda luck, content, at: content[:at] + b"x" * LONG + content[at:],
    lambda luck, content, at: b"\xef\xbb\xbf" + content,
    lambda luck, content, at: content.decode("utf-8", "replace").encode("utf-16"),
    lambda luck, content, at: content.replace(b"\n", b"\r\n"),
    lambda luck, content, at: content.replace(b"\n", b"\r"),
    lambda luck, content, at: content + content,
    lambda luck, content, at: b"\0" * len(content),
    lambda luck, content, at: b"",
    lambda luck, content, at: content[:at] + content[luck.randrange(len(content) + 1) :],
)


def flipped(luck: random.Random, content: bytes) -> bytes:
    """Content with one bit the other way round."""
    changed = bytearray(content)
    if changed:
        changed[luck.randrange(len(changed))] ^= 1 << luck.randrange(8)
    return bytes(changed)


class Raw(str):
    """Text that is written into YAML as it stands."""


def yaml_of(value: Any, depth: int = 0) -> str:
    """YAML of plain data, block style, that can hold `Raw` text and keys given twice (a mapping as list of pairs)."""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, Mapping):
        value = Pairs(value.items())
    if isinstance(value, Pairs):
        if not value:
            return "{}"
        pad = "  " * depth
        return "".join(f"\n{pad}{key}: {yaml_of(each, depth + 1)}" for key, each in value)
    if isinstance(value, list):
        pad = "  " * depth
        return "".join(f"\n{pad}- {yaml_of(each, depth + 1).lstrip()}" for each in value) if value else "[]"
    return json.dumps(value) if isinstance(value, str) else str(value)


class Pairs(list):  # type: ignore[type-arg]
    """A mapping that may have a key twice."""


def pairs_of(value: Any) -> Any:
    """Plain data with mappings as pairs."""
    if isinstance(value, Mapping):
        return Pairs([key, pairs_of(each)] for key, each in value.items())
    return [pairs_of(each) for each in value] if isinstance(value, list) else value


def spots(value: Any) -> list[tuple[Any, int]]:
    """Every (container, position) in data of pairs and lists."""
    found = []
    for k, each in enumerate(value):
        found.append((value, k))
        inner = each[1] if isinstance(value, Pairs) else each
        if isinstance(inner, list):
            found += spots(inner)
    return found


def changed_data(luck: random.Random, data: Any, words: Sequence[str] = WORDS) -> Any:
    """Data of pairs in which one to three things are dropped, doubled, renamed, exchanged or given another value."""
    data = pairs_of(data)
    for _ in range(luck.choice((1, 1, 1, 2, 3))):
        places = spots(data)
        if not places:
            break
        holder, k = luck.choice(places)
        change = luck.choice(("value", "value", "value", "drop", "double", "key", "swap", "deep"))
        word = Raw(luck.choice(LIKELY if luck.random() < 0.4 else words))
        if change == "drop":
            del holder[k]
        elif change == "double":
            holder.insert(k, pairs_of(holder[k]) if not isinstance(holder, Pairs) else list(holder[k]))
        elif change == "swap":
            other, j = luck.choice(places)
            if isinstance(holder, Pairs) and isinstance(other, Pairs) and j < len(other):
                holder[k][1] = Raw(json.dumps(str(other[j][0])))
        elif isinstance(holder, Pairs):
            holder[k] = [word, holder[k][1]] if change == "key" else [holder[k][0], nested(luck, word, change)]
        else:
            holder[k] = nested(luck, word, change)
    return data


def nested(luck: random.Random, word: Raw, change: str) -> Any:
    """A value, or that value inside many lists."""
    return Raw("[" * 40 + str(word) + "]" * 40) if change == "deep" else word


def hostile_yaml(luck: random.Random, data: Mapping[str, Any]) -> bytes:
    """An experiment or policy of plain data, changed in its structure, its syntax or its bytes."""
    if luck.random() < 0.1:
        return bytes_of(luck.choice(BOMBS))
    content = bytes_of(yaml_of(changed_data(luck, data)).lstrip("\n") + "\n")
    return broken_bytes(luck, content) if luck.random() < 0.15 else content


BOMBS = (
    "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(
        f"{b}: &{b} [{', '.join(f'*{a}' for _ in range(9))}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ),
    "title: " + "[" * 20_000,
    "a: &x {b: *x}\n",
    "title: x\n<<: {start: 2022-01-01}\n",
    "- a\n- b\n",
    "--- a\n--- b\n",
    "%YAML 9.9\n---\ntitle: x\n",
    "x" * LONG + ": 1\n",
    "title: '" + "x" * LONG + "'\n",
    "? [a, b]\n: c\n",
    "title: x\nworlds:\n" + "".join(f"  w{k}: {{title: a, policies: []}}\n" for k in range(300)),
)


def hostile_json(luck: random.Random, data: Any) -> bytes:
    """JSON of plain data, changed in its structure, its syntax or its bytes."""
    changed = pairs_of(data)
    places = spots(changed)
    for _ in range(luck.choice((1, 1, 2))):
        holder, k = luck.choice(places)
        value = luck.choice((None, True, -1, 0, 1.5, 10**30, "", "x", "../x", "\u202ex", "<b>", [], {}, [[]], [1, 2]))
        if k >= len(holder):
            continue
        if luck.random() < 0.3:
            del holder[k]
        elif isinstance(holder, Pairs):
            holder[k] = [holder[k][0], value]
        else:
            holder[k] = value
    content = json.dumps(plain_of(changed)).encode()
    if luck.random() < 0.1:
        content = content.replace(b": ", b': NaN, "x": ', 1)
    return broken_bytes(luck, content) if luck.random() < 0.3 else content


def plain_of(value: Any) -> Any:
    """Data of pairs as mappings again."""
    if isinstance(value, Pairs):
        return {str(key): plain_of(each) for key, each in value}
    return [plain_of(each) for each in value] if isinstance(value, list) else value


def hostile_csv(luck: random.Random, text: str) -> bytes:
    """A table some cells, rows or columns of which are changed, as spreadsheets of many countries write it."""
    rows = list(csv.reader(io.StringIO(text)))
    for _ in range(luck.choice((1, 1, 1, 2, 4))):
        row, column = luck.randrange(len(rows)), luck.randrange(len(rows[0]))
        luck.choice(TABLE_CHANGES)(luck, rows, row, column)
        if not rows or not rows[0]:
            break
    separator = luck.choice((*[","] * 12, ";", "\t", "|"))
    written = io.StringIO()
    csv.writer(written, delimiter=separator, lineterminator=luck.choice(("\n",) * 6 + ("\r\n", "\r"))).writerows(rows)
    content = bytes_of(written.getvalue())
    return broken_bytes(luck, content) if luck.random() < 0.12 else content


Rows = list[list[str]]


def set_cell(luck: random.Random, rows: Rows, row: int, column: int) -> None:
    """Another value in a cell."""
    if column < len(rows[row]):
        rows[row][column] = luck.choice(LIKELY if luck.random() < 0.4 else CELLS)


def localise(luck: random.Random, rows: Rows, row: int, column: int) -> None:
    """Numbers of a column with thousands separators or a decimal comma, and dates with the day in front."""
    how = luck.choice(("thousands", "comma", "day first", "month first"))
    for cells in rows[1:]:
        if column < len(cells):
            cells[column] = in_manner(cells[column], how)


def in_manner(cell: str, how: str) -> str:
    """A cell as a spreadsheet of another country writes it."""
    parts = cell.split("-")
    if len(parts) == 3 and all(part.isdigit() for part in parts) and "first" in how:
        year, month, day = parts
        return f"{day}/{month}/{year}" if how == "day first" else f"{month}/{day}/{year}"
    if how == "comma":
        return cell.replace(".", ",")
    return f"{int(cell):,}" if how == "thousands" and cell.isdigit() else cell


def drop_row(luck: random.Random, rows: Rows, row: int, column: int) -> None:
    """A row that is missing."""
    del rows[row]


def double_row(luck: random.Random, rows: Rows, row: int, column: int) -> None:
    """A row that is there twice."""
    rows.insert(luck.randrange(len(rows) + 1), list(rows[row]))


def title_above(luck: random.Random, rows: Rows, row: int, column: int) -> None:
    """A merged title above the header: one cell that is filled, and others that are not."""
    rows.insert(0, ["Table 1: people", *[""] * (len(rows[0]) - 1)])


def repeat_column(luck: random.Random, rows: Rows, row: int, column: int) -> None:
    """A column that is there twice."""
    for cells in rows:
        cells.append(cells[column] if column < len(cells) else "")


def drop_column(luck: random.Random, rows: Rows, row: int, column: int) -> None:
    """A column that is missing."""
    for cells in rows:
        del cells[column : column + 1]


def name_column(luck: random.Random, rows: Rows, row: int, column: int) -> None:
    """A column of another name."""
    rows[0][column % len(rows[0])] = luck.choice((*CELLS, rows[0][0].upper(), f" {rows[0][0]}"))


def short_row(luck: random.Random, rows: Rows, row: int, column: int) -> None:
    """A row with fewer cells."""
    del rows[row][column:]


def shuffle_rows(luck: random.Random, rows: Rows, row: int, column: int) -> None:
    """Rows in another order."""
    body = rows[1:]
    luck.shuffle(body)
    rows[1:] = body


def total_below(luck: random.Random, rows: Rows, row: int, column: int) -> None:
    """A total, a footnote and empty lines below."""
    rows.extend([[""], ["Total", "1,234"], ["* provisional"]])


TABLE_CHANGES: Sequence[Callable[[random.Random, Rows, int, int], None]] = (
    set_cell, set_cell, set_cell, set_cell, localise, localise, drop_row, double_row, title_above, repeat_column,
    drop_column, name_column, short_row, shuffle_rows, total_below,
)  # fmt: skip
