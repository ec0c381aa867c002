"""A running browser, proven to be intercepted before it is called ready."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from types import TracebackType

from mouchard import certificate, paths
from mouchard.browser import check, chromium, devtools, firefox
from mouchard.browser.profile import Profile, make
from mouchard.browser.programs import Program, find
from mouchard.errors import StartUpFailed

READY_WITHIN = 45.0
"""Seconds a browser gets to reach the check page; a cold first start on a slow disk takes long."""


class Browser:
    """A browser process and its profile; leaving the context closes it and removes what was throwaway."""

    def __init__(
        self,
        program: Program,
        profile: Profile,
        process: subprocess.Popen[bytes],
        proxy: str,
        visit: str,
        pipe: socket.socket | None = None,
    ) -> None:
        self.program = program
        self.profile = profile
        self.pipe = pipe
        """Our end of its DevTools, where they were asked for and it has them; the taker closes it."""
        self._process = process
        self._proxy = proxy
        self._visit = visit

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def wait(self, timeout: float | None = None) -> bool:
        """True once the person closed the browser, False after `timeout` seconds."""
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return False
        return True

    def prove(self) -> None:
        """Wait until the browser was seen on the check page; StartUpFailed where it never gets there."""
        deadline = time.monotonic() + READY_WITHIN
        while not check.seen(self._proxy, self._visit):
            if self.wait(0.1) and not check.seen(self._proxy, self._visit):  # it may be closed as soon
                raise StartUpFailed(
                    f"{self.program.name} ended before it reached the proxy",
                    "is there a display? Without one, browse on another machine and scan its traffic",
                )
            if time.monotonic() > deadline:
                raise StartUpFailed(
                    f"{self.program.name} does not show the check page, so nothing would be captured",
                    "a policy may override the proxy or the certificates; `mouchard doctor` checks the rest",
                )

    def close(self) -> None:
        """End the browser, politely at first, and remove a throwaway profile."""
        self._signal(signal.SIGTERM)
        if not self.wait(5):
            self._signal(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
            self.wait(5)
        self.profile.remove()

    def _signal(self, number: signal.Signals) -> None:
        """Reach the whole group: a browser is many processes."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self._process.send_signal(number)
            else:
                os.killpg(self._process.pid, number)


def start(
    url: str,
    proxy: str,
    *,
    name: str = "",
    profile: str = "",
    headless: bool = False,
    third_party_cookies: bool = False,
    watched: bool = False,
    tell: Callable[[str], None] = lambda line: None,
) -> Browser:
    """Start a browser that goes through the proxy at `host:port`; nothing is proven yet.

    The first page is the proxy's check page, which sends the browser on to `url` (or stays, when `url` is
    empty). `watched` opens its DevTools to us, where it has any. `third_party_cookies` lets Chromium keep
    them whatever its default is. `tell` gets lines for the person. Raises MissingProgram or StartUpFailed.
    """
    program = find(name)
    authority = certificate.ensure(paths.ca())
    folder = make(program, profile)
    visit = secrets.token_hex(8)
    first = check.start_url(visit, url)
    try:
        if program.family == "firefox":
            firefox.prepare(folder.path, proxy, authority)
            arguments = firefox.arguments(first, folder.path, headless)
        else:
            if third_party_cookies:
                chromium.allow_third_party_cookies(folder.path)
            piped = watched and devtools.available()
            extra = devtools.FLAGS if piped else ()
            arguments = chromium.arguments(first, proxy, folder.path, authority, headless, extra)
            if chromium.needs_no_sandbox():
                tell("running as root: Chromium starts without its sandbox")
            if piped:
                ours, theirs = socket.socketpair()
                with theirs:
                    return Browser(program, folder, _process(program, arguments, theirs), proxy, visit, ours)
        return Browser(program, folder, _process(program, arguments), proxy, visit)
    except BaseException:
        folder.remove()
        raise


async def visit(
    url: str,
    proxy: str,
    *,
    name: str = "",
    profile: str = "",
    headless: bool = False,
    third_party_cookies: bool = False,
    tell: Callable[[str], None] = lambda line: None,
    until: Callable[[], bool] = lambda: False,
    watch: Callable[[socket.socket], Awaitable[None]] | None = None,
) -> None:
    """Open a browser as `start` does, and return once the person has closed it, or `until` says so.

    `watch` is handed its DevTools, where it has any, and runs beside. Cancelling closes the browser.
    Raises StartUpFailed when interception cannot be proven.
    """
    browser = await asyncio.to_thread(
        start, url, proxy, name=name, profile=profile, headless=headless,
        third_party_cookies=third_party_cookies, watched=watch is not None, tell=tell,
    )  # fmt: skip
    watching = asyncio.ensure_future(watch(browser.pipe)) if watch and browser.pipe else None
    try:
        await asyncio.to_thread(browser.prove)
        tell(f"{browser.program.name} is open, and its traffic is read")
        while not await asyncio.to_thread(browser.wait, 0.2):
            if until():
                break
    finally:
        if watching is not None:
            watching.cancel()
            await asyncio.wait([watching])
        browser.close()  # in a moment; also ends what may still run in the threads above


def _process(
    program: Program, arguments: list[str], pipe: socket.socket | None = None
) -> subprocess.Popen[bytes]:
    command = [str(program.path), *arguments]
    try:
        return subprocess.Popen(
            devtools.command(pipe.fileno(), command) if pipe else command,
            pass_fds=(pipe.fileno(),) if pipe else (),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={
                **os.environ,
                **(firefox.ENVIRONMENT if program.family == "firefox" else chromium.environment()),
            },
            start_new_session=True,  # Ctrl-C in our terminal ends the capture first, then the browser
        )
    except OSError as error:
        reason = f"{program.name} did not start: {error.strerror}"
        raise StartUpFailed(reason, f"try to start {program.path} by hand") from error
