"""The front door: choosing a Python, and making an environment once."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

PYTHON = shlex.quote(sys.executable)
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A PATH with the basic tools of a system and no Python; the home folder beside it is empty."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("sh", "cat", "rm", "tail", "env"):
        found = next(Path(place) / tool for place in ("/bin", "/usr/bin") if (Path(place) / tool).exists())
        (folder / tool).symlink_to(found)
    return folder


def program(folder: Path, name: str, script: str) -> None:
    """Put a shell script under that name into the folder."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def find(root: Path, machine: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What `find-python` says on that machine."""
    environment = {"PATH": str(machine), "HOME": str(machine.parent / "nobody")}
    return subprocess.run(
        [str(root / ".ci" / "find-python"), *words], env=environment, text=True, capture_output=True
    )


def test_a_name_that_leads_nowhere_is_passed_over(root: Path, machine: Path) -> None:
    for name in {"python3.13", "python3.12", "python3.11"} - {f"python{VERSION}"}:
        program(machine, name, f"echo 'version manager: {name} is not installed' >&2; exit 127")
    program(machine, f"python{VERSION}", f'exec {PYTHON} "$@"')
    assert find(root, machine).stdout.strip() == str(machine / f"python{VERSION}")


def test_python3_itself_will_do(root: Path, machine: Path) -> None:
    program(machine, "python3", f'exec {PYTHON} "$@"')
    assert find(root, machine).stdout.strip() == str(machine / "python3")


def test_none_is_one_clear_line_and_a_remedy(root: Path, machine: Path) -> None:
    program(machine, "python3", 'echo "Python 3.9.2"; [ "$1" = --version ]')
    result = find(root, machine)
    assert result.returncode == 2
    assert result.stdout == ""
    assert "no usable Python" in result.stderr
    assert "Python 3.9.2" in result.stderr
    assert "apt install" in result.stderr


def test_a_version_can_be_asked_for(root: Path, machine: Path) -> None:
    program(machine, f"python{VERSION}", f'exec {PYTHON} "$@"')
    other = "3.12" if VERSION != "3.12" else "3.11"
    assert find(root, machine, VERSION).returncode == 0
    assert find(root, machine, other).returncode == 2
    assert find(root, machine, "check", sys.executable).stdout.strip() == sys.executable
    assert find(root, machine, "check", "python2").returncode == 2


def test_the_version_manager_is_searched(root: Path, machine: Path) -> None:
    home = machine.parent / "nobody"
    folder = home / ".pyenv" / "versions" / f"{VERSION}.1" / "bin"
    folder.mkdir(parents=True)
    program(folder, f"python{VERSION}", f'exec {PYTHON} "$@"')
    assert find(root, machine).stdout.strip() == str(folder / f"python{VERSION}")


def test_an_environment_is_made_once(root: Path, machine: Path, tmp_path: Path) -> None:
    """A stand-in for Python's venv notes each call; what is up to date is left alone."""
    calls = tmp_path / "calls"
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "pyproject.toml").write_text("")
    (checkout / "lock.txt").write_text("a==1\n")
    inner = f'#!/bin/sh\ncase "$*" in *pip*) echo pip >> {calls};; esac\n'
    (tmp_path / "inner").write_text(inner)
    program(
        machine,
        "python3",
        f'if [ "$1" = -m ]; then mkdir -p "$3/bin"; cat {tmp_path}/inner > "$3/bin/python"; '
        f'chmod +x "$3/bin/python"; else exec {PYTHON} "$@"; fi',
    )
    for tool in ("mkdir", "chmod"):
        (machine / tool).symlink_to(Path("/bin") / tool)

    def make() -> int:
        command = [str(root / ".ci" / "venv"), str(machine / "python3"), "env", "lock.txt"]
        subprocess.run(command, cwd=checkout, env={"PATH": str(machine)}, check=True, capture_output=True)
        return len(calls.read_text().split())

    assert make() == 2
    assert make() == 2
    (checkout / "pyproject.toml").write_text("# the project, but no dependency, has changed")
    assert make() == 3
    (checkout / "lock.txt").write_text("a==2\n")
    assert make() == 5


def test_help_lists_every_target(root: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(), re.MULTILINE)
    environment = {"PATH": os.environ["PATH"]}
    shown = subprocess.run(
        ["make"], cwd=root, env=environment, text=True, capture_output=True, check=True
    ).stdout
    assert [target for target in targets if f"make {target} " not in shown] == []
    assert {"run", "test", "check", "soak", "bench", "test-sdk", "example-report", "lock", "clean"} <= set(
        targets
    )


def test_the_merge_check_reads_its_command_from_the_readme(root: Path) -> None:
    script = (root / ".ci" / "run").read_text()
    assert "README.md" in script
    assert re.findall(r"^make test$", (root / "README.md").read_text(), re.MULTILINE) == ["make test"]
    subprocess.run(["bash", "-n", str(root / ".ci" / "run")], check=True)
