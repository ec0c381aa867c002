"""What a hash is worth as a disguise: every possible value tried, on one's own findings only."""

from mouchard.unmask.search import Found, search
from mouchard.unmask.space import Space, space
from mouchard.unmask.target import Target, target

__all__ = ["Found", "Space", "Target", "search", "space", "target"]
