"""Where the servers are: each in a network namespace of its own, so that it can be cut off, or all on loopback where that is not allowed."""

import os
import subprocess
import sys

INSIDE = "TERMOMETRO_FAILOVER_INSIDE"
# Addresses that are nobody's (RFC 5737), in namespaces that end with this process.
PREFIX = "192.0.2."


def run(*command):
    subprocess.run(command, check=True, capture_output=True, text=True)


def enter():
    """Begins this program again in namespaces of its own, where that is allowed; returns inside, or where it is not."""
    if INSIDE in os.environ or os.geteuid() != 0:
        return
    unshare = ["unshare", "--net", "--mount"]
    allowed = subprocess.run([*unshare, "ip", "link", "set", "lo", "up"], capture_output=True, check=False)
    if allowed.returncode == 0:
        os.execvpe("unshare", [*unshare, sys.executable, "-B", "-m", "failover", *sys.argv[1:]], {**os.environ, INSIDE: "1"})


def choose():
    return Namespaces() if INSIDE in os.environ else Loopback()


class Loopback:
    """All on 127.0.0.1: nothing can be cut off."""

    why_not = "no network namespace may be made here (it takes root)"
    here = "127.0.0.1"

    def address(self, number):
        return self.here

    def entered(self, number):
        return []

    def connect(self, number, connected):
        raise RuntimeError(self.why_not)


class Namespaces:
    """A bridge, and each server behind a cable of its own that can be pulled."""

    why_not = None
    here = PREFIX + "1"

    def __init__(self):
        run("ip", "link", "set", "lo", "up")
        os.makedirs("/run/netns", exist_ok=True)
        run("mount", "-t", "tmpfs", "tmpfs", "/run/netns")
        run("ip", "link", "add", "name", "between", "type", "bridge")
        run("ip", "address", "add", f"{self.here}/24", "dev", "between")
        run("ip", "link", "set", "between", "up")
        self.made = set()

    def address(self, number):
        return f"{PREFIX}{10 + number}"

    def entered(self, number):
        """Before a command that is to run there."""
        if number not in self.made:
            self.make(number)
        return ["ip", "netns", "exec", f"server{number}"]

    def make(self, number):
        space, cable, inside = f"server{number}", f"cable{number}", f"inside{number}"
        run("ip", "netns", "add", space)
        run("ip", "link", "add", "name", cable, "type", "veth", "peer", "name", inside)
        run("ip", "link", "set", inside, "netns", space)
        run("ip", "link", "set", cable, "master", "between")
        run("ip", "link", "set", cable, "up")
        run("ip", "-n", space, "link", "set", "lo", "up")
        run("ip", "-n", space, "address", "add", f"{self.address(number)}/24", "dev", inside)
        run("ip", "-n", space, "link", "set", inside, "up")
        self.made.add(number)

    def connect(self, number, connected):
        run("ip", "link", "set", f"cable{number}", "up" if connected else "down")
