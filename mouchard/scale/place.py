"""A folder wherever it lies: on this disk, or at an address that fsspec knows (`s3://bucket/folder`)."""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mouchard.errors import BadInput
from mouchard.scale.extra import need


@dataclass(frozen=True, slots=True)
class Place:
    """A file system and a path in it."""

    fs: Any
    path: str
    protocol: str

    @property
    def local(self) -> bool:
        """Whether it is on this machine's disks."""
        return self.protocol == "file"

    @property
    def url(self) -> str:
        """The address, as it is given to others."""
        return self.path if self.local else f"{self.protocol}://{self.path}"

    @property
    def name(self) -> str:
        """The last part."""
        return self.path.rstrip("/").rpartition("/")[2]

    def at(self, *names: str) -> Place:
        """A place below."""
        return Place(self.fs, "/".join((self.path.rstrip("/"), *names)), self.protocol)

    def exists(self) -> bool:
        """Whether anything is there."""
        return bool(self.fs.exists(self.path))

    def files(self, ending: str) -> list[Place]:
        """The files right in it with such an ending, by name; none where there is no such folder."""
        try:
            found = self.fs.ls(self.path, detail=False)
        except FileNotFoundError:
            return []
        except OSError as error:
            hint = "check the address, and the keys for it"
            raise BadInput(f"cannot look into {self.url}: {error}"[:300], hint) from error
        paths = sorted(str(path) for path in found)
        hidden = (
            path for path in paths if path.endswith(ending) and not path.rpartition("/")[2].startswith(".")
        )
        return [Place(self.fs, path, self.protocol) for path in hidden]

    def read(self) -> bytes:
        """The whole file."""
        return bytes(self.fs.cat_file(self.path))

    def size(self) -> int:
        """Bytes of the file."""
        return int(self.fs.size(self.path) or 0)

    def remove(self) -> None:
        """Delete the file; nothing where it is gone already."""
        with contextlib.suppress(FileNotFoundError):
            self.fs.rm_file(self.path)

    def take(self, file: Path) -> None:
        """Put a finished local file here: it appears whole, or not at all."""
        if not self.local:
            try:
                self.fs.put_file(str(file), self.path)
            except Exception as error:  # each file system has errors of its own
                hint = "check the address, and the keys for it"
                raise BadInput(f"cannot write {self.url}: {error}"[:300], hint) from error
            return
        target = Path(self.path)
        if os.stat(file).st_dev == os.stat(target.parent).st_dev:
            file.replace(target)
            return
        beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            self.fs.put_file(str(file), str(beside))
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)

    def make(self) -> None:
        """Make the folder where there is none, for this user alone."""
        if self.local:
            Path(self.path).mkdir(mode=0o700, parents=True, exist_ok=True)

    def scratch(self) -> TemporaryDirectory[str]:
        """A folder for unfinished files, on the same disk where that is possible."""
        return TemporaryDirectory(prefix=".unfinished-", dir=self.path if self.local else None)


def place(url: str) -> Place:
    """The place of a path or address. BadInput where no file system for it is installed."""
    fsspec = need("fsspec", "a folder of Parquet files")
    protocol = url.partition("://")[0] if "://" in url else "file"
    if protocol == "file":
        path = str(Path(url.removeprefix("file://")).absolute())
        return Place(fsspec.filesystem("file"), path, "file")
    try:
        fs, path = fsspec.core.url_to_fs(url)
    except ImportError as error:
        if protocol != "s3":
            hint = f"pip install what fsspec asks for: {error}"
            raise BadInput(f"no file system for {protocol}:// is installed", hint) from error
        fs, path = _s3(), url.partition("://")[2].rstrip("/")
    except ValueError as error:
        raise BadInput(
            f"cannot use {url}: {error}", "give a folder, or an address such as s3://bucket/a"
        ) from error
    return Place(fs, path, protocol)


def _s3() -> Any:
    """S3 by Arrow, where s3fs is not installed; keys and endpoint come from the usual variables."""
    arrow, wrapper = need("pyarrow.fs", "s3://"), need("fsspec.implementations.arrow", "s3://")
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or None
    scheme = "http" if (endpoint or "").startswith("http://") else "https"
    return wrapper.ArrowFSWrapper(
        arrow.S3FileSystem(endpoint_override=endpoint, scheme=scheme, allow_bucket_creation=True)
    )
