"""A QR code: as text for a terminal, as a picture for a page."""

from __future__ import annotations

from typing import Any

_BORDER = 2


def qr_text(data: str, dark_ground: bool = True) -> str:
    """The code in half blocks, two rows to a line: for light letters on a dark ground, or the reverse."""
    rows = [list(row) for row in _code(data, "l").matrix_iter(border=_BORDER)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    inked = (lambda module: not module) if dark_ground else bool
    blocks = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
    return "\n".join(
        "".join(blocks[bool(inked(a)), bool(inked(b))] for a, b in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )


def qr_image(data: str) -> str:
    """The code as a PNG in a `data:` address."""
    return str(_code(data, "m").png_data_uri(scale=6, border=4))


def _code(data: str, error: str) -> Any:
    import segno  # hardly any start of the proxy shows one

    return segno.make(data, error=error, micro=False)
