"""Lists that can be asked for by name: where they are, and under which licence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """A published list. Addresses and licences are as the publishers state them, November 2026."""

    name: str
    title: str
    url: str
    licence: str
    non_commercial: bool = False
    """True where the licence forbids commercial use: the person must have seen and accepted that."""


PSL = "psl"
"""The Public Suffix List: no rules, but what makes a site."""

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source(
            "easyprivacy", "EasyPrivacy", "https://easylist.to/easylist/easyprivacy.txt",
            "GPL-3.0-or-later OR CC-BY-SA-3.0",
        ),
        Source(
            "easylist", "EasyList", "https://easylist.to/easylist/easylist.txt",
            "GPL-3.0-or-later OR CC-BY-SA-3.0",
        ),
        Source(
            "ublock-privacy", "uBlock filters – Privacy",
            "https://ublockorigin.github.io/uAssets/filters/privacy.txt", "GPL-3.0",
        ),
        Source(
            "adguard-tracking", "AdGuard Tracking Protection",
            "https://filters.adtidy.org/extension/ublock/filters/3.txt", "GPL-3.0",
        ),
        Source(
            "liste-fr", "Liste FR", "https://easylist-downloads.adblockplus.org/liste_fr.txt",
            "CC-BY-NC-SA-3.0", True,
        ),
        Source(
            "peter-lowe", "Peter Lowe's list",
            "https://pgl.yoyo.org/adservers/serverlist.php?hostformat=adblockplus&showintro=1&mimetype=plaintext",
            "McRae General Public License, non-commercial", True,
        ),
        Source(
            "disconnect", "Disconnect",
            "https://raw.githubusercontent.com/disconnectme/disconnect-tracking-protection/master/services.json",
            "CC-BY-NC-SA-4.0", True,
        ),
        Source(
            "trackerdb", "Ghostery TrackerDB",
            "https://github.com/ghostery/trackerdb/releases/latest/download/trackerdb.json",
            "CC-BY-NC-SA-4.0", True,
        ),
        Source(
            "ddg-tds", "DuckDuckGo TDS",
            "https://raw.githubusercontent.com/duckduckgo/tracker-blocklists/main/web/v6/extension-tds.json",
            "CC-BY-NC-SA-4.0", True,
        ),
        Source(
            PSL, "Public Suffix List", "https://publicsuffix.org/list/public_suffix_list.dat", "MPL-2.0",
        ),
    )
}  # fmt: skip
