"""Fetch a list over https: no proxy, no plain http, nothing oversized, nothing endless."""

from __future__ import annotations

import http.client
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from mouchard import __version__
from mouchard.errors import BadInput

_CHUNK = 65_536
MOST_PARTS = 20
"""Other lists that one may include, far more than lists do: else a server could keep us busy for days."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one download may cost."""

    size: int = 20 * 1024 * 1024
    """Bytes."""
    seconds: float = 120.0
    """From the first byte to the last."""
    silence: float = 20.0
    """Seconds without a byte after which it is given up."""


LIMITS = Limits()

Progress = Callable[[int, int], None]
"""Bytes so far, bytes in all (0 where the server does not say)."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server answered. `data` is None where nothing changed since the last time."""

    data: bytes | None
    etag: str
    last_modified: str


class _HttpsOnly(urllib.request.HTTPRedirectHandler):
    """Follows redirections to https alone."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> urllib.request.Request | None:
        newurl = kwargs.get("newurl", args[-1])
        if urlsplit(str(newurl)).scheme != "https":
            raise BadInput(f"redirected to {newurl}, which is not https", "the list was left as it was")
        return super().redirect_request(*args, **kwargs)


def fetch(
    url: str,
    etag: str = "",
    last_modified: str = "",
    progress: Progress | None = None,
    limits: Limits = LIMITS,
) -> Fetched:
    """The bytes at an address. Raises BadInput where they cannot be had.

    Goes out directly: a proxy named in the environment, ours above all, is not used.
    """
    if urlsplit(url).scheme != "https":
        raise BadInput(f"not an https address: {url}", "lists are fetched over https only")
    headers = {"User-Agent": f"mouchard/{__version__}"}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _HttpsOnly(),
    ):
        opener.add_handler(handler)
    try:
        with opener.open(urllib.request.Request(url, headers=headers), timeout=limits.silence) as answer:
            data = _read(answer, progress, limits)
            return Fetched(data, answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", ""))
    except urllib.error.HTTPError as error:
        if error.code == 304:
            return Fetched(None, etag, last_modified)
        raise BadInput(
            f"{_host(url)} answered {error.code} {error.reason}", "the list was left as it was"
        ) from error
    except urllib.error.URLError as error:
        raise BadInput(f"cannot reach {_host(url)}: {error.reason}", "check the network") from error
    except (OSError, http.client.HTTPException) as error:
        raise BadInput(f"{_host(url)} broke off: {error or type(error).__name__}", "try again") from error


def with_includes(data: bytes, url: str, limits: Limits = LIMITS, depth: int = 3) -> bytes:
    """The list with each `!#include` of its own folder put in its place. Raises BadInput."""
    if b"!#include " not in data or depth == 0:
        return data
    folder = urljoin(url, ".")
    lines: list[bytes] = []
    size, parts = len(data), 0
    for line in data.split(b"\n"):
        lines.append(line)
        target = urljoin(url, line[10:].strip().decode("utf-8", "replace"))
        if line.startswith(b"!#include ") and target.startswith(folder):
            parts += 1
            if parts > MOST_PARTS:
                raise BadInput(f"the list includes more than {MOST_PARTS} others", "it was left as it was")
            part = with_includes(fetch(target, limits=limits).data or b"", target, limits, depth - 1)
            size += len(part)
            if size > limits.size:
                raise BadInput("the list grows too large by what it includes", "it was left as it was")
            lines += part.split(b"\n")
    return b"\n".join(lines)


def _read(answer: http.client.HTTPResponse, progress: Progress | None, limits: Limits) -> bytes:
    length = answer.headers.get("Content-Length") or ""
    announced = int(length) if length.isascii() and length.isdigit() and len(length) < 19 else 0
    too_large = BadInput(f"the list is larger than {limits.size:,} bytes", "it was left as it was")
    if announced > limits.size:
        raise too_large
    end = time.monotonic() + limits.seconds
    chunks: list[bytes] = []
    size = 0
    while chunk := answer.read1(_CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > limits.size:
            raise too_large
        if time.monotonic() > end:
            raise BadInput("the download takes too long", "try again later")
        if progress is not None:
            progress(size, announced)
    if size < announced:
        raise BadInput(f"only {size} of {announced} bytes came", "try again")
    return b"".join(chunks)


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
