"""The detector: one message in, its hits out. Pure: the same message always gives the same hits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mouchard.detect import match
from mouchard.detect.index import Index
from mouchard.identity.person import NOBODY, Identity
from mouchard.model import Attributed, Extraction, Hit, Message, Verdict


class Detector:
    """Finds the persons' data, and what the vendors' own fields say, in messages to other companies."""

    def __init__(self, identity: Identity = NOBODY) -> None:
        self.identity = identity
        self.index = Index(identity)

    def detect(
        self,
        message: Message,
        extraction: Extraction,
        verdict: Verdict,
        attributed: Attributed,
        learned: Index | None = None,
    ) -> tuple[Hit, ...]:
        """What leaves in this message. `learned` adds what the person typed into this site's own forms.
        Data given to the site itself is no leak: first-party messages give hits only over plain http."""
        if verdict.party == "first" and message.url[:5].lower() not in ("http:", "ws://"):
            return ()
        hits = match.find(self.index, extraction.nodes) if self.index else []
        if learned:
            hits += match.find(learned, extraction.nodes)
        return settled(hits)


def settled(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Each fact once: the strongest proof of one type in one field, the innermost of nested fields."""
    if len(hits) < 2:
        return tuple(hits)
    kept: dict[tuple[str, str, str, tuple[str, ...]], Hit] = {}
    for hit in sorted(hits, key=_strength):
        if any(_says_it(other, hit) for other in kept.values()):
            continue
        kept.setdefault((hit.location, hit.field, hit.type, hit.chain), hit)
    order = {id(hit): place for place, hit in enumerate(hits)}
    return tuple(sorted(kept.values(), key=lambda hit: order[id(hit)]))


_PROOFS = {"identity": 0, "sync": 1, "field": 2, "shape": 3}
_BASES = {"invented": 0, "declared": 0, "learned": 1, "": 2}


def _strength(hit: Hit) -> tuple[int, int, int]:
    return _PROOFS[hit.proof], _BASES[hit.basis], -len(hit.field)


def _says_it(stronger: Hit, hit: Hit) -> bool:
    """Whether a stronger hit makes this one superfluous."""
    if stronger.type != hit.type or stronger.location != hit.location:
        return False
    same_field = stronger.field == hit.field
    if hit.proof != "identity":
        return same_field or _inside(stronger.field, hit.field)
    if stronger.value.lower() != hit.value.lower():
        return False
    if same_field:
        return stronger.chain == hit.chain or (_plain(stronger) and _plain(hit))
    return _inside(stronger.field, hit.field)


def _inside(inner: str, outer: str) -> bool:
    return inner.startswith(outer) and (not outer or inner[len(outer) :][:1] in (".", "["))


def _plain(hit: Hit) -> bool:
    return not any(step.partition(":")[0] in _DIGEST_STEPS for step in hit.chain)


_DIGEST_STEPS: frozenset[str] = frozenset(
    "md5 sha1 sha224 sha256 sha384 sha512 sha3_256 sha3_512 blake2b blake2s ripemd160 crc32".split()
)


def hashed(hit: Hit) -> bool:
    """Whether the value travelled as a digest."""
    return not _plain(hit)


def persons(hits: Iterable[Hit]) -> tuple[str, ...]:
    """Names of the persons whose values were found."""
    return tuple(dict.fromkeys(hit.person for hit in hits if hit.person))
