"""Write the example reports and letters from the invented visit: see `make example-report`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

from mouchard import identity, letters
from mouchard.analysis import Analysis
from mouchard.classify import Classifier
from mouchard.detect import Detector
from mouchard.keys import Keys
from mouchard.report import files
from mouchard.store.read import Reader
from mouchard.store.ruleset import Ruleset
from mouchard.store.write import Entry, Writer

HERE = Path(__file__).parent
KEYS = Keys(b"an invented key of thirty-two by")
"""Fixed, so that the example comes out the same everywhere; a real key is random."""
TODAY = date(2026, 11, 21)


def visit() -> ModuleType:
    """The invented visit that lies beside this file."""
    spec = spec_from_file_location("visit", HERE / "visit.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def record(path: Path) -> str:
    """The visit judged and stored in a database; the name of its site."""
    story = visit()
    classifier = Classifier.load()
    with Writer(path, KEYS, Ruleset.of(classifier), clock=lambda: story.START) as writer:
        for told in story.visits():
            analysis = Analysis(classifier, Detector(identity.parse(story.PERSON)), KEYS)
            writer.begin(told.capture)
            writer.commit([Entry(record, analysis.feed(record)) for record in told.records])
    return str(story.SITE)


def write(path: Path, site: str, folder: Path) -> Iterator[Path]:
    """Reports and letters of the site, in a folder for each language."""
    with Reader(path) as reader:
        for lang in ("en", "fr"):
            yield from files.write(reader, site, folder / lang, ("html", "md", "json"), lang)
            for name, target, kind in (("letter", site, "access"), ("complaint", site, "complaint")):
                made = letters.draft(reader, target, kind, TODAY, lang=lang)  # type: ignore[arg-type]
                file = folder / lang / f"{name}.txt"
                file.write_text(made.text, encoding="utf-8")
                yield file


def main() -> None:
    """Write below the folder given, by default beside this file."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    with TemporaryDirectory() as home:
        path = Path(home) / "example.db"
        for file in write(path, record(path), folder):
            file.chmod(0o644)
            print(file)


if __name__ == "__main__":
    main()
