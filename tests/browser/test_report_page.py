"""The page of a report in a real browser: closed, readable at two widths, light and dark, used by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from corridor.results.report.report import write_report
from tests.support.result_folders import HOSTILE, write_result

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
PHONE, DESK = 360, 1200
COLOURS = """() => {
  // WCAG 2.2, relative luminance and contrast of every text with the first opaque background behind it
  const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const part = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = numbers(getComputedStyle(each).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility()) continue;
    if (["SCRIPT", "STYLE", "OPTION"].includes(element.tagName)) continue;
    const style = getComputedStyle(element);
    const inSvg = element.tagName.toLowerCase() === "text";
    const pair = [light(numbers(inSvg ? style.fill : style.color)), light(behind(element))].sort((a, b) => b - a);
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (contrast < 4.5) found.push([element.tagName, element.textContent.trim().slice(0, 40), contrast]);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_result(tmp_path_factory.mktemp("page") / "run", worlds=("statement", HOSTILE), title=HOSTILE)
    return write_report(folder, "en", ["html"])[0]


def opened(browser: Browser, path: Path, **options: Any) -> Iterator[Page]:
    context = browser.new_context(**options)
    page = context.new_page()
    page.goto(path.as_uri())
    yield page
    context.close()


@pytest.fixture
def page(browser: Browser, path: Path) -> Iterator[Page]:
    yield from opened(browser, path, viewport={"width": DESK, "height": 900})


def test_nothing_is_asked_for_and_nothing_fails(browser: Browser, path: Path) -> None:
    page = browser.new_page()
    asked: list[str] = []
    failed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.on("console", lambda message: failed.append(message.text))
    page.on("dialog", lambda dialog: failed.append(dialog.message))
    page.goto(path.as_uri())
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert failed == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_nothing_is_wider_than_the_window_and_all_text_has_contrast(
    browser: Browser, path: Path, width: int, scheme: str
) -> None:
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "reduced_motion": "reduce"}
    for page in opened(browser, path, **options):
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(COLOURS) == []
        sizes = page.evaluate(
            "[...document.querySelectorAll('svg text')].filter(each => each.checkVisibility())"
            ".map(each => each.getBoundingClientRect().height)"
        )
        assert min(sizes) > 9.0
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_axe_finds_nothing(
    browser: Browser, path: Path, axe: Callable[[Page], list[str]], width: int, scheme: str
) -> None:
    for page in opened(browser, path, viewport={"width": width, "height": 900}, color_scheme=scheme):
        assert axe(page) == []


def test_a_switch_changes_the_chart_and_a_mark_is_read_out(page: Page) -> None:
    chart = page.locator("[data-charts]").first
    shown = chart.locator("[data-variant]:not([hidden])")
    before = shown.locator("figcaption").first.inner_text()
    chart.get_by_label("Indicator").select_option(label="Deaths in the Channel")
    assert shown.count() == 1
    assert "deaths in the Channel" in shown.locator("figcaption").first.inner_text() != before
    shown.locator(".mark").first.hover()
    assert chart.locator("[data-readout]").inner_text() == "2023: +9 (−14 to +39)"


def test_everything_is_reached_by_keyboard_and_focus_is_seen(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    reached: dict[str, int] = {}
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "skip":
            break  # once around
        seen = page.evaluate(
            "() => { const each = document.activeElement, style = getComputedStyle(each);"
            "const area = each.querySelector?.('.area'); const outline = parseFloat(style.outlineWidth) > 0 &&"
            "style.outlineStyle !== 'none'; return [each.tagName.toLowerCase(), outline ||"
            "(area !== null && area !== undefined && getComputedStyle(area).stroke !== 'none')]; }"
        )
        assert seen[1] or seen[0] == "body", seen
        reached[seen[0]] = reached.get(seen[0], 0) + 1
    assert reached["select"] == 4
    assert reached["g"] == 3  # one stop for each chart: two by year, one of the worlds
    assert {"div", "summary"} <= set(reached)


def test_arrow_keys_move_from_mark_to_mark(page: Page) -> None:
    page.locator("svg .mark[tabindex='0']").first.focus()
    readout = page.locator("[data-readout]").first
    first = readout.inner_text()
    page.keyboard.press("ArrowRight")
    second = readout.inner_text()
    page.keyboard.press("ArrowLeft")
    assert first.startswith("2023: −")
    assert second.startswith("2024: −")
    assert readout.inner_text() == first


def test_print_opens_tables_and_hides_what_cannot_be_used(page: Page) -> None:
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("[...document.querySelectorAll('details')].every(each => each.open)")
    assert not page.locator("nav").is_visible()
    assert not page.locator("select").first.is_visible()


def test_without_scripts_the_first_charts_are_there(browser: Browser, path: Path) -> None:
    for page in opened(browser, path, java_script_enabled=False):
        assert page.locator("svg:visible").count() == 3
        assert page.locator("h1").is_visible()
