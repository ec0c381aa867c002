"""Spellings of an e-mail address: as typed, and by the recipes of Meta, Google, Reddit, UID2, Microsoft."""

from __future__ import annotations

from mouchard.identity.recipes.spelling import Spellings

_GOOGLE = ("gmail.com", "googlemail.com")


def spellings(value: str) -> Spellings:
    """All spellings of one address."""
    found = Spellings()
    bare = "".join(value.split()).removeprefix("mailto:")
    low = bare.lower()
    found.put(low, "lower")
    found.put(value, "as_typed")
    found.put(bare, "no_space")
    found.put(low.upper(), "upper")
    found.put(low.replace("i\u0307", "i"), "lower")
    local, at, domain = low.rpartition("@")
    if not at or not local:
        return found
    found.put(f"{bare.rpartition('@')[0]}@{domain}", "lower_domain")
    if not domain.isascii():
        found.put(f"{local}@{_punycode(domain)}", "punycode")
    untagged = local.partition("+")[0]
    canonical = untagged.replace(".", "")
    found.put(f"{untagged}@{domain}", "no_tag")
    if domain in _GOOGLE:
        found.put(f"{canonical}@{domain}", "gmail_canonical")
        found.put(f"{local.replace('.', '')}@{domain}", "gmail_no_dots")
    found.put("".join(c for c in untagged if c.isalnum()) + f"@{domain}", "alnum_notag")
    found.put(f"{canonical}@{domain}", "no_dots_no_tag")
    found.put(f"{local.replace('.', '')}@{domain}", "no_dots", "hash")
    if domain in _GOOGLE:
        other = _GOOGLE[1 - _GOOGLE.index(domain)]
        for name, text in (("", local), ("no_tag_", untagged), ("canonical_", canonical)):
            found.put(f"{text}@{other}", f"{name}{other.partition('.')[0]}")
    return found


def _punycode(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain
