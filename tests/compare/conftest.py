"""The visit that the tests of evidence record."""

from tests.evidence.conftest import make, seen

__all__ = ["make", "seen"]
