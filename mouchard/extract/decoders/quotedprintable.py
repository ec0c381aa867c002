"""Quoted-printable, as in mails: `=40` for `@`, `=C3=A8` for `è`, a bare `=` at the end of broken lines."""

from __future__ import annotations

import quopri
import re

from mouchard.extract.part import Part, as_text

_ESCAPE = re.compile(r"=(?:[0-9A-F]{2}|\r?\n|$)")


def decode(value: str) -> tuple[Part, ...]:
    """The text behind the escapes; nothing where a sign of equality is none, or where all that was escaped
    are letters and digits."""
    escapes = _ESCAPE.findall(value)
    if not escapes or value.count("=") != len(escapes) or not value.isascii():
        return ()
    if len(escapes) < 4 and not any(
        (len(one) == 3 and not chr(int(one[1:], 16)).isascii()) or one in _TOLD for one in escapes
    ):
        return ()
    text = as_text(quopri.decodestring(value.encode()))
    return (Part(("quoted-printable",), "", "", text),) if text else ()


_TOLD = frozenset(f"={ord(c):02X}" for c in " \t!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
