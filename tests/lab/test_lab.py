"""Every kind of request, from tabs that interleave, in real browsers: each belongs to the right site.

The lab knows the truth, because each address bears the word of the page that made it, and for Chromium
the browser's own log confirms it. `-s` shows the table.
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mouchard.store.rows import RequestRow
from tests.lab.visit import Seen, visit
from tests.lab.world import Lab, Tab

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]

QUIET = """img script css fetch fetch-json beacon iframe sandbox iframe-data worker-blob websocket eventsource
    redirects module video form-frame object xhr-post prefetch srcdoc keepalive fetch-own"""
PLAIN = "img img-quiet script css fetch xhr-post beacon iframe sandbox websocket redirects fetch-own object"
MUSEUM = "https://www.musee-trois.example/pivoine/top/a.html"
BANK = "https://www.banque-cinq.example/lavande/top/a.html"
MAIL = "https://clic.courriel-pro.example/tulipe/mail/a.hop?to="

Score = Mapping[tuple[bool, str], int]


def shop(then: str = "over()") -> Tab:
    return Tab("orchidee", "www.magasin-un.example", then=then)


def news(then: str = "over()") -> Tab:
    return Tab("jasmin", "www.journal-deux.example", turn=0.5, then=then)


def two_tabs() -> tuple[Lab, Sequence[str]]:
    """A shop and a newspaper with the same trackers; then one bounces on, the other goes to pay."""
    bounce = f'location.href = "https://sync.echange.example/__TAB__/bounce/a.hop?to={MUSEUM}";'
    pay = f"""const form = document.createElement("form");
        Object.assign(form, {{method: "POST", action: "{BANK}"}});
        document.body.append(form); form.submit();"""
    left, right = shop(bounce), news(pay)
    museum = Tab("pivoine", "www.musee-trois.example", "img fetch iframe css img-quiet")
    bank = Tab("lavande", "www.banque-cinq.example", "img script fetch-own beacon")
    return Lab((left, right, museum, bank), 2), (left.url, right.url)


def odd_tabs() -> tuple[Lab, Sequence[str]]:
    """Five at once: shop and newspaper, a clinic that names itself to nobody, a page over plain http, a click
    in an e-mail."""
    clinic = Tab("violette", "www.clinique-sept.example", " ".join(QUIET.split()), 0.5, "no-referrer")
    plain = Tab("bruyere", "www.ancien-quatre.example", PLAIN, 0.25, scheme="http")
    mail = Tab("tulipe", "www.voyage-six.example", "img fetch img-quiet", 0.75)
    left, right = shop(), Tab("jasmin", "www.journal-deux.example", turn=0.6)
    tabs = (left, right, clinic, plain, mail)
    return Lab(tabs, 5), (*(tab.url for tab in tabs[:-1]), MAIL + mail.url)


@contextmanager
def place() -> Iterator[Path]:
    """A folder with a short name, and a home in it."""
    with (
        tempfile.TemporaryDirectory(prefix="mouchard-lab-", ignore_cleanup_errors=True) as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("MOUCHARD_HOME", f"{folder}/home")
        yield Path(folder)


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def seen(request: pytest.FixtureRequest) -> Iterator[tuple[str, list[tuple[Lab, Seen]]]]:
    """What one browser left in both scenes."""
    found = []
    for scene in (two_tabs, odd_tabs):
        lab, urls = scene()
        with place() as folder:
            found.append((lab, visit(folder, lab, {request.param: urls})))
    yield request.param, found


def placed(lab: Lab, rows: Sequence[RequestRow]) -> Iterator[tuple[RequestRow, str, str]]:
    """Each request of the lab with its kind and the site it belongs to."""
    for row in rows:
        parts = urlsplit(row.url).path.split("/")
        if len(parts) == 4 and parts[1] in lab.truth:
            yield row, parts[2], lab.truth[parts[1]]


def table(found: Sequence[tuple[Lab, Seen]]) -> tuple[dict[str, Counter[tuple[bool, str]]], list[str]]:
    """Kind → (right, confidence) → how often; and what was wrong, in words."""
    kinds: dict[str, Counter[tuple[bool, str]]] = defaultdict(Counter)
    wrong = []
    for lab, seen in found:
        for row, kind, site in placed(lab, seen.rows):
            kinds[kind][row.site == site, row.site_confidence] += 1
            if row.site != site:
                wrong.append(f"{kind}: {row.site} ({row.site_confidence}), not {site}: {row.site_why}")
    return kinds, wrong


@pytest.mark.needs("chromium", "firefox", "certutil")
def test_every_kind_of_request_belongs_to_the_right_site(
    seen: tuple[str, list[tuple[Lab, Seen]]],
) -> None:
    name, found = seen
    kinds, wrong = table(found)
    for kind, counts in sorted(kinds.items()):
        told = ", ".join(f"{n} {'right' if ok else 'WRONG'} {how}" for (ok, how), n in sorted(counts.items()))
        print(f"{name:<9}{kind:<26}{told}")
    total = sum(counts.total() for counts in kinds.values())
    right = sum(n for counts in kinds.values() for (ok, _), n in counts.items() if ok)
    high = sum(n for counts in kinds.values() for (_, how), n in counts.items() if how == "high")
    print(*wrong, sep="\n")
    print(f"{name}: {len(kinds)} kinds, {total} requests, {right / total:.1%} right, {high / total:.1%} high")
    assert len(kinds) >= 45
    assert not [line for line in wrong if "(high)" in line]
    assert right / total >= 0.95, wrong
    assert high / total >= 0.70


@pytest.mark.needs("chromium", "firefox", "certutil")
def test_what_cannot_be_known_names_its_candidates(seen: tuple[str, list[tuple[Lab, Seen]]]) -> None:
    _, found = seen
    unsure = [
        (row, site)
        for lab, visited in found
        for row, _, site in placed(lab, visited.rows)
        if row.site != site
    ]
    assert all(row.site_confidence != "high" for row, _ in unsure)
    named = [row for row, site in unsure if site in row.site_why]
    assert len(named) >= len(unsure) / 2


@pytest.mark.needs("chromium", "certutil")
def test_chromiums_own_log_says_the_same_of_the_truth(
    seen: tuple[str, list[tuple[Lab, Seen]]],
) -> None:
    name, found = seen
    if name == "firefox":  # it keeps no such log
        assert not any(visited.tops for _, visited in found)
        return
    compared = 0
    for lab, visited in found:
        for url, top in visited.tops.items():
            parts = urlsplit(url).path.split("/")
            hop = len(parts) == 4 and parts[2].startswith(
                ("bounce", "mail")
            )  # a page load of its own to Chromium
            if len(parts) == 4 and parts[1] in lab.truth and not hop:
                assert top == lab.truth[parts[1]], url
                compared += 1
    assert compared > 200


@pytest.mark.needs("chromium", "firefox", "certutil")
def test_two_browsers_behind_one_address_stay_apart() -> None:
    left, right = shop(), news()
    lab = Lab((left, right), 2)
    with place() as folder:
        seen = visit(folder, lab, {"chromium": [left.url], "firefox": [right.url]})
    assert {row.key for row in seen.clients} >= {"127.0.0.1/chrome", "127.0.0.1/firefox"}
    crossed = [
        (row.url, row.site, row.client)
        for row, _, site in placed(lab, seen.rows)
        if row.site not in (site, "identite.example")
    ]
    assert crossed == []
    clients = {(site, row.client) for row, _, site in placed(lab, seen.rows) if site != "identite.example"}
    assert clients == {
        ("magasin-un.example", "127.0.0.1/chrome"),
        ("journal-deux.example", "127.0.0.1/firefox"),
    }
