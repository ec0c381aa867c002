"""What the extra `scale` brings, imported on first use; a word on how to get it where it is absent."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from mouchard.errors import BadInput

HINT = "pip install 'mouchard[scale]', or .[scale] from the checkout"


def need(module: str, what: str) -> Any:
    """A module of the extra; BadInput where it is not installed."""
    try:
        return import_module(module)
    except ImportError as error:
        raise BadInput(f"{what} needs the extra `scale` ({error.name} is not installed)", HINT) from error
