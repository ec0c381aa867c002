"""A mitmproxy master with what a capture needs and nothing else: cheaper per request than mitmdump."""

from __future__ import annotations

import inspect
import logging
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mitmproxy import addonmanager, exceptions, flow, hooks, http, master, options, version
from mitmproxy.addons import (
    block,
    core,
    disable_h2c,
    dns_resolver,
    next_layer,
    proxyauth,
    proxyserver,
    save,
    strip_dns_https_records,
    tlsconfig,
    update_alt_svc,
    upstream_auth,
)

from mouchard import __version__
from mouchard.addons.greeting import Greeting
from mouchard.addons.loopback_world import LoopbackWorld
from mouchard.errors import BadInput

log = logging.getLogger(__name__)

_CHECK = "__post_init__"
_TYPE_CHECK = frozenset("fields getattr name typecheck check_option_type type".split())
"""What mitmproxy's check of the types of a message speaks of, and nothing else."""


def tool() -> str:
    """Versions of what captures, in words."""
    return f"Mouchard {__version__}, Python {platform.python_version()}, mitmproxy {version.VERSION}"


class CachedDispatch(addonmanager.AddonManager):
    """Looks up the callables of each hook once, not per event through every addon.

    Sound for a fixed set of addons whose hooks are methods, as ours is."""

    def __init__(self, owner: master.Master) -> None:
        super().__init__(owner)  # type: ignore[no-untyped-call]
        self._cache: dict[str, list[Callable[..., Any]]] = {}

    def add(self, *addons: object) -> None:
        super().add(*addons)  # type: ignore[no-untyped-call]
        self._cache = {}

    def remove(self, addon: object) -> None:
        super().remove(addon)  # type: ignore[no-untyped-call]
        self._cache = {}

    def clear(self) -> None:
        super().clear()  # type: ignore[no-untyped-call]
        self._cache = {}

    async def trigger_event(self, event: hooks.Hook) -> None:
        callables = self._cache.get(event.name)
        if callables is None:
            callables = [call for addon in self.chain for _, call in self._iter_hooks(addon, event)]
            self._cache[event.name] = callables
        for call in callables:
            try:
                result = call(*event.args())
                if result is not None and inspect.isawaitable(result):
                    await result
            except exceptions.AddonHalt:
                return
            except exceptions.OptionsError:
                raise
            except Exception:
                log.exception("addon error in %s", event.name)

    async def handle_lifecycle(self, event: hooks.Hook) -> None:
        await self.trigger_event(event)
        if self._cache.get("update") != []:
            message = event.args()[0]
            if isinstance(message, flow.Flow):
                await self.trigger_event(hooks.UpdateHook([message]))


class LeanMaster(master.Master):
    """mitmproxy with our addons between its own; needs a running event loop."""

    def __init__(self, opts: options.Options, *addons: object) -> None:
        super().__init__(opts, with_termlog=False)
        if hasattr(self.addons, "_iter_hooks") and hasattr(self.addons, "chain"):
            self.addons = CachedDispatch(self)
        self.addons.add(
            core.Core(),
            block.Block(),
            strip_dns_https_records.StripDnsHttpsRecords(),
            disable_h2c.DisableH2C(),
            proxyauth.ProxyAuth(),
            *addons,
            LoopbackWorld(),
            proxyserver.Proxyserver(),
            dns_resolver.DnsResolver(),
            next_layer.NextLayer(),
            tlsconfig.TlsConfig(),
            Greeting(),
            upstream_auth.UpstreamAuth(),
            update_alt_svc.UpdateAltSvc(),
        )

    @property
    def servers(self) -> proxyserver.Servers:
        """The listening servers, one per mode."""
        server: proxyserver.Proxyserver = self.addons.get("proxyserver")
        return server.servers

    def configure(
        self,
        *,
        confdir: Path,
        listen: str,
        port: int,
        modes: list[str],
        insecure_upstream: bool,
        settings: list[str],
    ) -> None:
        """Set what a capture needs, then the person's `NAME=VALUE` settings. Raises BadInput."""
        try:
            self.options.update(
                confdir=str(confdir),
                listen_host=listen,
                listen_port=port,
                connection_strategy="lazy",  # no connection to a tracker but for a request to it
                ssl_insecure=insecure_upstream,
                mode=modes,
            )
            if any(setting.startswith("save_stream_") for setting in settings):
                self.addons.add(save.Save())
                if "store_streamed_bodies" in self.options:  # mitmproxy 12
                    self.options.update(store_streamed_bodies=True)
            self.options.set(*settings)
        except (exceptions.OptionsError, TypeError) as error:
            raise BadInput(f"bad setting: {error}", "see the options of mitmproxy") from None


def unchecked(kind: type = http.MessageData) -> bool:
    """Make messages without a look at the type of each of their fields: a sixth of what a request costs.

    mitmproxy itself has this for debugging, and leaves it out under `python -O`; what it reads from the wire
    has the right types. False where `kind` does anything else at that place, and nothing is changed.
    """
    check = vars(kind).get(_CHECK)
    if not inspect.isfunction(check) or not _TYPE_CHECK.issuperset(check.__code__.co_names):
        return False
    setattr(kind, _CHECK, lambda message: None)
    return True


class Discreet(logging.Formatter):
    """Faults in one line: never the text of an exception, which may quote what passed."""

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage().partition("\n")[0] if not record.exc_info else str(record.msg)
        if record.exc_info and record.exc_info[0]:
            text += f" ({record.exc_info[0].__name__})"
        return "mouchard proxy: " + "".join(c if c.isprintable() else "?" for c in text[:200])


def quieten() -> None:
    """Only errors reach stderr: mitmproxy's lower levels name hosts, and WireGuard's private key."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet())
    handler.addFilter(lambda record: record.name != "mitmproxy.addons.proxyserver")  # told as `failed`
    logging.basicConfig(level=logging.ERROR, handlers=[handler], force=True)
    logging.getLogger("mitmproxy").setLevel(logging.ERROR)
