"""The register of devices: one file, 0600, and beside it the keys of each tunnel."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from mouchard import paths
from mouchard.devices import network, wireguard
from mouchard.devices.device import NAME_CAP, Device, Kind, slug
from mouchard.errors import BadInput

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of passwords: typed by hand on a small keyboard, so nothing that looks like something else."""
PASSWORD_LENGTH = 14
"""69 bits."""
_FIRST_PORTS = {"wireguard": 51820, "proxy": 8081}


class Register:
    """Reads the file once and writes it whole after each change. One process changes it at a time: the
    proxy while a capture runs, else the command line."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or paths.devices()
        self._path = self.folder / "devices.json"
        self._devices = {device.id: device for device in self._read()}

    def __iter__(self) -> Iterator[Device]:
        return iter(tuple(self._devices.values()))

    def __len__(self) -> int:
        return len(self._devices)

    def get(self, device_id: str) -> Device | None:
        """The device of this id, if there is one."""
        return self._devices.get(device_id)

    def find(self, word: str) -> Device:
        """The device of this id or name; BadInput where none or several are meant."""
        if found := self._devices.get(word):
            return found
        named = [device for device in self if device.name.casefold() == word.casefold()]
        if len(named) != 1:
            known = " ".join(self._devices) or "none yet: `mouchard devices add NAME`"
            raise BadInput(f"no device is called {word!r}", f"known: {known}")
        return named[0]

    def keys(self, device: Device) -> Path:
        """The file with the keys of its tunnel."""
        return self.folder / f"{device.id}.json"

    def add(self, name: str, kind: Kind, host: str = "") -> Device:
        """Take in one more, unconfirmed; `host` is the address where it will come in."""
        name = checked(name)
        base = slug(name)
        ids = (base, *(f"{base}-{n}" for n in range(2, 1000)))
        # `devices` is the register itself
        free = next(word for word in ids if word not in self._devices and word != "devices")
        password = "".join(secrets.choice(_LETTERS) for _ in range(PASSWORD_LENGTH))
        device = Device(free, name, kind, self._port(kind, host), password if kind == "proxy" else "")
        if kind == "wireguard":
            wireguard.write_keys(self.keys(device))
        return self._put(device)

    def rename(self, device: Device, name: str) -> Device:
        """Give it another name; its id stays."""
        return self._put(replace(device, name=checked(name)))

    def confirm(self, device: Device, when: float) -> Device:
        """Note that its user agreed; `when` 0 takes it back."""
        return self._put(replace(device, confirmed=when))

    def pause(self, device: Device, paused: bool) -> Device:
        """Stop or go on recording it."""
        return self._put(replace(device, paused=paused))

    def remove(self, device: Device) -> None:
        """Forget it and its keys: it can come in no more."""
        del self._devices[device.id]
        self._write()
        self.keys(device).unlink(missing_ok=True)

    def _port(self, kind: Kind, host: str) -> int:
        taken = {device.port: device for device in self if device.kind == kind}
        if kind == "proxy" and taken:  # all proxies share one listener
            return next(iter(taken))
        return network.free_port(_FIRST_PORTS[kind], udp=kind == "wireguard", host=host, taken=set(taken))

    def _put(self, device: Device) -> Device:
        self._devices[device.id] = device
        self._write()
        return device

    def _read(self) -> list[Device]:
        try:
            rows = json.loads(self._path.read_text(encoding="utf-8"))
            return [Device(**row) for row in rows]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError):
            raise BadInput(f"{self._path} cannot be read", "`mouchard undo` removes it") from None

    def _write(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._path.with_suffix(f".{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump([asdict(device) for device in self], file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, self._path)


def checked(name: str) -> str:
    """A name as it may be shown; BadInput where it is none."""
    name = " ".join(name.split())
    if not name or len(name) > NAME_CAP or not name.isprintable():
        raise BadInput("that is no name for a device", f"1 to {NAME_CAP} letters, such as: Blue phone")
    return name
