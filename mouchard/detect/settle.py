"""Each fact once: the strongest proof of a type in a field, the innermost of nested fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mouchard.detect.structure import around
from mouchard.model import Hit

_PROOFS = {"identity": 0, "sync": 1, "field": 2, "shape": 3}
_BASES = {"invented": 0, "declared": 0, "learned": 1, "": 2}
_DIGESTS: frozenset[str] = frozenset(
    "md5 sha1 sha224 sha256 sha384 sha512 sha3_256 sha3_512 blake2b blake2s ripemd160 crc32".split()
)
_WHOLE = frozenset(("body", "websocket", "path"))
"""Places where no field at all means the whole text, in which the fields lie."""
_SAME = {"mac": "bssid", "bssid": "mac", "user_id": "device_id", "device_id": "user_id"}
"""One number read as either."""
_SHOWN = frozenset(("search", "product", "purchase"))
"""Types whose values are shown as they are."""
_TOLD = _SHOWN | frozenset(("page_url", "topic", "message", "country", "gender", "device_id", "id_sync"))


def settled(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits without those that a stronger one makes superfluous, in the order they came."""
    if len(hits) < 2:
        return tuple(hits)
    kept: dict[tuple[str, str, str, tuple[str, ...], str], Hit] = {}
    within: dict[tuple[str, str], list[Hit]] = {}
    """Location and field -> what was kept there, or deeper inside."""
    for hit in sorted(hits, key=_strength):
        key = (hit.location, hit.field, hit.type, hit.chain, hit.word)
        near = within.get((hit.location, hit.field), ())
        if key not in kept and not any(_says_it(other, hit) for other in near):
            kept[key] = hit
            for field in (hit.field, *around(hit.field)):
                within.setdefault((hit.location, field), []).append(hit)
    order = {id(hit): place for place, hit in enumerate(hits)}
    ordered = sorted(kept.values(), key=lambda hit: order[id(hit)])
    return tuple(ordered if _SHOWN.isdisjoint([hit.type for hit in ordered]) else _discreet(ordered))


def _discreet(hits: Sequence[Hit]) -> Iterator[Hit]:
    """The same hits; a search or an article in which somebody is named is not shown as it is."""
    naming = {
        (hit.location, field)
        for hit in hits
        if hit.type not in _TOLD
        for field in (hit.field, *around(hit.field))
        if field or not hit.field
    }
    for hit in hits:
        if hit.type in _SHOWN and (hit.location, hit.field) in naming:
            hit = hit._replace(masked=f"‹{len(hit.value)} chars›")
        yield hit


def _strength(hit: Hit) -> tuple[int, int, int]:
    return _PROOFS[hit.proof], _BASES[hit.basis], -len(hit.field)


def _says_it(stronger: Hit, hit: Hit) -> bool:
    same_field = stronger.field == hit.field
    if stronger.proof == "identity" and hit.proof in ("field", "shape") and same_field:
        return hit.type not in ("page_url", "search", "topic", "product", "purchase", "message")
    if stronger.type != hit.type and _SAME.get(stronger.type) != hit.type:
        return False
    if not hit.field and hit.location in _WHOLE and stronger.value.lower() == hit.value.lower():
        return _plain(stronger) and _plain(hit)
    if hit.proof != "identity":
        return same_field or _inside(stronger.field, hit.field)
    if stronger.value.lower() != hit.value.lower():
        return False
    if same_field:
        return stronger.chain == hit.chain or (_plain(stronger) and _plain(hit))
    return _inside(stronger.field, hit.field)


def _inside(inner: str, outer: str) -> bool:
    return bool(outer) and inner.startswith(outer) and inner[len(outer) :][:1] in (".", "[")


def _plain(hit: Hit) -> bool:
    return not any(step.partition(":")[0] in _DIGESTS for step in hit.chain)
