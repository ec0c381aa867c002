"""A simulated phone: a network namespace that reaches this computer as over Wi-Fi, or through its tunnel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import network
from tests.network import ip

PROGRAMS = {"wireguard-go": "wireguard-go", "wg": "wireguard-tools", "ip": "iproute2", "curl": "curl"}
"""Program -> the Debian package that brings it."""


def missing() -> str:
    """Why no phone can be simulated here, or empty."""
    packages = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if packages:
        return f"needs {', '.join(packages)}"
    if os.geteuid() != 0 or not Path("/dev/net/tun").exists():
        return "only root can make a network namespace, and a tunnel needs /dev/net/tun"
    return ""


@dataclass
class Phone:
    """Runs commands as if on the phone."""

    name: str
    computer: str
    """Address of this computer as the phone sees it."""
    folder: Path
    _tunnel: subprocess.Popen[bytes] | None = None

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["ip", "netns", "exec", self.name, *command], text=True, capture_output=True, timeout=100
        )

    def must(self, *command: str) -> str:
        done = self.run(*command)
        assert done.returncode == 0, (command, done.stderr)
        return done.stdout

    def curl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("curl", "-sS", "--max-time", "60", *arguments)

    def udp(self, host: str, port: int, seconds: float) -> bool:
        """Whether a datagram there is answered."""
        script = (
            "import socket, sys; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); "
            "s.settimeout(float(sys.argv[3])); s.connect((sys.argv[1], int(sys.argv[2]))); "
            "s.send(b'?' * 1200); s.recv(9)"
        )
        return self.run(sys.executable, "-c", script, host, str(port), str(seconds)).returncode == 0

    def greeting(self, host: str, port: int) -> str:
        """What a server there says before it is spoken to."""
        script = (
            "import socket, sys; s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 60); "
            "print(s.makefile().readline())"
        )
        return self.run(sys.executable, "-c", script, host, str(port)).stdout.strip()

    def connect(self, configuration: str) -> None:
        """Do what the WireGuard app does with a configuration."""
        fields = dict(line.split(" = ", 1) for line in configuration.splitlines() if " = " in line)
        device, conf = self.name, self.folder / "tunnel.conf"
        only = ("[", "PrivateKey", "PublicKey", "AllowedIPs", "Endpoint")
        conf.write_text("\n".join(line for line in configuration.splitlines() if line.startswith(only)))
        self._tunnel = subprocess.Popen(
            ["ip", "netns", "exec", self.name, "wireguard-go", "-f", device],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "WG_I_PREFER_BUGGY_USERSPACE_TO_POLISHED_KMOD": "1", "LOG_LEVEL": "silent"},
        )  # fmt: skip
        socket = Path(f"/var/run/wireguard/{device}.sock")
        while not socket.exists():
            assert self._tunnel.poll() is None, "wireguard-go ended"
        self.must("wg", "setconf", device, str(conf))
        self.must("ip", "address", "add", fields["Address"], "dev", device)
        self.must("ip", "link", "set", device, "mtu", "1420", "up")
        for destination in fields["AllowedIPs"].split(", "):
            family = "-6" if ":" in destination else "-4"
            self.must("ip", family, "route", "add", destination, "dev", device)
        Path(f"/etc/netns/{self.name}/resolv.conf").write_text(f"nameserver {fields['DNS']}\n")

    def disconnect(self) -> None:
        if self._tunnel is not None:
            self._tunnel.terminate()
            self._tunnel.wait()
            self._tunnel = None


@contextmanager
def phone(folder: Path, number: int) -> Iterator[Phone]:
    """One in a network of its own, 198.19.N.0/30, which nothing else uses; gone at the end."""
    name, outside = f"mph{os.getpid() % 100000}n{number}", f"mvh{os.getpid() % 100000}n{number}"
    computer = f"198.19.{number}.1"
    settings = Path("/etc/netns") / name
    found = Phone(name, computer, folder)
    try:
        with network.changing():
            ip("netns", "add", name)
            settings.mkdir(parents=True)
            (settings / "resolv.conf").write_text("nameserver 127.0.0.1\n")
            network.join(outside, f"{computer}/30", name)
            for words in (
                ("address", "add", f"198.19.{number}.2/30", "dev", "eth0"),
                ("link", "set", "eth0", "up"),
                ("link", "set", "lo", "up"),
            ):
                found.must("ip", *words)
        yield found
    finally:
        found.disconnect()
        with network.changing():
            network.leave(outside)
            subprocess.run(["ip", "netns", "delete", name], check=False)
        shutil.rmtree(settings, ignore_errors=True)
