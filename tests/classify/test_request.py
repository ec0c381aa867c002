"""What a request says of itself."""

from __future__ import annotations

import pytest

from mouchard.capture.records import first_values
from mouchard.classify.request import asker_of, normal_type, third_by_browser, type_of
from mouchard.model import Message


def told(method: str = "GET", kind: str = "http", **headers: str) -> Message:
    """A request with these headers."""
    names = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Message("c", 1, kind, 0.0, method, "https://x.example/", names, b"", False, 1)  # type: ignore[arg-type]


def said(**headers: str) -> dict[str, str]:
    """What a request with these headers says."""
    return first_values(told(**headers).headers)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (told(Sec_Fetch_Dest="script"), "script"),
        (told(Sec_Fetch_Dest="serviceworker"), "script"),
        (told(Sec_Fetch_Dest="style"), "stylesheet"),
        (told(Sec_Fetch_Dest="iframe"), "subdocument"),
        (told(Sec_Fetch_Dest="document"), "document"),
        (told(Sec_Fetch_Dest="track"), "media"),
        (told(Sec_Fetch_Dest="embed"), "object"),
        (told(Sec_Fetch_Dest="manifest"), "other"),
        (told(Sec_Fetch_Dest="empty", Sec_Fetch_Mode="cors"), "xmlhttprequest"),
        (told("POST", Sec_Fetch_Dest="empty", Sec_Fetch_Mode="no-cors"), "ping"),
        (told("POST", Content_Type="text/ping", Sec_Fetch_Dest="empty"), "ping"),
        (told(Upgrade="websocket"), "websocket"),
        (told(kind="ws"), "websocket"),
        (told(Accept="text/html,application/xhtml+xml"), "document"),
        (told(Accept="text/css,*/*;q=0.1"), "stylesheet"),
        (told(Accept="image/avif,image/webp"), "image"),
        (told(Accept="*/*"), "other"),
        (told(X_Requested_With="XMLHttpRequest"), "xmlhttprequest"),
        (told(), "other"),
    ],
)
def test_type(message: Message, kind: str) -> None:
    assert type_of(message, first_values(message.headers)) == kind


@pytest.mark.parametrize(
    ("word", "kind"),
    [("xhr", "xmlhttprequest"), ("FETCH", "xmlhttprequest"), ("main_frame", "document"),
     ("sub_frame", "subdocument"),
     ("beacon", "ping"), ("image", "image"), ("weird", "other"), ("", "other")],
)  # fmt: skip
def test_types_by_other_names(word: str, kind: str) -> None:
    assert normal_type(word) == kind


def test_the_browsers_word_on_the_party() -> None:
    assert third_by_browser(said(Sec_Fetch_Site="cross-site")) is True
    assert third_by_browser(said(Sec_Fetch_Site="same-origin")) is False
    assert third_by_browser(said(Sec_Fetch_Site="same-site")) is False
    assert third_by_browser(said(Sec_Fetch_Site="none")) is None
    assert third_by_browser(said()) is None


def test_who_asks() -> None:
    assert asker_of(said(Referer="https://a.example/p", Origin="https://b.example")) == "https://a.example/p"
    assert asker_of(said(Origin="https://b.example")) == "https://b.example"
    assert asker_of(said(Origin="null")) == ""
