"""Where things lie on this machine. `MOUCHARD_HOME` moves all of them into one folder."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import platformdirs


def data() -> Path:
    """Folder of databases, keys, CA and downloaded lists; made 0700 if absent."""
    return _folder("MOUCHARD_HOME", platformdirs.user_data_path("mouchard"))


def config() -> Path:
    """Folder of the identity file and settings; made 0700 if absent."""
    return _folder("MOUCHARD_HOME", platformdirs.user_config_path("mouchard"))


def database() -> Path:
    """The default database."""
    return data() / "mouchard.db"


def identity() -> Path:
    """The identity file, TOML, mode 0600."""
    return config() / "identity.toml"


def sealing_key() -> Path:
    """The local key that seals evidence and keys every token, mode 0600."""
    return data() / "sealing.key"


def ca() -> Path:
    """Folder of our own certificate authority (mitmproxy's `confdir`)."""
    return data() / "ca"


def lists() -> Path:
    """Folder of the lists that the person added or updated."""
    return data() / "lists"


def devices() -> Path:
    """Folder of the devices that were taken in, with the keys of their tunnels."""
    return data() / "devices"


def control_socket(db: Path) -> Path:
    """The control socket of the capture that writes this database."""
    path = db.resolve().with_name(db.name + ".sock")
    if len(os.fsencode(path)) < 100:  # sun_path holds 108 bytes on Linux, 104 on macOS
        return path
    name = hashlib.blake2b(os.fsencode(path), digest_size=12).hexdigest()
    # Not TMPDIR: it may be long itself, and differ between the capture and whoever asks it.
    folder = Path("/tmp") if Path("/tmp").is_dir() else Path(tempfile.gettempdir())
    return folder / f"mouchard-{os.getuid()}-{name}.sock"


def _folder(variable: str, default: Path) -> Path:
    home = os.environ.get(variable)
    path = Path(home).expanduser() if home else default
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path
