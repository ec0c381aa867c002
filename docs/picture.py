"""Draw docs/images/overview.svg: the real live view of what the demonstration left. See `make picture`."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PICTURE = Path(__file__).parent / "images" / "overview.svg"
SIZE = (132, 22)
"""Columns and lines of the terminal in the picture."""


async def draw(db: Path) -> str:
    """The live view as SVG, once it shows what the database holds."""
    from mouchard import language
    from mouchard.tui.app import LiveView
    from mouchard.tui.feed import Feed

    language.use("en")
    app = LiveView(Feed(db))
    async with app.run_test(size=SIZE) as pilot:
        for _ in range(20):
            await pilot.pause(0.1)
        await pilot.press("down")
        await pilot.pause(0.5)
        return app.export_screenshot(title="Mouchard")


def main() -> None:
    """Run the demonstration in a home of its own, and draw what it left."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["MOUCHARD_HOME"] = home
        subprocess.run(
            [sys.executable, "-m", "mouchard", "demo", "--headless"], check=True, stdout=subprocess.DEVNULL
        )
        picture = asyncio.run(draw(Path(home) / "demo.db"))
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)  # no fonts from elsewhere
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
