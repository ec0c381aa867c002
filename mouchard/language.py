"""The language people read: English in the source, other languages from gettext catalogues in `locale/`."""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from contextvars import ContextVar
from pathlib import Path

LANGUAGES = ("en", "fr")
LOCALE = Path(__file__).parent / "locale"

_ENGLISH = gettext.NullTranslations()
_catalogue: ContextVar[gettext.NullTranslations] = ContextVar("catalogue", default=_ENGLISH)


def use(language: str = "") -> str:
    """Speak this language from here on in this context (`fr`, `fr_FR.UTF-8`; empty: the person's locale)."""
    chosen = pick(language, os.environ)
    _catalogue.set(gettext.translation("mouchard", LOCALE, [chosen], fallback=True))
    return chosen


def spoken() -> str:
    """The language in use in this context."""
    return _catalogue.get().info().get("language", "en")


def pick(language: str, environ: Mapping[str, str]) -> str:
    """One of `LANGUAGES`: the wish if we have it, else the first of the locale variables that we have."""
    wishes = [language] if language else []
    if not language:
        locale = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
        if locale not in ("", "C", "POSIX"):  # gettext's own rule: LANGUAGE counts only in a real locale
            wishes += environ.get("LANGUAGE", "").split(":")
        wishes.append(locale)
    known = (wish[:2].lower() for wish in wishes)
    return next((code for code in known if code in LANGUAGES), "en")


def _(text: str) -> str:
    """The text in the language in use."""
    return _catalogue.get().gettext(text) if text else ""


def plural(one: str, many: str, count: int, **parts: str) -> str:
    """The form that fits the count, in the language in use; the count is put in as `{n}`, parts by name."""
    return _catalogue.get().ngettext(one, many, count).format(n=count, **parts)


def mark(text: str) -> str:
    """Marks a text of a table for the catalogue; `_` translates it where it is shown."""
    return text
