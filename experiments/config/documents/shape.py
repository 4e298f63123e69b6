"""Names, types and bounds of a document, checked by a pydantic model and reported in this project's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from corridor.experiments.config.documents.document import Document, Keys, Unreadable
from corridor.experiments.config.documents.messages import allowed, is_number, shown

NAME, ONE_LINE = r"^[a-z][a-z0-9_]{0,39}$", r"^[^\r\n]*\S[^\r\n]*$"
PATTERNS = {
    NAME: "lower-case letters, digits and _, a letter first, at most 40",
    ONE_LINE: "one line of text that is not blank",
}
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
    """Whether a list is only called too short because its items are wrong, which is reported."""
    return error["type"] == "too_short" and bool(error["input"])


def _keys(document: Document, location: Sequence[str | int], missing: bool) -> Keys:
    """pydantic's location without the parts that are not keys of the file ('[key]', names of alternatives)."""
    keys: Keys = ()
    for part in location:
        if document.look_up(*keys, part) is not None or (*keys, part) in document.places:
            keys = (*keys, part)
    return (*keys, location[-1]) if missing else keys


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
