"""Letters that a person can send: drafted from what was recorded, never sent by Mouchard."""

from mouchard.letters.annex import annex
from mouchard.letters.letter import AUTHORITIES, KINDS, Letter, draft

__all__ = ["AUTHORITIES", "KINDS", "Letter", "annex", "draft"]
