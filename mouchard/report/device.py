"""What stays on the person's device, as the browser itself told it, phase by phase."""

from __future__ import annotations

from mouchard import words
from mouchard.capture.records import Phase
from mouchard.language import _, plural
from mouchard.report.content import SiteReport
from mouchard.report.document import Block, Section, Table, Text
from mouchard.store.rows import SnapshotRow

DAY = 86400.0
PICTURES = ("viewport", "page")


def device(report: SiteReport) -> Section:
    """Cookies and stored data with their lifetimes, or that nobody could look."""
    title = _("What stays on your device")
    if not report.snapshots:
        text = _("Not measured: cookies set by scripts and stored data are known only to the browser.")
        return Section("device", title, (Text(text),))
    blocks: list[Block] = [
        Text(_("Source: the browser itself (DevTools), at the end of each phase. Values were not kept."))
    ]
    cookies, stored = _cookies(report), _stored(report)
    if cookies:
        heads = (_("Cookie"), _("Belongs to"), _("Stays"), _("Seen"))
        blocks.append(Table(heads, cookies, _("Cookies")))
    if stored:
        heads = (_("Key"), _("Belongs to"), _("Size"), _("Seen"))
        blocks.append(Table(heads, stored, _("Stored data")))
    if not cookies and not stored:
        blocks.append(Text(_("Nothing was stored.")))
    if pictures := sum(row.kind in PICTURES for row in report.snapshots):
        blocks.append(
            Text(
                plural(
                    "{n} picture of the page was kept, and is fixed by the chain.",
                    "{n} pictures of the page were kept, and are fixed by the chain.",
                    pictures,
                )
            )
        )
    return Section("device", title, tuple(blocks))


def _cookies(report: SiteReport) -> tuple[tuple[str, ...], ...]:
    seen: dict[tuple[str, str], list[tuple[Phase, float | None]]] = {}
    for row in _of(report, "cookies"):
        for item in row.items:
            lifetime = item.get("lifetime")
            left = float(lifetime) if isinstance(lifetime, int | float) else None
            key = (str(item.get("name", "")), str(item.get("domain", "")))
            seen.setdefault(key, []).append((row.phase, left))
    return tuple(
        (name, domain, _stays([left for _phase, left in found]), _phases([phase for phase, _left in found]))
        for (name, domain), found in sorted(seen.items(), key=lambda one: (one[0][1], one[0][0]))
    )


def _stored(report: SiteReport) -> tuple[tuple[str, ...], ...]:
    seen: dict[tuple[str, str], list[tuple[Phase, int]]] = {}
    for row in _of(report, "local", "session"):
        for item in row.items:
            size = item.get("size")
            key = (str(item.get("key", "")), row.name)
            seen.setdefault(key, []).append((row.phase, size if isinstance(size, int) else 0))
    return tuple(
        (key, host, str(max(size for _phase, size in found)), _phases([phase for phase, _size in found]))
        for (key, host), found in sorted(seen.items(), key=lambda one: (one[0][1], one[0][0]))
    )


def _of(report: SiteReport, *kinds: str) -> list[SnapshotRow]:
    return [row for row in report.snapshots if row.kind in kinds]


def _stays(lifetimes: list[float | None]) -> str:
    longest = max((left for left in lifetimes if left is not None), default=None)
    if longest is None:
        return _("until the browser is closed")
    if longest < DAY:
        return _("less than a day")
    return plural("{n} day", "{n} days", round(longest / DAY))


def _phases(phases: list[Phase]) -> str:
    return ", ".join(_(words.PHASES[phase]) for phase in words.PHASES if phase in phases)
