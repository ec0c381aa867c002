"""Every key of the live view, in one table: the bindings, the key bar and the help come from it."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding, BindingType

from mouchard.language import mark


@dataclass(frozen=True, slots=True)
class Key:
    """One thing the person can do, where, and with which keys."""

    keys: str
    """In Textual's names, by commas."""
    cap: str
    """What is printed on the keycap."""
    action: str
    label: str
    """One or two words, for the bar at the bottom; empty: not shown there."""
    help: str
    places: tuple[str, ...]
    """Screens by name; `everywhere` is the app."""


KEYS: tuple[Key, ...] = (
    Key("up,k", "↑ k", "move(-1)", "", mark("one row up"), ("table",)),
    Key("down,j", "↓ j", "move(1)", "", mark("one row down"), ("table",)),
    Key("pageup", "PgUp", "page(-1)", "", mark("one page up"), ("table",)),
    Key("pagedown", "PgDn", "page(1)", "", mark("one page down"), ("table",)),
    Key("home,g", "Home g", "end(-1)", "", mark("to the first row"), ("table",)),
    Key("end,G", "End G", "end(1)", "", mark("to the last row"), ("table",)),
    Key("enter", "↵", "open", mark("Open"), mark("open what is selected: the findings, then one finding"),
        ("table",)),
    Key("left,h", "← h", "fold(1)", "", mark("fold the site"), ("overview",)),
    Key("right,l", "→ l", "fold(0)", "", mark("unfold the site"), ("overview",)),
    Key("left,h", "←", "step(-1)", mark("Previous"), mark("the previous finding"), ("finding",)),
    Key("right,l", "→", "step(1)", mark("Next"), mark("the next finding"), ("finding",)),
    Key("left,h", "←", "step(-1)", "", mark("the previous device"), ("phone",)),
    Key("right,l", "→", "step(1)", mark("Next"), mark("the next device"), ("phone",)),
    Key("escape", "Esc", "back", mark("Back"), mark("back to where you came from (never quits)"),
        ("sheet", "events", "findings", "finding", "phone", "setup", "help")),
    Key("slash", "/", "filter", mark("Filter"), mark("filter by site, company, data type, level…"),
        ("overview",)),
    Key("f", "f", "filter_this", "", mark("show only the selected site or company"), ("overview",)),
    Key("F,escape", "F Esc", "filter_clear", "", mark("show everything again"), ("overview",)),
    Key("e", "e", "export", mark("Report"), mark("write the report of the site and see where it lies"),
        ("overview", "sheet", "events", "findings", "finding")),
    Key("c", "c", "company", mark("Company"),
        mark("all that the company can put together about you, over sites and devices"),
        ("overview", "findings", "finding")),
    Key("w", "w", "website", "", mark("the site: what left it, before and after each choice"),
        ("overview", "findings", "finding")),
    Key("m", "m", "choice", mark("My choice"),
        mark("note what you chose on the consent banner: accepted, refused, withdrawn"),
        ("overview", "sheet", "findings", "finding")),
    Key("S", "S", "sort", mark("Order"), mark("another order: most serious, most leaks, latest"),
        ("overview", "sheet", "events")),
    Key("b", "b", "group", mark("Group by"), mark("group by site, company, data type, device, person"),
        ("overview", "events", "groups")),
    Key("d", "d", "demo", mark("Demo"), mark("watch an invented shop leak an invented person's data"),
        ("overview", "empty")),
    Key("o", "o", "browser", mark("Browser"), mark("open a browser that goes through Mouchard"),
        ("overview", "empty", "setup")),
    Key("p", "p", "phone", mark("Phone"), mark("connect a phone"), ("overview", "empty", "setup")),
    Key("i", "i", "identity", mark("Who am I"), mark("say who you are, so that your data is recognised"),
        ("overview", "empty", "setup")),
    Key("u", "u", "unmask", mark("Values"), mark("show the values that are looked for, or hide them again"),
        ("setup",)),
    Key("v", "v", "invent", mark("Invent"),
        mark("invent a test person: finding one of its values proves where it came from"), ("setup",)),
    Key("x", "x", "forget", mark("Remove"), mark("remove somebody from who is looked for; asks first"),
        ("setup",)),
    Key("space", "Space", "hold", "", mark("hold the picture still; the capture goes on"), ("overview",)),
    Key("P", "P", "pause", "", mark("pause the recording; browsing goes on unrecorded"), ("overview",)),
    Key("y", "y", "copy", "", mark("copy what is selected, masked"),
        ("overview", "sheet", "events", "findings", "finding")),
    Key("s", "s", "setup", "", mark("setup: certificate, devices, who am I, what is never opened"),
        ("overview", "empty")),
    Key("1", "1", "view(1)", "", mark("overview: who gets what"), ("everywhere",)),
    Key("2", "2", "view(2)", mark("Sites"), mark("all sites"), ("everywhere",)),
    Key("3", "3", "view(3)", mark("Recipients"), mark("all recipients"), ("everywhere",)),
    Key("4", "4", "view(4)", mark("Data types"), mark("all data types"), ("everywhere",)),
    Key("5", "5", "view(5)", mark("Events"), mark("all messages, as they come"), ("everywhere",)),
    Key("ctrl+p", "^p", "command_palette", "", mark("find any of these by name"), ("everywhere",)),
    Key("t", "t", "theme", "", mark("dark or light"), ("everywhere",)),
    Key("question_mark,f1", "?", "help", mark("Help"), mark("this page"), ("everywhere",)),
    Key("q,ctrl+c,ctrl+q", "q", "leave", mark("Quit"), mark("quit; asks first if that stops a capture"),
        ("everywhere",)),
)  # fmt: skip


def bindings(place: str) -> list[BindingType]:
    """Textual's bindings for one place."""
    return [
        Binding(key.keys, key.action, key.label or key.help, show=False)
        for key in KEYS
        if place in key.places
    ]


def bar(*places: str) -> list[Key]:
    """The keys worth showing at the bottom of a screen, in the order of the table."""
    return [key for key in KEYS if key.label and set(places) & set(key.places)]
