"""The page of `corridor app` in a real browser: closed, usable by keyboard, at two widths, light and dark."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from tests.support.app_server import DRAWS, Served, serving
from tests.support.result_folders import HOSTILE, write_result

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Download, Page

pytest.importorskip("solara.server.starlette", reason="corridor-sim[app] is not installed")
pytestmark = pytest.mark.slow
PHONE, DESK = 360, 1200
LONG = 180_000  # milliseconds: other work may hold the machine up
SETTINGS = "?view=play&reference=no_policy&measures=&start=2022-11&months=3&draw=1&patrol_officers=2"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("results")
    write_result(folder / "run", worlds=("statement", HOSTILE), title=HOSTILE)
    with serving(folder) as found:
        yield found


def opened(browser: Browser, served: Served, query: str = "", **options: Any) -> Iterator[Page]:
    context = browser.new_context(**{"viewport": {"width": DESK, "height": 900}, **options})
    page = context.new_page()
    page.set_default_timeout(LONG)
    page.goto(served.address + query)
    page.wait_for_selector("footer")
    yield page
    context.close()


@pytest.fixture
def explore(browser: Browser, served: Served) -> Iterator[Page]:
    yield from opened(browser, served, "?view=explore")


@pytest.fixture
def play(browser: Browser, served: Served) -> Iterator[Page]:
    for page in opened(browser, served, SETTINGS):
        page.wait_for_function("document.body.innerText.includes('At the end of')")
        yield page


def saved(page: Page, label: str) -> tuple[str, bytes]:
    """What is saved when a button is pressed."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label, exact=True).click()
    found: Download = waiting.value
    return found.suggested_filename, Path(found.path()).read_bytes()


@pytest.mark.parametrize("query", ["?view=explore", SETTINGS])
def test_no_other_host_is_asked_and_nothing_fails(browser: Browser, served: Served, query: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    failed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.on("console", lambda message: failed.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: failed.append(dialog.message))
    page.goto(served.address + query)
    page.wait_for_selector("footer", timeout=LONG)
    page.wait_for_timeout(2000)
    assert {url for url in asked if not url.startswith((served.address, "data:", "blob:"))} == set()
    assert failed == []
    context.close()


@pytest.mark.parametrize("query", ["?view=explore", SETTINGS])
@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESK, "dark"), (DESK, "light")])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    browser: Browser, served: Served, axe: Callable[[Page], list[str]], query: str, width: int, scheme: str
) -> None:
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "reduced_motion": "reduce"}
    for page in opened(browser, served, query, **options):
        if query == SETTINGS:
            page.wait_for_function("document.body.innerText.includes('At the end of')")
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert axe(page) == []


def test_the_names_of_a_users_file_are_text(explore: Page) -> None:
    assert explore.get_by_text("alert(1)").count() > 0
    assert explore.evaluate("[...document.scripts].filter(each => each.textContent === 'alert(1)').length") == 0


def test_worlds_are_filtered_and_compared_with_deaths_beside_them(explore: Page) -> None:
    effects = explore.get_by_role("region", name=re.compile("Effects compared with"))
    assert effects.locator("tbody tr").count() == 3
    explore.get_by_role("checkbox").nth(1).check()
    explore.wait_for_function("document.querySelectorAll('[aria-label^=\"Effects compared\"] tbody tr').length === 6")
    explore.get_by_label("Indicator", exact=True).select_option(label="Attempts to cross by small boat")
    explore.get_by_label("Period", exact=True).select_option("2023")
    explore.wait_for_function("document.body.innerText.includes('”, in 2023, compared with')")
    assert effects.get_by_text("Deaths in the Channel").count() == 2
    assert "indicator=attempts_people" in explore.url
    assert "period=2023" in explore.url
    name, content = saved(explore, "Table as CSV")
    table = pd.read_csv(io.BytesIO(content))
    assert name == "effects.csv"
    assert set(table.indicator) == {"attempts_people", "deaths_channel", "deaths_mediterranean"}
    assert set(table.period.astype(str)) == {"2023"}
    assert b"<!DOCTYPE html>" in saved(explore, "Whole report as HTML")[1]


def test_a_slider_changes_the_link_and_the_link_brings_it_back(browser: Browser, served: Served, play: Page) -> None:
    slider = play.get_by_label("Patrol officers", exact=True)
    assert float(slider.input_value()) == 2.0
    slider.focus()
    play.keyboard.press("ArrowRight")
    link = play.get_by_label("Link to these settings")
    play.wait_for_function("document.querySelector('#field-link').value.includes('patrol_officers=2.1')")
    assert play.url == link.input_value()
    for other in opened(browser, served, "?" + play.url.partition("?")[2]):
        assert float(other.get_by_label("Patrol officers", exact=True).input_value()) == pytest.approx(2.1)


def test_days_pass_in_both_worlds_and_the_effect_sharpens(play: Page) -> None:
    day = play.locator("[role=status] b")
    before = day.inner_text()
    play.get_by_role("button", name="One week").click()
    play.wait_for_function(f"document.querySelector('[role=status] b').innerText !== '{before}'")
    assert day.inner_text() == "7 November 2022"
    play.get_by_role("button", name="20 days a second").click()
    play.wait_for_function("document.querySelector('[role=status] b').innerText.includes('December')")
    play.get_by_role("button", name="Pause").click()
    assert play.locator(".map svg[role=img]").count() == 4
    play.get_by_role("button", name="Work out the effect").click()
    play.wait_for_function(f"document.body.innerText.includes('{DRAWS} of {DRAWS} draws')")
    assert play.locator(".band").count() == 1
    said = play.locator(".said").inner_text()
    assert "deaths in the Channel" in said
    name, content = saved(play, "Draws as CSV")
    draws = pd.read_csv(io.BytesIO(content))
    assert name == "draws.csv"
    assert (draws.groupby("indicator").size() == DRAWS).all()
    days = pd.read_csv(io.BytesIO(saved(play, "Days as CSV")[1]))
    assert set(days.world) == {"reference", "changed"}
    assert saved(play, "Series as SVG")[1].startswith(b"<svg")


def test_the_experiment_that_is_saved_is_valid(play: Page, tmp_path: Path) -> None:
    name, content = saved(play, "Experiment (YAML)")
    assert name == "experiment.zip"
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
    command = [sys.executable, "-m", "corridor", "check", str(tmp_path / "experiment.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "own_levers" in done.stdout


def test_everything_is_reached_by_keyboard_and_focus_is_seen(explore: Page) -> None:
    explore.keyboard.press("Tab")
    assert explore.evaluate("document.activeElement.className") == "skip"
    reached = set()
    for _ in range(40):
        explore.keyboard.press("Tab")
        seen = explore.evaluate(
            "() => { const each = document.activeElement, style = getComputedStyle(each);"
            "return [each.tagName.toLowerCase(), each.id || each.innerText || '',"
            "parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== 'none']; }"
        )
        if seen[0] == "body":
            break
        assert seen[2], seen
        reached.add(seen[1])
    assert {"Explore results", "Play with levers", "field-run", "field-indicator", "Copy", "field-table"} <= reached


def test_the_play_is_used_by_keyboard_alone(browser: Browser, served: Served) -> None:
    for page in opened(browser, served, "?view=explore"):
        page.get_by_role("button", name="Play with levers").focus()
        page.keyboard.press("Enter")
        page.wait_for_function("document.body.innerText.includes('At the end of')")
        page.get_by_role("button", name="One day", exact=True).focus()
        page.keyboard.press("Space")
        page.wait_for_function("document.querySelector('[role=status] b').innerText === '1 November 2022'")
        assert page.evaluate("document.activeElement.innerText") == "One day"


def test_with_reduced_motion_days_pass_slowly(browser: Browser, served: Served) -> None:
    for page in opened(browser, served, SETTINGS, reduced_motion="reduce"):
        page.wait_for_function("document.body.innerText.includes('At the end of')")
        page.get_by_role("button", name="20 days a second").click()
        page.wait_for_function("document.querySelector('[aria-pressed=true]:not([disabled])') !== null")
        page.wait_for_timeout(2500)
        shown = page.locator("[role=status] b").inner_text()
        assert int(shown.split()[0]) <= 5 or shown.endswith("October 2022")


@pytest.mark.parametrize("query", ["?view=play&months=900", "?nonsense", "?view=play&patrol_officers=1e9"])
def test_a_bad_address_is_refused_in_words(browser: Browser, served: Served, query: str) -> None:
    page = browser.new_page()
    answer = page.goto(served.address + query)
    assert answer is not None
    assert answer.status == 400
    assert "allowed" in page.locator("main").inner_text().lower()
    page.close()
