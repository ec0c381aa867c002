"""Mouchard: an intercepting proxy that tells on the trackers."""

from pathlib import Path

__version__ = "0.1.0"

if not (Path(__file__).parent / "addons").is_dir():  # a checkout: the parts lie beside us
    __path__.append(str(Path(__file__).parents[1]))
