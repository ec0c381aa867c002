"""What every test stands on: a home of its own, no network but loopback, a word for all that is missing."""

from __future__ import annotations

import ipaddress
import os
import shutil
import signal
import socket
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from mouchard import language
from tests.network import steady

ROOT = Path(__file__).parents[1]

# A run starts hundreds of interpreters; where nothing compiled may be kept, each compiles all of it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Each run tries the same, however long it takes; `make fuzz` goes on looking.
settings.register_profile(
    "steady", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")

# How a terminal looks, what Python warns of, and which proxy leads out, is for each test to say.
for (
    _name
) in "NO_COLOR FORCE_COLOR COLUMNS LINES PYTHONWARNINGS http_proxy https_proxy all_proxy no_proxy".split():
    os.environ.pop(_name, None)
    os.environ.pop(_name.upper(), None)

PACKAGES = {
    "chromium": "chromium",
    "firefox": "firefox-esr",
    "firefox-esr": "firefox-esr",
    "certutil": "libnss3-tools",
    "tmux": "tmux",
    "nginx": "nginx",
    "openssl": "openssl",
    "wireguard-go": "wireguard-go",
    "wireguard-tools": "wireguard-tools",
    "iproute2": "iproute2",
    "curl": "curl",
    "gpg": "gnupg",
}
"""Program of the system -> the Debian package that brings it."""

GROUPS = {
    "visits": {"lab", "end_to_end/test_phases"},
    "browsers": {"browser", "demo", "end_to_end", "report/test_browser"},
}
"""Folders and files of tests that start browsers: one of a group at a time. Visits mostly wait, so they go on
beside the other browsers."""

CAPTURES = ("faults", "supervisor")
"""Folders of tests that start whole captures."""

LONG = (
    *CAPTURES, "scale", "addons/test_slim", "analyser", "tui/test_terminal", "unmask", "evidence", "tui",
    "addons",
)  # fmt: skip
"""What takes long, the longest first: after the groups, and before the rest."""

DEVICE_TESTS = {"test_devices.py", "test_phone.py", "test_register.py", "test_changing_network.py"}
"""Files whose tests take ports from 8081 on: they look for a free one but must not look at the same time; and
one that changes the machine's network, for which the browsers of other tests must be closed."""

NAMES = {"chromium": ("chromium", "chromium-browser", "google-chrome"), "firefox": ("firefox", "firefox-esr")}


class NetworkReached(AssertionError):
    """A test tried to leave this machine."""


def has(program: str) -> bool:
    """Whether a program of the system is there, under any of its usual names."""
    return any(shutil.which(name) for name in NAMES.get(program, (program,)))


def strict() -> bool:
    """Whether a test that could not run counts as failed."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


# --- what a test may touch ---------------------------------------------------------------------


@pytest.fixture(autouse=True)
def english() -> None:
    """Each test begins in English, whatever the one before it spoke."""
    language.use("en")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data and configuration folder; nothing of the person who runs the tests is read or written."""
    folder = tmp_path / "home"
    monkeypatch.setenv("MOUCHARD_HOME", str(folder))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")  # words are compared in English
    return folder


@pytest.fixture(autouse=True)
def steady_network(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where a test opens browsers, no other changes this machine's network meanwhile."""
    with steady() if group_of(request.path) in GROUPS else nullcontext():
        yield


def _local(address: Any) -> bool:
    if not isinstance(address, tuple):  # a unix socket
        return True
    host = str(address[0]).split("%")[0]
    if host in {"", "localhost", "localhost.localdomain"} or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback or ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def loopback_only() -> Iterator[None]:
    """Sockets of the tests' own process reach loopback and unix addresses only."""
    patch = pytest.MonkeyPatch()
    for name, position in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
        original = getattr(socket.socket, name)

        def guarded(sock: socket.socket, *args: Any, _original: Any = original, _at: int = position) -> Any:
            if sock.family in (socket.AF_INET, socket.AF_INET6) and not _local(args[_at]):
                raise NetworkReached(f"a test tried to reach {args[_at]!r}")
            return _original(sock, *args)

        patch.setattr(socket.socket, name, guarded)

    resolve = socket.getaddrinfo

    def local_names(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and not _local((name,)):
            try:
                ipaddress.ip_address(name.split("%")[0])
            except ValueError:
                raise NetworkReached(f"a test tried to look up {name!r}") from None
        return resolve(host, *args, **kwargs)

    patch.setattr(socket, "getaddrinfo", local_names)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def signals() -> Iterator[None]:
    """Ctrl-C and hang-ups reach what tests start, also where a shell began them in the background, or `nohup`
    did, and they ignore them: who has a handler leaves the default to its children."""
    patched = {}
    for number, handler in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGHUP, lambda number, frame: None),
    ):
        before = signal.getsignal(number)
        if before is signal.SIG_IGN:
            patched[number] = before
            signal.signal(number, handler)
    yield
    for number, before in patched.items():
        signal.signal(number, before)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of corpora and lists beside the checkout; the test is skipped where there is none."""
    folder = Path(os.environ.get("MOUCHARD_SHARED", ROOT.parent / "shared"))
    if not (folder / "corpus").is_dir():
        pytest.skip("the shared corpora are not beside this checkout")
    return folder


# --- what a test needs from the system ---------------------------------------------------------


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Long values do not name tests: what is compressed or random differs from one worker to the next."""
    return argname if isinstance(val, str | bytes) and len(val) > 60 else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts browsers or whole captures is slow; what takes long begins first, so that no core rests."""
    slow = set(CAPTURES).union(*GROUPS.values())
    for item in items:
        if slow & _names(item.path) or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: _rank(item.path))


def _names(path: Path) -> set[str]:
    """The folder that a file of tests lies in, and its own name, as the tables above spell them."""
    inside = path.relative_to(ROOT / "tests").with_suffix("")
    return {inside.parts[0], inside.as_posix()}


def group_of(path: Path) -> str:
    """The group of a test file, of which one test runs at a time; empty where any may."""
    if path.name in DEVICE_TESTS:
        return "devices"
    names = _names(path)
    return next((group for group, members in GROUPS.items() if members & names), "")


def _rank(path: Path) -> int:
    order = [*GROUPS, "devices"]
    if group := group_of(path):
        return order.index(group)
    names = _names(path)
    return len(order) + next((place for place, name in enumerate(LONG) if name in names), len(LONG))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Groups and files stay together, since they share what they start, and are given out in our order.

    Not by xdist's own `loadgroup`: that one marks node ids, which pytest 9.2 ignores.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return group_of(ROOT / file) or file

    config.option.loadscopereorder = False
    return ByGroup(config, log)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs an absent program."""
    for marker in item.iter_markers("needs"):
        missing = [program for program in marker.args if not has(program)]
        if missing:
            pytest.skip(f"needs {', '.join(missing)}")


def _wanting(reason: str) -> set[str]:
    """Debian packages of the programs that a reason for skipping names."""
    words = {word.strip(".,:;'\"()").lower() for word in reason.split()}
    return {PACKAGES[word] for word in words if word in PACKAGES}


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """With CI=true a browser test that was skipped has failed, unless for want of root: nothing can be
    installed for that."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if not report.skipped or hasattr(report, "wasxfail") or not isinstance(report.longrepr, tuple):
        return
    reason = report.longrepr[2]
    wanted = item.get_closest_marker("browser") or item.get_closest_marker("needs")
    if strict() and (wanted or _wanting(reason)) and "only root" not in reason:
        report.outcome = "failed"
        report.longrepr = f"skipped, although CI=true: {reason}"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name each missing system package and each other reason for which tests did not run."""
    packages: dict[str, int] = defaultdict(int)
    others: dict[str, int] = defaultdict(int)
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        wanting = _wanting(reason)
        for package in wanting:
            packages[package] += 1
        if not wanting:
            others[reason] += 1
    if not packages and not others:
        return
    terminalreporter.section("not run")
    for package, count in sorted(packages.items()):
        tests = "1 test needs" if count == 1 else f"{count} tests need"
        terminalreporter.line(f"{tests} the system package {package}: sudo apt install {package}")
    for reason, count in sorted(others.items()):
        terminalreporter.line(f"{count} x {reason}")
