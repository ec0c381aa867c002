"""Reports are tested in English unless a test asks for French."""

from __future__ import annotations

import pytest

from mouchard import language


@pytest.fixture(autouse=True)
def english() -> None:
    language.use("en")
