"""The brokers' own programs."""

import contextlib
import os
import shutil
import socket
import subprocess
import time

import attrs

PATIENCE = 30.0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@attrs.define
class Server:
    """A broker's own program, which can be ended and started again with what it had kept."""

    command: list
    port: int
    url: str
    process: subprocess.Popen | None = None

    def start(self):
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1.0).close()
                return
            assert time.monotonic() < end, f"{self.command[0]} does not listen"
            assert self.process.poll() is None, f"{self.command[0]} ended"

    def kill(self):
        self.process.kill()
        self.process.wait()


def redis_server(folder):
    port = free_port()
    options = ["--port", port, "--bind", "127.0.0.1", "--dir", folder, "--save", ""]
    options += ["--appendonly", "yes", "--appendfsync", "always"]
    return Server([program("redis-server"), *map(str, options)], port, f"redis://127.0.0.1:{port}")


def nats_server(folder):
    port = free_port()
    options = ["-a", "127.0.0.1", "-p", port, "-js", "-sd", folder]
    return Server([program("nats-server"), *map(str, options)], port, f"nats://127.0.0.1:{port}")


def program(name):
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert found, f"{name} cannot be found: apt-get install {name}"
    return found


SERVERS = {"redis": redis_server, "nats": nats_server}
