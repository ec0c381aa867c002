"""The walls: which folders are packages, what the wheel holds, and who may import whom."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

PARTS = ("addons", "tui", "blocklists")
"""Folders at the top of the checkout that are installed inside `mouchard`."""

DATA = {
    ".toml",
    ".json",
    ".txt",
    ".tsv",
    ".dat",
    ".tcss",
    ".html",
    ".jinja",
    ".css",
    ".js",
    ".sql",
    ".po",
    ".mo",
    ".typed",
}
"""Kinds of files that a package may need at run time."""


@pytest.fixture(scope="session")
def settings(root: Path) -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads((root / "pyproject.toml").read_text())


def packages(root: Path) -> dict[str, Path]:
    """Every folder with modules -> its name once installed."""
    found = {}
    for part in ("mouchard", *PARTS):
        for folder in [root / part, *sorted((root / part).rglob("*"))]:
            if folder.is_dir() and any(folder.glob("*.py")):
                dotted = ".".join(folder.relative_to(root).parts)
                found[dotted if part == "mouchard" else f"mouchard.{dotted}"] = folder
    return found


def copy(source: Path, target: Path, *ignored: str) -> None:
    """A folder that can be written in, also where the checkout cannot."""
    ignore = shutil.ignore_patterns("__pycache__", *ignored)
    shutil.copytree(source, target, ignore=ignore, copy_function=shutil.copyfile)
    for folder in (target, *(path for path in target.rglob("*") if path.is_dir())):
        folder.chmod(0o755)


def staged(root: Path, target: Path) -> Path:
    """The package laid out in `target` as it lies once installed."""
    copy(root / "mouchard", target / "mouchard")
    for part in PARTS:
        copy(root / part, target / "mouchard" / part)
    return target


def lint_imports(root: Path, tree: Path) -> subprocess.CompletedProcess[str]:
    """import-linter, run where it sees all parts."""
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    config = str(root / "pyproject.toml")
    return subprocess.run(
        [sys.executable, "-c", command, "--config", config, "--no-cache"],
        cwd=tree,
        env={"PYTHONPATH": str(tree), "PATH": "", "NO_COLOR": "1"},
        text=True,
        capture_output=True,
    )


def test_every_package_is_listed(root: Path, settings: dict[str, Any]) -> None:
    assert sorted(settings["tool"]["setuptools"]["packages"]) == sorted(packages(root))


def test_every_package_has_an_init(root: Path) -> None:
    assert [name for name, folder in packages(root).items() if not (folder / "__init__.py").is_file()] == []


def test_parts_are_mapped_to_their_folders(root: Path, settings: dict[str, Any]) -> None:
    mapping = settings["tool"]["setuptools"]["package-dir"]
    assert mapping == {"mouchard": "mouchard"} | {f"mouchard.{part}": part for part in PARTS}


def test_checkout_resolves_the_parts(root: Path) -> None:
    import mouchard.addons
    import mouchard.blocklists
    import mouchard.tui

    for module, part in (
        (mouchard.addons, "addons"),
        (mouchard.tui, "tui"),
        (mouchard.blocklists, "blocklists"),
    ):
        assert module.__file__ is not None
        assert Path(module.__file__).parent == root / part


def test_contracts_cover_the_whole_core(root: Path, settings: dict[str, Any]) -> None:
    """A package that is not named in the contract could import anything."""
    core = {
        f"mouchard.{path.stem}"
        for path in (root / "mouchard").iterdir()
        if (path.is_dir() and any(path.glob("*.py")))
        or (path.suffix == ".py" and not path.name.startswith("__"))
    }
    contracts = {contract["id"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}
    assert sorted(contracts["core-direct"]["source_modules"]) == sorted(core)
    assert sorted(contracts["core"]["source_modules"]) == sorted(core - {"mouchard.cli", "mouchard.scale"})


@pytest.mark.slow
def test_contracts_hold(root: Path, tmp_path: Path) -> None:
    result = lint_imports(root, staged(root, tmp_path))
    assert result.returncode == 0, result.stdout + result.stderr


FORBIDDEN = {
    "the core knows the proxy": ("store/read.py", "import mitmproxy.http"),
    "the core knows the terminal": ("model.py", "    import textual"),
    "the core reaches an addon": ("store/read.py", "import mouchard.addons"),
    "the live view writes": ("tui/__init__.py", "import mouchard.store.write"),
    "the live view knows the proxy": ("tui/__init__.py", "from mitmproxy import http"),
    "an addon knows the live view": ("addons/__init__.py", "import mouchard.tui"),
    "a stage reaches the store": ("detect/__init__.py", "import mouchard.store.read"),
    "the supervisor knows the proxy": ("supervisor/__init__.py", "import mitmproxy"),
    "the command line knows the terminal": ("cli/__init__.py", "import textual.app"),
}


@pytest.mark.slow
def test_contracts_refuse_a_forbidden_import(root: Path, tmp_path: Path) -> None:
    """Each planted import breaks a contract of its own; all are planted in copies."""
    pristine = staged(root, tmp_path / "pristine")
    for number, (name, (module, line)) in enumerate(FORBIDDEN.items()):
        tree = tmp_path / str(number)
        shutil.copytree(pristine, tree)
        path = tree / "mouchard" / module
        text = path.read_text()
        guard = "\ndef _planted() -> None:\n" if line.startswith(" ") else "\n"
        path.write_text(f"{text}{guard}{line}\n")
        result = lint_imports(root, tree)
        assert result.returncode == 1, f"{name}: {result.stdout}{result.stderr}"
        assert "BROKEN" in result.stdout, name


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("mouchard.cli", ("mitmproxy", "textual", "sqlite_utils", "sqlite3", "cryptography")),
        ("mouchard.supervisor", ("mitmproxy", "textual", "sqlite3")),
        ("mouchard.tui", ("mitmproxy",)),
        ("mouchard.addons", ("textual",)),
    ],
)
def test_nothing_heavy_is_loaded_early(module: str, heavy: tuple[str, ...], root: Path) -> None:
    """Proved at run time: imports made by name escape import-linter."""
    script = f"import sys, {module}; print(*sorted(set({heavy!r}) & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=root, text=True, capture_output=True, check=True
    )
    assert result.stdout.split() == []


@pytest.fixture(scope="session")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built from the sdist, as an installer of a release would."""
    folder = tmp_path_factory.mktemp("dist")
    source = folder / "source"
    copy(root, source, ".git", ".venv*", "build", "dist", "*.egg-info", ".*_cache")
    build = "from setuptools import build_meta as b; print(b.{0}({1!r}))"

    def run(hook: str, cwd: Path) -> str:
        result = subprocess.run(
            [sys.executable, "-c", build.format(hook, str(folder))], cwd=cwd, text=True, capture_output=True
        )
        assert result.returncode == 0, result.stderr
        return result.stdout.splitlines()[-1]

    sdist = run("build_sdist", source)
    careful: dict[str, Any] = (
        {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    )  # 3.11.4 and later
    shutil.unpack_archive(folder / sdist, folder / "unpacked", **careful)
    return zipfile.ZipFile(folder / run("build_wheel", folder / "unpacked" / sdist.removesuffix(".tar.gz")))


@pytest.mark.slow
def test_wheel_holds_only_the_package(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"mouchard"}


@pytest.mark.slow
def test_wheel_holds_every_module_and_data_file(wheel: zipfile.ZipFile, root: Path) -> None:
    expected = set()
    for part in ("mouchard", *PARTS):
        for path in (root / part).rglob("*"):
            if (
                path.is_file()
                and (path.suffix in DATA or path.suffix == ".py")
                and "__pycache__" not in path.parts
            ):
                name = path.relative_to(root).as_posix()
                expected.add(name if part == "mouchard" else f"mouchard/{name}")
    assert expected <= set(wheel.namelist()), sorted(expected - set(wheel.namelist()))


@pytest.mark.slow
def test_wheel_runs_on_its_own(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    script = "import mouchard.addons, mouchard.tui, mouchard.blocklists, mouchard; print(mouchard.__file__)"
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, text=True, capture_output=True, check=True
    )
    assert Path(result.stdout.strip()) == tmp_path / "mouchard" / "__init__.py"
