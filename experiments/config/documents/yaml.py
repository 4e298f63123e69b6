"""YAML files read with the line of every key.

The reader composes the YAML 1.2 tree itself instead of loading it, because all problems of a file are reported at once:
duplicate keys, dates that do not exist and words that cannot be read are collected, not raised one by one.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from corridor.experiments.config.documents.document import Document, Keys, Unreadable, dotted
from corridor.experiments.config.documents.messages import shown
from corridor.experiments.config.shipped import called, near_file
from corridor.model.inputs.characters import acts
from corridor.model.inputs.files import refusal

MOST_VALUES = 100_000


def read(path: Path) -> Document:
    """Read a YAML file that is a mapping; what is wrong with it stands in `problems` of the document."""
    document = Document(called(path))
    text = _text(path, document)
    if text is not None:
        read_text(text, document)
    return document


def _text(path: Path, document: Document) -> str | None:
    try:
        if why := refusal(path):
            document.problems.append(f"{document.name}: {why}")
            return None
        raw = path.read_bytes()
    except FileNotFoundError:
        document.problems.append(f"{document.name}: no such file{near_file(path)}")
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


def encodable(text: str) -> bool:
    """Whether text can be written into a file: the half of a character that "\\ud800" stands for cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


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
            plain = self.constructor.construct_object(node)
            if not isinstance(plain, str) or (encodable(plain) and not acts(plain)):
                return plain
            what, allowed = ("a control character", "text") if acts(plain) else ("half of a character", "whole ones")
            self.document.report(keys, f"{shown(node.value)} holds {what}; allowed: {allowed}")
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
            if not isinstance(key, str) or key == "" or not encodable(key) or acts(key):
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
