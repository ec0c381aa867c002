"""House rules that a linter does not know."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

LONGEST = 300
"""Lines of a module."""

SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|DROP\s+(TABLE|VIEW)"
    r"|(CREATE|ALTER)\s+(TABLE|VIEW|INDEX|TRIGGER)|PRAGMA\s+\w+)\b",
    re.DOTALL,
)

HOSTS = ["pypi" + ".org", "python" + "hosted.org", "registry." + "npmjs", "deb." + "debian.org"]
PLACES = ["/work" + "/", "/ro" + "ot/", "/tmp/" + "venvs", "/home" + r"/[a-z]+/", r"C:\\" + "Users"]
MAKERS = [
    r"chat" + "gpt",
    r"cla" + "ude",
    r"anth" + "ropic",
    r"copi" + "lot",
    r"\bL" + r"LMs?\b",
    r"\bA" + r"I\b",
    r"language" + " model",
    r"\bissues? #?" + r"\d+",
]


def tracked(root: Path) -> list[Path]:
    """Every file of the project, as git lists them; new files included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    result = subprocess.run(command, cwd=root, text=True, capture_output=True)
    if result.returncode:
        pytest.skip("not a git checkout")
    return [root / name for name in result.stdout.splitlines() if (root / name).is_file()]


def modules(root: Path) -> list[Path]:
    """Every module that is installed."""
    parts = ("mouchard", "addons", "tui", "blocklists")
    return [path for part in parts for path in sorted((root / part).rglob("*.py"))]


def texts(root: Path, data_too: bool) -> dict[Path, str]:
    """Every text of the project but recorded traffic and, unless asked for, lists: they quote others."""
    quoting = {".har", ".flow", ".zip", ".svg", ".png", ".mo", ".gz", ".dat"}
    found = {}
    for path in tracked(root):
        data = path.is_relative_to(root / "blocklists") and path.suffix != ".py"
        if path.suffix in quoting or (data and not data_too):
            continue
        found[path] = path.read_text(encoding="utf-8")
    return found


def matches(root: Path, patterns: list[str], flags: int = 0, data_too: bool = False) -> list[str]:
    """`file:line` of each place where a pattern occurs."""
    pattern = re.compile("|".join(patterns), flags)
    return [
        f"{path.relative_to(root)}:{text[: found.start()].count(chr(10)) + 1}: {found.group()}"
        for path, text in texts(root, data_too).items()
        for found in pattern.finditer(text)
    ]


def test_no_module_is_long(root: Path) -> None:
    lengths = {str(path.relative_to(root)): len(path.read_text().splitlines()) for path in modules(root)}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_sql_lives_in_the_store(root: Path) -> None:
    found = []
    for path in modules(root):
        if path.is_relative_to(root / "mouchard" / "store"):
            continue
        tree = ast.parse(path.read_text())
        spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        found += [
            f"{path.relative_to(root)}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in spoken
            and SQL.search(node.value)
        ]
    assert found == []


def test_parts_are_imported_by_their_installed_names(root: Path) -> None:
    """`addons.x` would be a second copy of `mouchard.addons.x`."""
    pattern = re.compile(r"^\s*(?:from|import)\s+(?:addons|tui|blocklists)\b", re.MULTILINE)
    sources = [path for path in tracked(root) if path.suffix == ".py"]
    assert [str(path.relative_to(root)) for path in sources if pattern.search(path.read_text())] == []


def test_no_relative_import_in_the_addons(root: Path) -> None:
    """A script given to mitmproxy is loaded under another name, where relative imports fail."""
    pattern = re.compile(r"^\s*from\s+\.", re.MULTILINE)
    addons = sorted((root / "addons").rglob("*.py"))
    assert [path.name for path in addons if pattern.search(path.read_text())] == []


def test_no_addon_is_named_like_a_standard_module(root: Path) -> None:
    """mitmproxy puts the folder of a script first on the import path."""
    import sys

    names = {path.stem for path in (root / "addons").glob("*.py")}
    assert names & (sys.stdlib_module_names | {"mouchard", "mitmproxy", "textual"}) <= {
        "__init__",
        "__main__",
    }


def test_no_registry_is_named(root: Path) -> None:
    assert matches(root, [re.escape(host) for host in HOSTS], data_too=True) == []


def test_no_path_of_a_machine(root: Path) -> None:
    assert matches(root, PLACES) == []


def test_the_project_speaks_of_itself_alone(root: Path) -> None:
    assert matches(root, MAKERS[:4] + MAKERS[6:], re.IGNORECASE) + matches(root, MAKERS[4:6]) == []


def test_locks_hold_hashes_and_no_addresses(root: Path) -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (root / name).read_text().splitlines()
        starts = [number for number, line in enumerate(lines) if re.match(r"[a-z0-9]", line)]
        assert starts
        for number in starts:
            assert re.match(r"[a-z0-9._-]+==\S+ .*\\$", lines[number]), lines[number]
            assert lines[number + 1].strip().startswith("--hash=sha256:"), lines[number]
        assert not re.search(r"://|@ |^-", "\n".join(lines), re.MULTILINE)


def test_the_development_lock_extends_the_other(root: Path) -> None:
    pins = [
        {line.rstrip(" \\") for line in (root / name).read_text().splitlines() if re.match(r"[a-z0-9]", line)}
        for name in ("requirements.txt", "requirements-dev.txt")
    ]
    assert pins[0] < pins[1]
