"""The page itself, in Solara: two views, each with its fields, pictures and files to download."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import solara
from markupsafe import Markup

from corridor.experiments.app import fields
from corridor.experiments.app.address import EXPLORE, PLAY, ExploreSettings, PlaySettings, read_query
from corridor.experiments.app.explore import Choices, by_year, comparison, summary, table_view
from corridor.experiments.app.explore_files import EXPLORE_FILES, explore_file
from corridor.experiments.app.html import paragraphs, problem_list
from corridor.experiments.app.parts import Controls, Downloads, box, html
from corridor.experiments.app.play.page_files import PLAY_FILES, play_file
from corridor.experiments.app.play.panels import ONE_FUTURE, SERIES, chart_of_series, counts, effect_panel, title_of
from corridor.experiments.app.play.pictures import land, layer
from corridor.experiments.app.play.session import PlaySession, View
from corridor.experiments.app.runs import read_run, runs_in
from corridor.experiments.app.server import AppServer
from corridor.model.engine.errors import InputError
from corridor.results.report.language import language_of
from corridor.results.store.case_file import StoreError

ENGLISH = language_of("en")
PURPOSE = (
    "Simulated worlds of synthetic people. They predict no person, and no patrol can be planned with them. Attempts "
    "are events and are never added to people; deaths stand beside every effect."
)
KEY = (
    "Circles: people on the way or waiting, by place; their area is the number. Boats: launched or stopped in seven "
    "days, by coast sector. Bars: few, some or many patrol teams for the length of the coast, over four weeks."
)


NO_PROBLEMS: list[str] = []


@solara.component
def Layout(children: list[Any]) -> Any:
    """Nothing around the page."""
    return solara.Div(children=children, classes=["corridor"])


@solara.component
def Page() -> None:
    """The heading, the two views, and what the page may not be used for."""
    server = AppServer.current
    assert server is not None
    router = solara.use_router()
    first = solara.use_memo(lambda: beginning(server, router.search or ""), [])
    view, set_view = solara.use_state(PLAY if isinstance(first, PlaySettings) else EXPLORE)
    html(
        "header",
        Markup('<a class="skip" href="#content">Skip to the content</a><h1>Corridor</h1>') + paragraphs([PURPOSE]),
    )
    tabs = [(EXPLORE, "Explore results"), (PLAY, "Play with levers")]
    buttons = [fields.button(name, label, pressed=view == name) for name, label in tabs]
    with box("nav", "views", {"aria-label": "Views"}):
        Controls(
            label="Views", groups=[fields.group("View", buttons)], event_set=lambda change: set_view(tab_of(change))
        )
    with box("main", "", {"id": "content", "tabindex": "-1"}):
        if view == PLAY:
            Play(server, first if isinstance(first, PlaySettings) else PlaySettings())
        else:
            Explore(server, first if isinstance(first, ExploreSettings) else ExploreSettings())
    texts = [ENGLISH.text(f"use.p{k}") for k in (1, 2, 3)]
    html("footer", Markup("<h2>{}</h2>").format(ENGLISH.text("use.title")) + paragraphs(texts))


def tab_of(change: Mapping[str, Any]) -> str:
    """The view that was chosen."""
    return PLAY if change.get("name") == PLAY else EXPLORE


def beginning(server: AppServer, query: str) -> ExploreSettings | PlaySettings:
    """What is shown first: what the address says (the guard has read it before), else results where there are any."""
    try:
        found = read_query(query)
    except InputError:
        found = None
    if found is not None:
        return found
    return ExploreSettings() if runs_in(server.options.folder) else PlaySettings()


@solara.component
def Explore(server: AppServer, first: ExploreSettings) -> None:
    """A stored result, filtered and compared."""
    settings, set_settings = solara.use_state(first)
    problems, set_problems = solara.use_state(NO_PROBLEMS)
    runs = list(runs_in(server.options.folder))
    if not runs:
        html("div", paragraphs([f"{server.options.folder} holds no results yet; `corridor run quick` makes some."]))
        return
    shown = settings if settings.run else ExploreSettings(run=runs[0])
    try:
        choices = Choices(read_run(server.options.folder, shown.run), shown)
    except StoreError as error:
        html("div", problem_list([str(error)]))
        choose = [fields.group("Choose", [fields.choice("run", "Result", "", [("", ""), *((n, n) for n in runs)])])]
        Controls(
            label="Result",
            groups=choose,
            event_set=lambda change: set_settings(ExploreSettings(run=str(change["value"]))),
        )
        return

    def change(change: Mapping[str, Any]) -> None:
        try:
            set_settings(fields.changed_explore(shown, choices.shown, change))
            set_problems([])
        except InputError as error:
            set_problems(list(error.problems))

    with box("div", "view"):
        with box("section", "side", {"aria-label": "What is shown"}):
            Controls(label="What is shown", groups=fields.explore_groups(choices, runs), event_set=change)
            Controls(label="Share", groups=fields.link(shown.query))
            Downloads("Download", EXPLORE_FILES, lambda name: explore_file(choices, name))
        with box("div", "content"):
            html("div", problem_list(problems) if problems else Markup(""))
            html("div", paragraphs(choices.left_out, "small"), {"role": "status"})
            html("section", summary(choices), {"aria-label": "Answer"})
            html("section", Markup("<h2>Effects, with deaths beside them</h2>") + comparison(choices))
            html("section", Markup("<h2>Year by year</h2>") + by_year(choices))
            with box("section", ""):
                html("h2", Markup("Tables"))
                names = [(name, f"{name}.csv") for name in choices.contents.tables]
                choose = [fields.group("Choose", [fields.choice("table", "File", choices.table, names)])]
                Controls(label="Table", groups=choose, event_set=change)
                html("div", table_view(choices))


@solara.component
def Play(server: AppServer, first: PlaySettings) -> None:
    """Two worlds from one past."""
    shared = solara.use_memo(lambda: server.shared, [])
    draws = shared.ground.draws
    begin = solara.use_memo(lambda: first if first.draw in draws else PlaySettings(), [])
    view, set_view = solara.use_state(View(begin))
    problems, set_problems = solara.use_state(NO_PROBLEMS)
    indicator, set_indicator = solara.use_state(SERIES[0])
    session = solara.use_memo(lambda: PlaySession(shared, begin, set_view), [])
    solara.use_effect(lambda: running(session), [])
    settings, settings_now = solara.use_state(begin)
    refused, set_refused = solara.use_state(0)

    def change(change: Mapping[str, Any]) -> None:
        try:
            if change.get("name") == "indicator" and change.get("value") in SERIES:
                set_indicator(str(change["value"]))
            elif not act(session, change):
                wanted = fields.changed_play(settings, change)
                if wanted.draw not in draws:
                    raise InputError([f"draw: {wanted.draw} is not allowed; 1 to {draws[-1]}"])
                session.change(wanted)
                settings_now(wanted)
            set_problems([])
        except InputError as error:
            set_problems(list(error.problems))
            set_refused(refused + 1)

    with box("div", "view play"):
        with box("section", "side", {"aria-label": "Worlds and levers", "id": "levers", "tabindex": "-1"}):
            groups = fields.play_groups(settings, shared.ground, draws, refused)
            Controls(label="Worlds and levers", groups=groups, event_set=change)
            Controls(label="Share", groups=fields.link(settings.query))
            Downloads("Download", PLAY_FILES, lambda name: play_file(session.view, shared.ground.spec, indicator, name))
        with box("div", "content"):
            html("div", problem_list(problems) if problems else Markup(""))
            html("div", Markup('<a class="to-side" href="#levers">To the levers</a>'))
            Controls(label="Days", groups=fields.run_groups(view, len(draws), indicator, SERIES), event_set=change)
            html("div", progress(view), {"role": "status"})
            Maps(view, shared)
            html("div", paragraphs([KEY], "small"))
            html("section", Markup("<h2>One possible course</h2>") + paragraphs([ONE_FUTURE], "small") + counts(view))
            html("section", Markup("<h2>Series beside the record</h2>") + chart_of_series(view, indicator))
            effect = effect_panel(view.effect, view.settings, indicator)
            html("section", Markup("<h2>Effect from many draws</h2>") + (effect or paragraphs([NOT_ASKED])))


NOT_ASKED = (
    "Not worked out yet. Both worlds are simulated for every draw, in the background; the interval narrows as draws "
    "come in."
)


def act(session: PlaySession, change: Mapping[str, Any]) -> bool:
    """Do what a button asks of a session; whether it was one of its buttons."""
    name, calm = str(change.get("name")), change.get("calm") is True
    acts: dict[str, Callable[[], None]] = {
        "step": lambda: session.step(1),
        "week": lambda: session.step(7),
        "play1": lambda: session.play(1),
        "play5": lambda: session.play(1 if calm else 5),
        "play20": lambda: session.play(1 if calm else 20),
        "pause": lambda: session.play(0),
        "restart": lambda: session.change(session.view.settings),
        "effect": session.ask,
    }
    if name in acts:
        acts[name]()
    return name in acts


def running(session: PlaySession) -> Callable[[], None]:
    """Start the thread of a session; what ends it when the visitor leaves."""
    threading.Thread(target=session.run, daemon=True, name="corridor-play").start()
    return session.close


def progress(view: View) -> Markup:
    """What the simulation is doing, in a line."""
    frame = view.frames[1]
    if view.phase == "failed":
        return Markup('<p class="problem">The simulation stopped: {}</p>').format(view.message)
    if frame is None:
        return Markup("<p>The past begins ...</p>")
    day = ENGLISH.day(str(frame.day))
    if view.phase == "past":
        return Markup("<p>The past that both worlds share is simulated: <b>{}</b></p>").format(day)
    over = " This is the last day." if view.phase == "over" else ""
    return Markup("<p>At the end of <b>{}</b>.{}</p>").format(day, over)


@solara.component
def Maps(view: View, shared: Any) -> None:
    """Both worlds side by side; the land is sent once."""
    geography = shared.ground.geography
    with box("div", "worlds"):
        for world in (0, 1):
            title = title_of(view.settings, world)
            with box("section", "world"):
                html("h2", Markup("{}").format(title))
                for name in ("channel", "routes"):
                    with box("div", "map"):
                        html("div", land(name))
                        html("div", layer(name, view.frames[world], geography, title))
