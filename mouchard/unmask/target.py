"""The digest that travelled, and the spelling it is of: what a recipient starts from, and the answer."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mouchard.detect.digests import ALGORITHMS
from mouchard.errors import BadInput
from mouchard.identity import Identity
from mouchard.identity.recipes import variants
from mouchard.model import Extraction, Finding


@dataclass(frozen=True, slots=True)
class Target:
    """One hashed value of the person."""

    type: str
    digest: bytes
    steps: tuple[str, ...]
    """Hash functions, outermost first."""
    spelling: str
    """The text that was hashed: known to the person only, used to shape the search and to check it."""


def target(finding: Finding, extraction: Extraction, identity: Identity) -> Target:
    """The digest behind a finding. BadInput where it is no hashed value of the person's own."""
    steps = tuple(step.partition(":")[0] for step in finding.chain if step.partition(":")[0] in ALGORITHMS)
    if finding.proof != "identity" or not steps:
        raise BadInput(
            "this finding is not a hash of a value of yours",
            "choose one with proof identity and a hash: `mouchard leaks --filter proof:identity`",
        )
    wire = "\n".join(node.value for node in extraction.nodes if isinstance(node.value, str)).lower()
    raw = b"\n".join(node.value for node in extraction.nodes if isinstance(node.value, bytes))
    for spelling in _spellings(finding, identity):
        digest = digest_of(steps)(spelling.encode())
        if digest.hex() in wire or digest in raw or _base64(digest) in wire:
            return Target(finding.type, digest, steps, spelling)
    raise BadInput(
        "the digest of this finding is not in its message any more", "was the identity changed since?"
    )


def digest_of(steps: tuple[str, ...]) -> Callable[[bytes], bytes]:
    """Text bytes → digest; an inner digest is passed on in lower-case hex, as vendors do."""
    functions = [ALGORITHMS[step] for step in reversed(steps)]

    def digest(data: bytes) -> bytes:
        for inner in functions[:-1]:
            data = inner(data).hex().encode()
        return functions[-1](data)

    return functions[0] if len(functions) == 1 else digest


def _spellings(finding: Finding, identity: Identity) -> Iterator[str]:
    for person in identity:
        if person.name == finding.person:
            for value in person.of(finding.type):
                yield from variants(finding.type, value, person.region)


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode().rstrip("=").lower()
