"""Hosts and the site each belongs to: the registrable domain, private suffixes included."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from mouchard import paths

_PLAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*").fullmatch


def normal_host(host: str) -> str:
    """The host as lists write it: lower case, A-labels, no trailing dot, no brackets."""
    if _PLAIN(host):
        return host
    host = _bare(host).lower()
    return host if host.isascii() else _bare(_a_labels(host))


def _bare(host: str) -> str:
    return "".join(host.split()).replace("[", "").replace("]", "").rstrip(".")


def is_ip(host: str) -> bool:
    """Whether this normal host is an IPv4 or IPv6 address."""
    if ":" not in host and not host[-1:].isdigit():
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@lru_cache(65_536)
def site_of(host: str) -> str:
    """The registrable domain of a host by the Public Suffix List with its private section.

    Addresses, single labels and bare public suffixes are their own site.
    """
    host = normal_host(host)
    if "." not in host or is_ip(host):
        return host
    return _registrable()(host) or host


def suffixes(host: str) -> Iterator[str]:
    """The host, then each parent domain: `a.b.org`, `b.org`, `org`."""
    yield host
    if is_ip(host):
        return
    dot = host.find(".")
    while dot >= 0:
        yield host[dot + 1 :]
        dot = host.find(".", dot + 1)


def suffix_list() -> Path | None:
    """The Public Suffix List that the person downloaded, if any; else tldextract's own is in force."""
    path = paths.lists() / "psl.dat"
    return path if path.is_file() else None


def psl_disagreements() -> tuple[tuple[str, str, str], ...]:
    """Golden hosts that tldextract and publicsuffix2, fed the same list, do not both place where they belong.

    Each is (host, by tldextract, by publicsuffix2).
    """
    from mouchard.classify.golden import SITES

    second = _publicsuffix2(suffix_list() or _snapshot())
    readings = ((host, right, site_of(host), second(host)) for host, right in SITES.items())
    return tuple(
        (host, first, other) for host, right, first, other in readings if not right == first == other
    )


def _snapshot() -> Path | None:
    """The Public Suffix List inside tldextract."""
    from importlib.resources import files

    path = Path(str(files("tldextract"))) / ".tld_set_snapshot"
    return path if path.is_file() else None


def _a_labels(host: str) -> str:
    import idna  # its tables take a while to load, and most hosts are ASCII

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        try:
            return host.encode("idna").decode("ascii")
        except UnicodeError:
            return host


@lru_cache(1)
def _registrable() -> Callable[[str], str]:
    """Look-up of the registrable domain; tldextract is imported on first use (it takes 0.2 s)."""
    downloaded = suffix_list()
    try:
        import tldextract
    except ImportError:
        return _publicsuffix2(downloaded)
    extract = tldextract.TLDExtract(
        suffix_list_urls=(downloaded.as_uri(),) if downloaded else (),
        cache_dir=None,
        fallback_to_snapshot=True,
        include_psl_private_domains=True,
    )

    def registrable(host: str) -> str:
        found = extract(host)
        if found.suffix:
            return found.top_domain_under_public_suffix
        return ".".join(host.split(".")[-2:])  # the default rule `*` of the list's algorithm

    return registrable


def _publicsuffix2(path: Path | None) -> Callable[[str], str]:
    import publicsuffix2

    if path is None:
        rules = publicsuffix2.PublicSuffixList()
    else:
        with path.open(encoding="utf-8") as lines:
            rules = publicsuffix2.PublicSuffixList(lines)
    return lambda host: rules.get_sld(host, strict=False) or ""
