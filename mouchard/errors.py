"""The one family of errors a person meets: a sentence, a hint, exit code 2."""

from __future__ import annotations


class MouchardError(Exception):
    """Something the person can put right: what is wrong in one line, and what to do about it."""

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class BadInput(MouchardError):
    """A file, an option or a value that cannot be used as it is."""


class DatabaseBusy(MouchardError):
    """Another process is the one writer of this database."""


class StartUpFailed(MouchardError):
    """The proxy could not begin to listen."""


class MissingProgram(MouchardError):
    """A program of the system (a browser, certutil) is not installed."""
