"""The terminal as the live view reads it."""

from __future__ import annotations

from contextlib import suppress

from textual.drivers.linux_driver import LinuxDriver


class Driver(LinuxDriver):
    """Leaves out bytes that are no text (a paste, an old mouse's report), where Textual would end."""

    def run_input_thread(self) -> None:
        while not self.exit_event.is_set():
            with suppress(UnicodeDecodeError):
                super().run_input_thread()
