"""YAML files read with the line of every key, so that a problem is told as file, line, key, value and what is allowed.

The reader composes the YAML 1.2 tree itself instead of loading it, because all problems of a file are told at once:
duplicate keys, dates that do not exist and words that cannot be read are collected, not raised one by one.
"""

from __future__ import annotations

import difflib
import math
import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Keys = tuple[str | int, ...]
LONGEST_LIST = 24
LONGEST_VALUE = 60
MOST_VALUES = 100_000
NAME, ONE_LINE = r"^[a-z][a-z0-9_]{0,39}$", r"^[^\r\n]*\S[^\r\n]*$"
PATTERNS = {
    NAME: "lower-case letters, digits and _, a letter first, at most 40",
    ONE_LINE: "one line of text that is not blank",
}


@dataclass
class Document:
    """A YAML mapping as plain Python `data`, with the place (`x.yaml, line 7`) of every key in it."""

    name: str
    data: dict[str, Any] = field(default_factory=dict)
    places: dict[Keys, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def place(self, keys: Keys) -> str:
        """Where a key stands; for a key that is missing, where the mapping stands that should hold it."""
        while keys and keys not in self.places:
            keys = keys[:-1]
        return self.places.get(keys, self.name)

    def report(self, keys: Keys, text: str) -> None:
        """Note a problem of one key: `file, line N, key: text`."""
        where = f"{self.place(keys)}, {dotted(keys)}" if keys else self.place(keys)
        self.problems.append(f"{where}: {text}")

    def look_up(self, *keys: str | int) -> Any:
        """The value at these keys, None when there is none."""
        value: Any = self.data
        for key in keys:
            in_list = isinstance(value, list) and isinstance(key, int) and key < len(value)
            if not in_list and not (isinstance(value, dict) and key in value):
                return None
            value = value[key]
        return value

    def entries(self, *keys: str | int) -> list[tuple[Any, Any]]:
        """(key, value) of the mapping, or (index, value) of the list, at these keys; nothing when it is neither."""
        value = self.look_up(*keys)
        if isinstance(value, dict):
            return list(value.items())
        return list(enumerate(value)) if isinstance(value, list) else []


def dotted(keys: Keys) -> str:
    """`worlds.a.policies` or `levers.fare[2].to`."""
    text = ""
    for key in keys:
        text += f"[{key}]" if isinstance(key, int) else f".{key if key.isprintable() else repr(key)}"
    return text.removeprefix(".")


def shown(value: Any) -> str:
    """A value as a reader wrote it, short: words in quotes, true and false and empty in YAML's own words."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "an empty value"
    text = str(value).lower() if isinstance(value, bool) else repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."


def allowed(names: Iterable[str], given: Any = None, where: str = "") -> str:
    """`; did you mean 'x'? allowed: a, b, ...`; a long list is cut and `where` says how to see all of it."""
    known = sorted(names)
    near = difflib.get_close_matches(str(given).lower(), known, n=1)
    hint = f" did you mean {near[0]!r}?" if near else ""
    some = ", ".join(known[:LONGEST_LIST]) or "none"
    rest = f", ... ({len(known)} in all{where})" if len(known) > LONGEST_LIST else ""
    return f";{hint} allowed: {some}{rest}"


def is_number(value: object) -> bool:
    """A finite number; true and false are none."""
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)  # of any size, so never turned into a float


def repeated(entries: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Those (index, value) whose value stands before them in the list, too; 1 and true are two values."""
    found, seen = [], set()
    for k, value in entries:
        if isinstance(value, str | int | float):
            if (type(value), value) in seen:
                found.append((k, value))
            seen.add((type(value), value))
    return found


def display(path: Path) -> str:
    """A path as short as it can be said from the current directory."""
    absolute, here = os.path.abspath(path), os.getcwd()  # noqa: PTH100, PTH109 - links stay as they are
    return os.path.relpath(absolute, here) if absolute.startswith(here + os.sep) else str(path)


def is_file(path: Path) -> bool:
    """Whether a file can be seen there; a path that the system refuses (too long, forbidden) holds none."""
    try:
        return path.is_file()
    except OSError:
        return False


def read(path: Path) -> Document:
    """Read a YAML file that is a mapping; what is wrong with it stands in `problems` of the document."""
    document = Document(display(path))
    text = _text(path, document)
    if text is not None:
        read_text(text, document)
    return document


def document_of(mapping: Mapping[str, Any], name: str) -> Document:
    """A document from a mapping of Python's own, so that both are checked alike; `name` stands for the file."""
    return Document(name, {str(key): plain(value) for key, value in mapping.items()})


def plain(value: Any) -> Any:
    """A value as YAML would give it: lists for tuples and arrays, Python numbers for numpy's, text for paths."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if hasattr(value, "tolist"):  # numpy's numbers and arrays
        return plain(value.tolist())
    if isinstance(value, list | tuple | range):
        return [plain(each) for each in value]
    return value


def read_value(text: str, document: Document, keys: Keys) -> Any:
    """YAML text from the command line as the value of a key, whose place is in the document already."""
    try:
        node = _compose(text)
    except NotYAML as error:
        document.report(keys, f"{shown(text)} cannot be read as YAML: {error}")
        return Unreadable()
    return None if node is None else _Plain(document, document.place(keys)).value(node, keys)


class NotYAML(ValueError):
    """Text that is not YAML; `line` is where, if that is known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def _compose(text: str) -> Node | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", ReusedAnchorWarning)
            node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except ReusedAnchorWarning as warning:
        raise NotYAML(" ".join(str(warning).split())) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        context = f" ({error.context})" if error.context else ""
        hint = "; text that holds ': ' must stand in quotes" if "mapping values" in str(error.problem) else ""
        raise NotYAML(f"{error.problem}{context}{hint}", mark.line + 1 if mark else None) from None
    except YAMLError as error:
        raise NotYAML(str(error).splitlines()[0]) from None
    except RecursionError:
        raise NotYAML("lists or mappings are nested too deeply") from None
    return node


def read_text(text: str, document: Document) -> None:
    """Parse YAML text into a document."""
    try:
        node = _compose(text)
    except NotYAML as error:
        line = f", line {error.line}" if error.line else ""
        document.problems.append(f"{document.name}{line}: cannot be read as YAML: {error}")
        return
    if node is None:
        document.problems.append(f"{document.name}: is empty; allowed: a mapping of keys, such as 'title: ...'")
    elif not isinstance(node, MappingNode):
        kind = "list" if isinstance(node, SequenceNode) else "single value"
        document.problems.append(f"{document.name}: is a {kind}; allowed: a mapping of keys, such as 'title: ...'")
    else:
        document.data = _Plain(document).mapping(node, ())


def _text(path: Path, document: Document) -> str | None:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        document.problems.append(f"{document.name}: no such file")
    except IsADirectoryError:
        document.problems.append(f"{document.name}: is a directory; allowed: a YAML file")
    except (OSError, ValueError) as error:
        document.problems.append(f"{document.name}: cannot be read: {getattr(error, 'strerror', None) or error}")
    else:
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            document.problems.append(
                f"{document.name}, line {line}: byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8"
            )
    return None


class _Plain:
    """Turns YAML nodes into plain Python, noting each key's line (or `where`) and every problem on the way."""

    def __init__(self, document: Document, where: str = "") -> None:
        self.document = document
        self.where = where
        self.constructor = YAML(typ="safe", pure=True).constructor
        self.above: list[Node] = []
        self.values = 0

    def value(self, node: Node, keys: Keys) -> Any:
        self.values += 1
        if self.values > MOST_VALUES:  # a few lines of aliases of aliases can stand for billions of values
            if self.values == MOST_VALUES + 1:
                self.document.report(keys, f"is one value too many; allowed: {MOST_VALUES:,} in a file")
            return Unreadable()
        if any(node is other for other in self.above):
            self.document.report(keys, "an alias (*) that contains itself cannot be read")
            return None
        if isinstance(node, ScalarNode):
            return self.scalar(node, keys)
        self.above.append(node)
        if isinstance(node, MappingNode):
            plain: Any = self.mapping(node, keys)
        else:
            children = node.value[: max(0, MOST_VALUES + 1 - self.values)]
            plain = [self.item(child, (*keys, k)) for k, child in enumerate(children)]
        self.above.pop()
        return plain

    def item(self, node: Node, keys: Keys) -> Any:
        self.document.places[keys] = self._line(node)
        return self.value(node, keys)

    def scalar(self, node: ScalarNode, keys: Keys) -> Any:
        try:
            return self.constructor.construct_object(node)
        except ValueError:
            kind = "a date that exists" if "timestamp" in str(node.tag) else "a value that can be read"
            self.document.report(keys, f"{shown(node.value)} is not {kind}")
        except YAMLError:
            self.document.report(keys, f"the tag {node.tag} of {shown(node.value)} is not allowed")
        return Unreadable()

    def mapping(self, node: MappingNode, keys: Keys) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, ScalarNode) else None
            if not isinstance(key, str) or key == "":
                self.document.problems.append(f"{self._line(key_node)}: a key must be a word")
                continue
            here = (*keys, key)
            if key in plain:
                self.document.problems.append(
                    f"{self._line(key_node)}, {dotted(here)}: is given twice, first in {self.document.place(here)}"
                )
                continue
            self.document.places[here] = self._line(key_node)
            plain[key] = self.value(value_node, here)
        return plain

    def _line(self, node: Node) -> str:
        return self.where or f"{self.document.name}, line {node.start_mark.line + 1}"


class Unreadable:
    """Stands for a value whose problem has been told already, so that no second one is told about it."""


def check_shape(document: Document, model: type[BaseModel]) -> Any:
    """The data as an instance of a pydantic model, or None after noting every problem of names, types and bounds."""
    try:
        return model.model_validate(document.data)
    except ValidationError as errors:
        for error in errors.errors():
            if not isinstance(error["input"], Unreadable) and not _follows(error):
                keys = _keys(document, error["loc"], missing=error["type"] == "missing")
                document.report(keys, _sentence(error, keys, model))
        return None


def _follows(error: Any) -> bool:
    """Whether a list is only called too short because its items are wrong, which has been told."""
    return error["type"] == "too_short" and bool(error["input"])


def _keys(document: Document, location: Sequence[str | int], missing: bool) -> Keys:
    """pydantic's location without the parts that are not keys of the file ('[key]', names of alternatives)."""
    keys: Keys = ()
    for part in location:
        if document.look_up(*keys, part) is not None or (*keys, part) in document.places:
            keys = (*keys, part)
    return (*keys, location[-1]) if missing else keys


KINDS = {
    "float": "a number",
    "int": "a whole number",
    "string": "text",
    "date": "a date such as 2022-11-14, without quotes",
    "list": "a list, [a, b]",
    "tuple": "a list, [a, b]",
    "dict": "a mapping (key: value)",
    "model": "a mapping (key: value)",
}
BOUNDS = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le"}
SIGNS = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
SPANS = {"gt": "after", "ge": "from", "lt": "before", "le": "until"}


def _sentence(error: Any, keys: Keys, model: type[BaseModel]) -> str:
    """One of pydantic's problems in this project's words."""
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "missing":
        return "is missing; it must be given"
    if kind == "extra_forbidden":
        return f"is not a known key{allowed(_fields(model, error['loc'][:-1]), keys[-1])}"
    if kind == "finite_number":
        return f"{shown(value)} is not allowed; allowed: a number that is not infinite or NaN"
    if kind in BOUNDS:
        bound = context[BOUNDS[kind]]
        words = (SIGNS if is_number(bound) else SPANS)[BOUNDS[kind]]
        limit = f"{bound:g}" if isinstance(bound, float) else str(bound)
        return f"{shown(value)} is out of range; allowed: {words} {limit}"
    if kind == "string_pattern_mismatch":
        return f"{shown(value)} is not allowed; allowed: {PATTERNS[context['pattern']]}"
    if kind.endswith(("too_short", "too_long")):
        return _length(kind, value, context)
    if kind == "float_type" and is_number(value):
        return f"{shown(value)} is out of range; allowed: a number that a computer can hold, below 1e308"
    if kind == "literal_error":
        return f"{shown(value)} is not allowed; allowed: {context['expected']}"
    base = kind.removesuffix("_type").removesuffix("_attributes")
    if base in KINDS:
        return f"{shown(value)} is not {KINDS[base]}"
    return f"{shown(value)}: {error['msg'].removeprefix('Value error, ')}"


def _length(kind: str, value: Any, context: dict[str, Any]) -> str:
    if kind.endswith("too_short"):
        return f"{shown(value)} is too short; allowed: at least {context['min_length']}"
    return f"{shown(value)} is too long; allowed: at most {context['max_length']}"


def _fields(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """The keys that are allowed at a place of the model: those of the model met last on the way."""
    properties = model.model_json_schema()
    node = properties
    for part in location:
        node = _resolve(node, properties)
        others = [*node.get("patternProperties", {}).values(), node.get("additionalProperties"), node.get("items")]
        found = node.get("properties", {}).get(part)
        node = next((each for each in (found, *others) if isinstance(each, dict)), {})
    return list(_resolve(node, properties).get("properties", {}))


def _resolve(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    reference = node.get("$ref")
    return schema["$defs"][reference.rpartition("/")[2]] if reference else node
