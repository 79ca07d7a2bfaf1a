"""A scratch root: this machine's own files under an overlay that goes away, without network and with its own processes.

What runs in it may install packages, start servers and delete everything: nothing of it reaches the machine. Needs root, and no container
runtime. `run(file, arguments)` runs a Python file in it; that file calls `enter()` first.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
INSIDE = "SCRATCH_ROOT"


def run(file, arguments=(), carried=()):
    """Runs `file` with these arguments in a new scratch root, and gives its exit code. Files that are `carried` lie in /carried there."""
    if os.geteuid() != 0:
        print("NOT CHECKED: a scratch root needs root (unshare, mount, chroot)", file=sys.stderr)
        return 1
    # Where a system keeps what it serves: /tmp is often small, and another one inside.
    place = "/srv" if os.path.isdir("/srv") else None
    with tempfile.TemporaryDirectory(prefix="termometro-root-", dir=place) as place:
        command = ["unshare", "--mount", "--pid", "--net", "--fork", "--kill-child", "--propagation", "private", sys.executable, "-B", str(file)]
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", INSIDE: place, "CARRIED": os.pathsep.join(map(str, carried))}
        return subprocess.run([*command, *arguments], env=environment).returncode


def is_inside():
    return INSIDE in os.environ


def mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)


def enter():
    """Makes the scratch root and moves this process into it."""
    place = pathlib.Path(os.environ.pop(INSIDE))
    mount("-t", "tmpfs", "-o", "mode=0755", "tmpfs", place)
    for name in ("upper", "work", "root"):
        (place / name).mkdir()
    root = place / "root"
    mount("-t", "overlay", "overlay", "-o", f"lowerdir=/,upperdir={place}/upper,workdir={place}/work", root)
    mount("--rbind", "/dev", root / "dev")
    mount("-t", "proc", "proc", root / "proc")
    for name, mode in (("run", "0755"), ("tmp", "1777"), ("var/tmp", "1777")):
        mount("-t", "tmpfs", "-o", f"mode={mode}", "tmpfs", root / name)
    carried = root / "carried"
    carried.mkdir()
    for path in filter(None, os.environ.pop("CARRIED").split(os.pathsep)):
        source = pathlib.Path(path)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, carried / source.name)
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    os.chroot(root)
    os.chdir("/")
    os.environ.update(PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", HOME="/root", DEBIAN_FRONTEND="noninteractive")


def start_system_postgresql():
    """As a Debian machine has it: one cluster, at port 5432. What clusters this machine has does not count."""
    shutil.rmtree("/etc/postgresql", ignore_errors=True)
    os.makedirs("/run/postgresql", exist_ok=True)
    shutil.chown("/run/postgresql", "postgres", "postgres")
    newest = max(os.listdir("/usr/lib/postgresql"), key=int)
    subprocess.run(["pg_createcluster", "--locale", "C.UTF-8", newest, "main2"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["pg_ctlcluster", "--skip-systemctl-redirect", newest, "main2", "start"], check=True)
