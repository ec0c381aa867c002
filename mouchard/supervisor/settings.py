"""What `mouchard run` was asked to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mouchard import paths


@dataclass(frozen=True, slots=True)
class Settings:
    """One capture: where it listens, what it writes to, how it judges."""

    db: Path
    listen: str = "127.0.0.1"
    port: int = 8080
    """0 takes a free one."""
    modes: Sequence[str] = ()
    """mitmproxy modes besides the listener above."""
    lan: str = ""
    """Address of this computer at which phones and other devices come in; empty: none do."""
    upstream: str = ""
    insecure_upstream: bool = False
    options: Sequence[str] = ()
    """`NAME=VALUE` for the proxy, as mitmproxy's `--set`."""
    identity: Path | None = None
    lists: Sequence[Path] = ()
    cname: bool = False
    """Whether the names behind first-party hosts are looked up, at the system's resolver."""
    buffer_bytes: int | None = None
    stall_seconds: float | None = None

    @property
    def control(self) -> Path:
        """Where commands for this capture are taken."""
        return paths.control_socket(self.db)

    def for_analyser(self) -> Iterator[str]:
        """Arguments of `python -m mouchard.analyser`."""
        yield from ("--db", str(self.db))
        if self.identity:
            yield from ("--identity", str(self.identity))
        for path in self.lists:
            yield from ("--list", str(path))
        if self.cname and self._resolves:
            yield "--cname"
        yield "--headless"

    @property
    def _resolves(self) -> bool:
        """Whether the proxy itself asks this machine's resolver: asking again tells it nothing new."""
        return not self.upstream and not any(
            option.startswith("mouchard_resolve=") for option in self.options
        )

    def for_proxy(self, port: int) -> Iterator[str]:
        """Arguments of `python -m mouchard.addons.proxy`, on this port."""
        yield from ("--listen", self.listen, "--port", str(port))
        for mode in self.modes:
            yield from ("--mode", mode)
        if self.lan:
            yield from ("--lan", self.lan)
        if self.upstream:
            yield from ("--upstream", self.upstream)
        if self.insecure_upstream:
            yield "--insecure-upstream"
        for option in self.options:
            yield from ("--set", option)
        if self.buffer_bytes is not None:
            yield from ("--buffer-bytes", str(self.buffer_bytes))
        if self.stall_seconds is not None:
            yield from ("--stall-seconds", str(self.stall_seconds))
