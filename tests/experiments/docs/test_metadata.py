"""Metadata for those who cite or archive: one version, one licence, valid forms; citations of the paper exist."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date

from ruamel.yaml import YAML

from corridor.experiments.docs.copies import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAPER = ROOT / "experiments" / "docs" / "paper"
REQUIRED = {"cff-version", "message", "title", "authors"}  # of the Citation File Format 1.2.0
SECTIONS = ("Summary", "Statement of need", "Functionality", "Responsible use", "References")


def test_the_citation_file_is_valid() -> None:
    cited = YAML(typ="safe").load(ROOT / "CITATION.cff")
    assert set(cited) >= REQUIRED and cited["cff-version"] == "1.2.0" and cited["type"] == "software"
    assert cited["license"] == PROJECT["license"]
    assert date.fromisoformat(cited["date-released"]) and all(each["name"] for each in cited["authors"])


def test_the_metadata_of_the_archive_agree_with_the_citation() -> None:
    archived = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    cited = YAML(typ="safe").load(ROOT / "CITATION.cff")
    assert archived["upload_type"] == "software"
    assert (archived["title"], archived["version"]) == (cited["title"], cited["version"])
    assert archived["keywords"] == cited["keywords"]
    assert [each["name"] for each in archived["creators"]] == [each["name"] for each in cited["authors"]]


def test_every_citation_of_the_paper_has_one_reference_and_every_reference_is_cited() -> None:
    text = (PAPER / "paper.md").read_text(encoding="utf-8")
    entries = re.findall(r"^@\w+\{(\w+),(.*?)^\}", (PAPER / "paper.bib").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    names = [name for name, _ in entries]
    assert set(re.findall(r"@(\w+\d{4})", text)) == set(names) and len(set(names)) == len(names)
    for name, body in entries:
        fields = set(re.findall(r"^  (\w+) = \{.+\},?$", body, re.MULTILINE))
        assert {"author", "title", "year"} <= fields and fields & {"doi", "url"}, name


def test_the_paper_has_the_sections_and_the_length_that_the_journal_asks_for() -> None:
    text = (PAPER / "paper.md").read_text(encoding="utf-8")
    body = text.split("---\n", 2)[2]
    assert re.findall(r"^# (.+)$", body, re.MULTILINE) == list(SECTIONS)
    assert 250 <= len(body.split()) <= 1000
