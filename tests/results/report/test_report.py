"""The report of a stored result: complete, closed, escaped, accessible, and the same from the same results."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from corridor.results import report
from corridor.results.report import pdf as typeset
from corridor.results.report.appendix import MOST_BYTES, fitting
from corridor.results.report.contents import read_contents, with_record
from corridor.results.report.document import Charts, Document, TableBlock
from corridor.results.report.images import for_page
from corridor.results.report.language import LANGUAGES, language_of
from corridor.results.report.report import document_of, write_report
from corridor.results.report.snippet import snippet
from corridor.results.store.case_file import StoreError
from tests.support.result_folders import DEFAULT, HOSTILE, write_result

needs_typst = pytest.mark.skipif(not typeset.pdf_can_be_made(), reason="typst is not installed")


class Page(HTMLParser):
    """What stands in a page: tags with their attributes, and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def attributes(self, name: str) -> list[str]:
        """Every value of an attribute."""
        return [str(attrs[name]) for _, attrs in self.tags if name in attrs]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def page_of(folder: Path, language: str = "en") -> Page:
    (path,) = write_report(folder, language, ["html"])
    return Page(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_result(tmp_path_factory.mktemp("report") / "run", worlds=("statement", "patrols"))


@pytest.fixture(scope="module")
def page(folder: Path) -> Page:
    return page_of(folder)


@pytest.mark.parametrize(
    "words",
    [
        "What changes between 1 January 2023 and 31 December 2024 in 2 worlds",
        "arrivals by small boat fall by about 26,000 (20,800 to 30,100; 13 % of the baseline)",
        "It is not clear whether deaths in the Channel rise or fall (−34 to +97), and for deaths in the Mediterranean",
        "Launches fall clearly in the sectors of Calais, and rise clearly in none; it is not clear whether arrivals",
        "Entries are set by albania_returns in",
        "Grades of the measures (A read in a source, B derived, C assumed): 1 of grade B.",
        "The record lies within the 90 % interval of",
        "What no sample varies",
        "must not be used for decisions about individuals",
        "corridor run x.yaml --seeds 30 --scale 10",
        "Data dictionary",
        "The costs of single measures, as far as they are published, are in the table of measures.",
        "numpy 2",
    ],
)
def test_the_page_says_what_a_report_must_say(page: Page, words: str) -> None:
    assert words in page.text


def test_a_page_in_french_has_no_english_of_ours(folder: Path) -> None:
    text = page_of(folder, "fr").text
    assert "les arrivées en petit bateau baissent d’environ 26 000" in text
    for english in language_of("en").texts.values():
        sentence = english.split("{")[0]
        assert len(sentence) < 25 or sentence not in text, sentence


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_asks_nothing_of_another_host(folder: Path, code: str) -> None:
    made = page_of(folder, code)
    for name in ("src", "href", "srcset", "action", "poster"):
        assert all(value.startswith(("#", "data:")) for value in made.attributes(name))
    (path,) = write_report(folder, code, ["html"])
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import|fetch\(|XMLHttp|https?://(?!www\.w3\.org/2000/svg)", text)
    assert "default-src 'none'" in text
    assert len(text) < 5_000_000


def test_headings_are_in_order_and_everything_has_a_name(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    assert {value.removeprefix("#") for value in page.attributes("href") if value.startswith("#")} <= set(ids)
    assert set(page.attributes("aria-labelledby")) <= set(ids)
    selects = [attrs["id"] for tag, attrs in page.tags if tag == "select"]
    assert len(selects) == 4
    assert set(selects) <= set(page.attributes("for"))
    assert all(attrs.get("alt") for tag, attrs in page.tags if tag == "img")
    assert all(attrs.get("aria-label") for tag, attrs in page.tags if tag == "svg")
    tables = sum(tag == "table" for tag, _ in page.tags)
    assert sum(tag == "caption" for tag, _ in page.tags) == tables > 4
    assert dict(page.tags)["html"] == {"lang": "en"}


def test_one_combination_of_choices_is_shown_and_all_are_there(page: Page) -> None:
    variants = [attrs for _, attrs in page.tags if "data-variant" in attrs]
    by_year = [attrs for attrs in variants if attrs["data-variant"]]
    assert sum("hidden" not in attrs for attrs in by_year) == 2  # by year, and the worlds beside each other
    indicators = sum(name in DEFAULT for name in ("arrivals_people", "attempts_people", "deaths_channel")) + 3
    assert len(by_year) == indicators * 2 + indicators * 3


def test_names_of_users_are_no_code(tmp_path: Path) -> None:
    folder = write_result(tmp_path / "run", worlds=(HOSTILE, "null"), title=HOSTILE)
    made = page_of(folder)
    assert sum(tag == "script" for tag, _ in made.tags) == 1
    assert " ".join(HOSTILE.split()) in made.text
    assert "null" in made.text
    assert not [attrs for _, attrs in made.tags if any(name.startswith("on") for name in attrs)]
    shown = Page(snippet(folder))
    assert not [tag for tag, _ in shown.tags if tag == "script"]
    assert " ".join(HOSTILE.split()) in shown.text


@needs_typst
def test_the_pdf_shows_names_of_users_as_they_are(tmp_path: Path) -> None:
    folder = write_result(tmp_path / "run", worlds=(HOSTILE,), title='#panic("evaluated") #import "x"')
    (path,) = write_report(folder, "fr", ["pdf"])
    assert path.read_bytes().startswith(b"%PDF-")


@needs_typst
@pytest.mark.parametrize("code", LANGUAGES)
def test_equal_results_give_equal_bytes(tmp_path: Path, code: str) -> None:
    made = [write_report(write_result(tmp_path / name / "run"), code) for name in ("a", "b")]
    for one, other in zip(*made, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    assert b"CreationDate" not in made[0][1].read_bytes()


def test_costs_are_called_unknown_only_where_no_measure_has_one(tmp_path: Path) -> None:
    folder = write_result(tmp_path / "run")
    assert "No costs are known" not in page_of(folder).text
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["configuration"]["policy_files"]["a"]["cost_eur_million"] = None
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert "No costs are known in this folder." in page_of(folder).text


def test_a_long_text_takes_no_more_than_its_part_of_a_sheet() -> None:
    header = ["Measure", "Grade", "Cost (EUR million)", "Levers", "Source"]
    row = ["The joint statement", "C", "72.2", ", ".join(["patrol officers"] * 20), "UK-France joint statement: " * 3]
    data = typeset.table_data(TableBlock("t", header, [row], frozenset({2})), language_of("en"))
    texts = [data["widths"][k] for k in (0, 3, 4)]
    assert all(data["widths"][k] == 0 for k in (1, 2))  # they take what they need
    assert all(share / sum(texts) > 0.12 for share in texts)
    assert texts[1] == max(texts)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_chart_says_what_its_intervals_are(folder: Path, code: str) -> None:
    language = language_of(code)
    document = document_of(read_contents(folder), language)
    charts = [chart for charts in charts_of(document) for some in charts.variants.values() for chart in some]
    words = [language.text(f"interval.{kind}") for kind in ("mean", "seed")]
    assert len(charts) > 10
    assert all(any(each in chart.caption and each in chart.alt for each in words) for chart in charts)
    assert {chart.caption.endswith(words[1]) for chart in charts if chart.legend} == {True}  # values, not effects


def test_values_of_draws_have_the_interval_of_a_further_draw(tmp_path: Path) -> None:
    folder = write_result(tmp_path / "run")
    effects = pd.read_csv(folder / "effects.csv")
    effects.assign(interval="draw_normal").to_csv(folder / "effects.csv", index=False)
    text = page_of(folder).text
    assert "90 % intervals for one further draw of the posterior, taken as normal, being fewer than 19" in text
    assert "beside the record where there is one; 90 % intervals for one further draw of the posterior: chance" in text


def test_values_have_the_record_of_the_channel_beside_them_only_where_the_map_is_the_one_that_ships() -> None:
    row = {"world": "a", "indicator": "arrivals_people", "period": "2023", "mean": 1.0}
    values, days = pd.DataFrame([row]), {"start": "2023-01-01", "end": "2023-12-31"}
    assert with_record(values, days).observed.tolist() == [29437.0]
    assert "observed" not in with_record(values, {**days, "places": "places.csv"})
    assert with_record(values.assign(observed=np.nan), days).observed.isna().all()  # the run itself knows of none


def charts_of(document: Document) -> list[Charts]:
    return [block for section in document.sections for block in section.blocks if isinstance(block, Charts)]


def test_series_differ_by_the_shapes_of_their_marks_and_keys(folder: Path, tmp_path: Path) -> None:
    first = charts_of(document_of(read_contents(folder), language_of("en")))[0].first
    levels = next(chart for chart in first if chart.legend)
    assert [colour for colour, _ in levels.legend] == ["c0", "c1", "c2"]
    for colour, tag in (("c0", "circle"), ("c1", "polygon"), ("c2", "rect")):
        marks = re.findall(rf'<g class="mark {colour}[^>]*>(.*?)</g>', levels.svg)
        assert marks
        assert all(re.search(rf"<{tag} (?!class)", mark) for mark in marks)
    data = typeset.plain(Charts("", (), {(): [levels]}), tmp_path, "k", language_of("en"))
    assert [key["shape"] for key in data[0]["legend"]] == ["circle", "diamond", "square"]


def test_a_french_report_says_what_in_it_is_english(folder: Path) -> None:
    text = page_of(folder, "fr").text
    assert "Les figures enregistrées de la simulation, avec leurs textes en anglais." in text
    assert "Les titres, les leviers et les sources sont en anglais" in text


def test_images_of_the_page_are_there_at_once(page: Page) -> None:
    assert [attrs for tag, attrs in page.tags if tag == "img"]
    assert not page.attributes("loading")  # they are within the page, and printed with it


def test_a_folder_without_a_manifest_has_a_report(tmp_path: Path) -> None:
    folder = write_result(tmp_path / "kept", with_manifest=False)
    text = page_of(folder).text
    assert "Results in the folder kept" in text
    assert "Which measures the worlds have is not recorded in this folder." in text
    assert "This folder has no manifest" in text


def test_a_result_without_worlds_shows_its_tables(tmp_path: Path) -> None:
    manifest = {"title": "T", "tables": {"indices.csv": {"meaning": "indices", "columns": {}}}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    rows = [("arrivals_people", "whole run", "morris", name, "mu_star", value) for name, value in (("a", 1), ("b", 2))]
    columns = ["indicator", "period", "method", "parameter", "index", "value"]
    pd.DataFrame(rows, columns=columns).to_csv(tmp_path / "indices.csv", index=False)
    text = page_of(tmp_path).text
    assert "What do the tables of this analysis hold?" in text
    largest = "Parameters with the largest index (morris, mu_star) for arrivals by small boat, of which no interval is"
    assert f"{largest} known: b and a." in text
    assert "indices.csv (2 rows)" in text


def test_few_seeds_and_imposed_entries_are_cautions_beside_the_answer(tmp_path: Path) -> None:
    folder = write_result(tmp_path / "run")
    effects = pd.read_csv(folder / "effects.csv")
    effects.assign(seeds=4, imposed="albania_returns").to_csv(folder / "effects.csv", index=False)
    document = document_of(read_contents(folder), language_of("en"))
    assert document.cautions[0] == "Few seeds (4): no conclusion is safe; run more."
    assert document.cautions[1].startswith("Part of this did not emerge: entries are set by a file of policy or data")
    effects.assign(note="").to_csv(folder / "effects.csv", index=False)
    calm = document_of(read_contents(folder), language_of("en"))
    assert len(calm.cautions) == 1
    assert len(calm.answer) == len(document.answer) == 3


PLAN = '{"title": "", "baseline": "", "worlds": {}, "seeds": [], "points": [], "identities": {}, "configuration": {}}'


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("notes.txt", "x", "holds no result"),
        ("manifest.json", "{", "manifest.json: cannot be read"),
        ("manifest.json", "[]", "manifest.json: cannot be read: it holds no object"),
        ("manifest.json", '{"tables": {"effects.csv": {}}}', "tables, 'effects.csv', is damaged"),
        ("manifest.json", '{"tables": {"effects.csv": {"meaning": "", "columns": {}}}}', "effects.csv: cannot be read"),
        ("effects.csv", "world,mean\na,1\n", "holds no result"),
        ("plan.json", '{"worlds": 3}', "plan.json: cannot be read: "),
        ("plan.json", PLAN, "holds a run without the manifest.json of its tables"),
    ],
)
def test_a_folder_that_is_no_result_is_refused(tmp_path: Path, name: str, content: str, words: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(StoreError, match=re.escape(words)):
        write_report(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_expected_effect_comes_with_one_future(tmp_path: Path) -> None:
    folder = write_result(tmp_path / "run")
    effects = pd.read_csv(folder / "effects.csv")
    more = {"expected": effects["mean"], "expected_low": effects.low, "expected_high": effects.high}
    more |= {"future_low": effects.low * 3.0, "future_high": -effects.low}
    more |= {"share_chance": 0.46, "share_behaviour": 0.44, "share_strength": 0.1}
    effects.assign(**more).to_csv(folder / "effects.csv", index=False)
    text = page_of(folder).text
    assert (
        "46 % is chance, 44 % is uncertainty of behaviour, and 10 % is uncertainty of the strength of measures" in text
    )
    assert "fall, 13 % of the baseline; chance may hide it in one future" in text
    assert "−90,000 to +30,000" in text
    assert "those of one future are for one further draw of the posterior: chance, and uncertainty" in text


def test_figures_that_do_not_fit_are_left_out_by_size() -> None:
    paths = [Path(name) for name in ("a.png", "b.png", "c.png")]
    assert fitting(dict(zip(paths, (MOST_BYTES, 1000, 2000), strict=True))) == (paths[1:], paths[:1])


def test_a_large_figure_is_made_smaller(tmp_path: Path) -> None:
    dots = np.random.default_rng(1).integers(0, 255, (300, 3200, 3), dtype=np.uint8)
    path = tmp_path / "a.png"
    Image.fromarray(dots).save(path)
    content = for_page(path)
    assert len(content) < path.stat().st_size / 4
    assert content == for_page(path)
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == (1600, 150)


@pytest.mark.slow
def test_the_page_of_many_worlds_is_under_five_megabytes(tmp_path: Path) -> None:
    folder = write_result(tmp_path / "run", worlds=tuple(f"world {k}" for k in range(40)), years=range(2018, 2026))
    dots = np.random.default_rng(1).integers(0, 255, (900, 1600, 3), dtype=np.uint8)
    for k in range(3):
        Image.fromarray(dots // 64 * 64).save(folder / "figures" / f"noise_{k}.png")
    (path,) = write_report(folder, "en", ["html"])
    assert path.stat().st_size < 5_000_000


def test_the_folder_names_its_modules() -> None:
    names = re.findall(r"`(\w+)`", report.__doc__ or "")
    assert len(names) == 6
    assert [name for name in names if not (Path(report.__file__).parent / f"{name}.py").is_file()] == []
