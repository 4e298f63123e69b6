"""The pages made from declarations, the tables of ODD, and the site as a whole."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import corridor
from corridor.experiments.cli import app
from corridor.experiments.config.shipped import LAST_POSTERIOR
from corridor.experiments.docs import odd_tables, pages, parameter_page
from corridor.experiments.docs.copies import DOCUMENTS, LINK, NOTEBOOKS, ROOT, copy_documents, resolved
from corridor.experiments.docs.gallery import PUBLISHED, call_of, figure_table, is_figure, published_page
from corridor.experiments.docs.listing_pages import LISTED, command_page, listing_page
from corridor.experiments.docs.markdown import cell, estimate, number, table
from corridor.experiments.docs.pages import PAGES
from corridor.experiments.docs.parameter_page import history_of, importance_of, parameter_tables, places_of_use
from corridor.experiments.published.recipe import STEPS, Step
from corridor.model import INDICATORS, LEVERS, PARAMETERS
from corridor.results.plots.catalogue import index
from tests.support.documents import COMMANDS

SITE = ROOT / "experiments" / "docs"
WRITTEN = [path for path in sorted(SITE.rglob("*.md")) if not {"generated", "paper"} & set(path.parts)]


def test_the_tables_of_odd_are_those_of_today() -> None:
    text = odd_tables.ODD.read_text(encoding="utf-8")
    assert odd_tables.with_tables(text) == text, "run `make odd`"
    assert {name for _, name, _ in odd_tables.MARKED.findall(text)} == set(odd_tables.TABLES)


def test_a_stale_table_of_odd_is_noticed() -> None:
    text = odd_tables.ODD.read_text(encoding="utf-8")
    assert odd_tables.with_tables(text.replace("| `p_retry` |", "| `p_retri` |")) == text


def test_the_equations_of_odd_name_every_parameter_and_no_other() -> None:
    text = odd_tables.ODD.read_text(encoding="utf-8").split("## 7. Submodels")[1].split("## 8. Parameters")[0]
    named = set(re.findall(r"`([a-z][a-z0-9_]*)`", text))
    assert set(PARAMETERS) <= named
    assert named - set(PARAMETERS) <= {"scale"}


def test_every_parameter_is_said_to_act_somewhere() -> None:
    places = places_of_use()
    assert all(places.values())
    assert places["p_retry"] == ("coast.settle",) and "patrols.p_stopped" in places["launch_min"]


def test_the_page_of_parameters_says_what_was_published_and_what_ships() -> None:
    page = parameter_tables()
    assert all(f"| `{name}`<br>" in page for name in PARAMETERS)
    draws = pd.read_csv(LAST_POSTERIOR).p_retry
    assert history_of("p_retry").startswith(f"{np.median(draws):.3g} (")
    assert history_of("camp_stock_start") == "–"  # noqa: RUF001
    ranking = pd.read_csv(PUBLISHED / "sensitivity" / "ranking.csv")
    third = ranking.iloc[2]
    said = f"3 of {len(ranking)} ({third.mean_share:.2f}, clear on {third.clear})"
    assert importance_of(third.parameter).startswith(said)
    assert "within chance" in importance_of("risk_aversion_spread")


def test_shares_of_the_variance_are_shown_once_they_are_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parameter_page.published.cache_clear()
    monkeypatch.setattr(parameter_page, "PUBLISHED", tmp_path)
    assert list(parameter_page.first_order_of("p_retry")) == []
    table = tmp_path / parameter_page.SOBOL
    table.parent.mkdir()
    table.write_text(
        "parameter,indicator,index,value,low,high\n"
        "p_retry,arrivals_people,S1,0.25,0.1,0.4\np_retry,deaths_channel,S1,0.5,0.4,0.6\n"
        "boat_cost,arrivals_people,ST,0.3,0.2,0.4\n",
        encoding="utf-8",
    )
    assert list(parameter_page.first_order_of("p_retry")) == ["0.25 (0.1 to 0.4)"]
    assert list(parameter_page.first_order_of("boat_cost")) == []
    parameter_page.published.cache_clear()


@pytest.mark.parametrize(("what", "names"), [("levers", LEVERS), ("indicators", INDICATORS)])
def test_a_listing_has_every_name(what: str, names: dict[str, object]) -> None:
    page = listing_page(what)
    assert all(f"| `{name}`" in page for name in names)


def test_the_page_of_commands_has_every_command_and_option() -> None:
    page = command_page()
    sections = dict(re.findall(r"^## corridor (\S+)\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE))
    assert set(sections) == set(COMMANDS)
    for name, command in COMMANDS.items():
        options = {option for each in command.params for option in each.opts if option.startswith("--")}
        assert all(option in sections[name] for option in options - {"--help"}), name
    assert app.app is not None


def test_the_page_of_the_python_interface_has_every_public_name() -> None:
    page = (SITE / "reference" / "python.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\.\. auto\w+:: (\w+)$", page, re.MULTILINE))
    assert documented == set(corridor.__all__) - {"plots"} and "corridor.plots.NAME" in page


def test_cells_keep_what_would_end_them() -> None:
    assert cell("a | b\n*c* _d_ <e> $f") == "a \\| b \\*c\\* \\_d\\_ \\<e> \\$f"
    assert cell("_a_ in `b_c|d` and e_f") == "\\_a\\_ in `b_c\\|d` and e\\_f"
    assert table(("x",), [("1",)]) == "| x |\n| --- |\n| 1 |\n"
    assert [number(12500.0), number(0.05), estimate(1234.5), estimate(0.12345)] == ["12,500", "0.05", "1,234", "0.123"]


def test_every_published_figure_is_shown_with_its_code(tmp_path: Path) -> None:
    page = published_page(tmp_path)
    shown = set(re.findall(r"!\[[^\]]+\]\(images/(\S+)\)", page))
    assert shown == {Path(file).name for step in STEPS for file in step.files if is_figure(PUBLISHED / file)}
    assert len(shown) > 10 and all((tmp_path / "images" / name).exists() for name in shown)


def test_the_gallery_has_one_section_for_every_figure_with_the_code_that_makes_it() -> None:
    found = [
        section
        for page in sorted((SITE / "gallery").glob("*.md"))
        for section in re.findall(
            r"^## `(\w+)`$(.*?)(?=^## |\Z)", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
        )
    ]
    assert sorted(name for name, _ in found) == index.names()
    for name, text in found:
        assert f"corridor.plots.{name}(" in text or f'corridor.plots.write("{name}",' in text, name
        assert f"#{name})" in figure_table()


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_the_code_of_a_gallery_entry_makes_the_call_of_the_recipe(step: Step) -> None:
    call = ast.parse(call_of(step)).body[-1]
    assert isinstance(call, ast.Expr) and isinstance(call.value, ast.Call)
    names: dict[str, Any] = {}
    exec("\n".join(line for line in call_of(step).splitlines() if "import " in line), names)
    names |= {"corridor": corridor}
    assert eval(ast.unparse(call.value.func), names) is step.call
    arguments = {each.arg: eval(ast.unparse(each.value), names) for each in call.value.keywords}
    assert arguments == dict(step.arguments)


def test_links_of_copied_documents_lead_to_pages_of_the_site(tmp_path: Path) -> None:
    copy_documents(tmp_path)
    for source, page in DOCUMENTS.items():
        for image, _, target, _ in LINK.findall((tmp_path / f"{page}.md").read_text(encoding="utf-8")):
            assert "://" in target or (tmp_path / target).exists(), (source, target)
            assert not image or target.startswith("images/")
    assert resolved("calibration/README.md", "../results/published/") == "results/published/README.md"


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.relative_to(SITE).as_posix())
def test_links_to_made_pages_name_pages_that_are_made(path: Path) -> None:
    made = {f"generated/{name}.md" for name in [*PAGES, "published_figures"]} | {
        f"generated/documents/{page}.md" for page in DOCUMENTS.values()
    }
    for link in re.findall(r"\]\((?:\.\./)*(generated/[^)#]+)", path.read_text(encoding="utf-8")):
        assert link in made, link


def test_pages_of_an_earlier_version_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGES", {"levers": lambda: "# Levers"})
    for name in ("gallery.md", "levers.md", "documents/old.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("# Old", encoding="utf-8")
    pages.write_pages(tmp_path)
    assert (tmp_path / "levers.md").read_text(encoding="utf-8") == "# Levers"
    assert not (tmp_path / "gallery.md").exists() and not (tmp_path / "documents" / "old.md").exists()
    assert (tmp_path / "documents" / "odd.md").exists() and (tmp_path / "published_figures.md").exists()


def test_every_page_and_notebook_is_in_the_contents() -> None:
    listed = {
        resolved(path.relative_to(ROOT).as_posix(), f"{line.split('<')[-1].strip(' >')}.md")
        for path in WRITTEN
        for tree in re.findall(
            r"^```\{toctree\}\n(.*?)^```", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
        )
        for line in tree.splitlines()
        if line and not line.startswith(":")
    }
    there = {path.relative_to(ROOT).as_posix() for path in WRITTEN}
    notebooks = {f"experiments/docs/generated/notebooks/{path.name}" for path in (ROOT / NOTEBOOKS).glob("*.md")}
    assert there | notebooks - {"experiments/docs/index.md"} <= listed | {"experiments/docs/index.md"}
    assert {f"experiments/docs/generated/{what}.md" for what in LISTED} <= listed


@pytest.mark.slow
def test_the_site_is_built_without_a_warning_and_asks_nothing_of_another_host(tmp_path: Path) -> None:
    pytest.importorskip("sphinx")
    off = ["-D", "nb_execution_mode=off"]  # notebooks are run by tests/test_document_code.py
    build = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", *off]
    done = subprocess.run([*build, str(SITE), str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > 40
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not re.findall(r'(?:src|srcset)="(?:https?:)?//|<link[^>]+href="(?:https?:)?//', text), page
