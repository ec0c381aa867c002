"""The targets of this folder for as long as wished: `python -m tests.fuzz.run [--seconds N] [TARGET…]`.

With atheris the bytes are chosen by what code they reach, else at random. What made new code run is kept in
`build/fuzz/TARGET` and tried first the next time. Exit code 1: a target failed; the bytes that did it are
named, and `--again FILE TARGET` shows the failure once more.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
KEPT = HERE.parents[1] / "build" / "fuzz"
LONGEST = 16 * 1024
HAS_ATHERIS = importlib.util.find_spec("atheris") is not None

Target = Callable[[bytes], object]


def targets() -> dict[str, str]:
    """Name of each target → its module."""
    found = {}
    for file in sorted(HERE.glob("test_*.py")):
        for line in file.read_text(encoding="utf-8").splitlines():
            name = line.removeprefix("def ").partition("(")[0]
            if line.startswith("def test_") and "()" not in line:
                found[name.removeprefix("test_")] = f"tests.fuzz.{file.stem}"
    return found


def load(name: str) -> Target:
    """The target as a function of bytes: hypothesis reads its choices from them."""
    module = importlib.import_module(targets()[name])
    fuzz: Target = getattr(module, f"test_{name}").hypothesis.fuzz_one_input
    return fuzz


def guided(name: str, seconds: int) -> None:
    """Fuzz one target with atheris; does not come back."""
    import atheris

    with atheris.instrument_imports(include=["mouchard"]):
        target = load(name)
    folder = KEPT / name
    folder.mkdir(parents=True, exist_ok=True)
    limits = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=60", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={KEPT}/{name}-", str(folder)], target)
    atheris.Fuzz()


def blind(name: str, seconds: int) -> None:
    """Fuzz one target with random bytes."""
    target, until, count = load(name), time.monotonic() + seconds, 0
    while time.monotonic() < until:
        data = random.randbytes(random.choice((64, 512, 4096, LONGEST)))
        count += 1
        try:
            target(data)
        except BaseException:
            KEPT.mkdir(parents=True, exist_ok=True)
            place = KEPT / f"{name}-crash-{count}"
            place.write_bytes(data)
            print(f"failed on {place}", file=sys.stderr)
            raise
    print(f"{count} inputs", file=sys.stderr)


def main() -> int:
    """Run each target in a process of its own, with a home that is thrown away."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.run", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="TARGET", help=" ".join(targets()))
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--again", type=Path, metavar="FILE", help="bytes on which a target failed")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(targets()):
        parser.error(f"no such target: {' '.join(sorted(unknown))}")
    if asked.again:
        load(asked.names[0])(asked.again.read_bytes())
        return 0
    if asked.one:
        (guided if HAS_ATHERIS else blind)(asked.names[0], asked.seconds)
        return 0
    if not HAS_ATHERIS:
        print("without atheris (pip install atheris) bytes are random: little is reached", file=sys.stderr)
    failed = []
    for name in asked.names or targets():
        print(f"{name}: {asked.seconds} s", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="mouchard-fuzz-") as home:
            own = {"MOUCHARD_HOME": home, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
            words = [sys.executable, "-m", "tests.fuzz.run", "--one", "--seconds", str(asked.seconds), name]
            if subprocess.run(words, env={**os.environ, **own}, cwd=HERE.parents[1], check=False).returncode:
                failed.append(name)
    print(f"failed: {' '.join(failed)}" if failed else "no target failed", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
