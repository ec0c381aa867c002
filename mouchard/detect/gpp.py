"""IAB's Global Privacy Platform string: which regions' choices it holds, and what those of the US say."""

from __future__ import annotations

from functools import lru_cache

from mouchard.extract.decoders.base64 import to_bytes

_NAMES = {
    2: "tcfeuv2", 5: "tcfcav1", 6: "uspv1", 7: "usnat", 8: "usca", 9: "usva", 10: "usco", 11: "usut",
    12: "usct", 13: "usfl", 14: "usmt", 15: "usor", 16: "ustx", 17: "usde", 18: "usia", 19: "usne",
    20: "usnh", 21: "usnj", 22: "ustn",
}  # fmt: skip
_SALE_AND_ADS = (12, 14)
_CHOICES = {7: (18, 22), 8: (12, 14), 11: (14, 16), 18: (14, 16)}
"""Section -> bits where the choices on sale and on advertising or sharing begin; `_SALE_AND_ADS` for others.
Layout: IAB Tech Lab, Global-Privacy-Platform/Sections."""
_SOLD = {"-": "not applicable", "Y": "opted out", "N": "not opted out"}
_SAID = {0: "not applicable", 1: "opted out", 2: "not opted out"}


@lru_cache(maxsize=512)
def sections(text: str) -> dict[str, str]:
    """Section name -> its encoded text, or nothing where this is no GPP string."""
    header, *parts = text.split("~")
    if len(text) > 4000 or not header.startswith("DB") or not parts:
        return {}
    numbers = _numbers("".join(f"{byte:08b}" for byte in to_bytes(header + "A" * (-len(header) % 4))))
    if not numbers or len(numbers) != len(parts):
        return {}
    return {
        _NAMES.get(number, f"section {number}"): part for number, part in zip(numbers, parts, strict=True)
    }


def words(text: str) -> str:
    """The choices in words: `usnat: sale opted out, advertising not opted out`; sections of Europe and of
    unknown layout are only named."""
    return "; ".join(_section(name, part) for name, part in sections(text).items())


def us_privacy(text: str) -> str:
    """The older US string with its choice in words: `1YNN: sale not opted out`."""
    said = _SOLD.get(text[2:3].upper(), "unclear")
    return f"{text}: sale {said}"


def _section(name: str, part: str) -> str:
    if name == "uspv1":
        return f"{name}: {us_privacy(part)}"
    number = next((n for n, known in _NAMES.items() if known == name), 0)
    if number < 7:
        return f"{name}: present"
    core = part.partition(".")[0]
    bits = "".join(f"{byte:08b}" for byte in to_bytes(core))
    sale, ads = _CHOICES.get(number, _SALE_AND_ADS)
    if len(bits) < ads + 2:
        return f"{name}: present, not decoded"
    said = [_SAID.get(int(bits[place : place + 2], 2), "unclear") for place in (sale, ads)]
    return f"{name}: sale {said[0]}, {'sharing' if number == 8 else 'advertising'} {said[1]}"


def _numbers(bits: str) -> list[int]:
    """The section numbers of the header: type 3, version 1, then ranges of Fibonacci-coded steps."""
    if bits[:12] != "000011000001":
        return []
    count, place, last = int(bits[12:24], 2), 24, 0
    found: list[int] = []
    for _ in range(min(count, 64)):
        is_range = bits[place : place + 1] == "1"
        step, place = _fibonacci(bits, place + 1)
        first = last = last + step
        if is_range:
            step, place = _fibonacci(bits, place)
            last += step
        if not step or last > 200:
            return []
        found.extend(range(first, last + 1))
    return found


def _fibonacci(bits: str, place: int) -> tuple[int, int]:
    """A Fibonacci-coded number, which ends with two ones, and the place behind it; 0 where none ends."""
    end = bits.find("11", place)
    if end < 0 or end - place > 20:
        return 0, place
    number, (one, other) = 0, (1, 2)
    for bit in bits[place : end + 1]:
        number += one if bit == "1" else 0
        one, other = other, one + other
    return number, end + 2
