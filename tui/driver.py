"""The terminal as the live view reads it."""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver


class Driver(LinuxDriver):
    """Leaves out bytes that are no text, where Textual would end; has one reader, where it might get two."""

    def resume_application_mode(self) -> None:
        if self._key_thread is None or not self._key_thread.is_alive():  # SIGCONT reaches who runs, too
            super().resume_application_mode()

    def run_input_thread(self) -> None:
        while True:
            try:
                return super().run_input_thread()
            except UnicodeDecodeError:
                continue
