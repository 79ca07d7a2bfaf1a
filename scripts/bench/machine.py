"""What the figures were measured on: cores, memory, kernel, versions."""

import os
import platform
import subprocess
import time


def said(*command):
    """The first line that a program says, or nothing."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[0] if lines else ""


def memory_gib():
    with open("/proc/meminfo", encoding="ascii") as lines:
        kib = next(int(line.split()[1]) for line in lines if line.startswith("MemTotal"))
    return kib / (1 << 20)


def processor():
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as lines:
        return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def describe(programs, venv_python, root):
    """Name and value of everything that a figure depends on."""
    cores = len(os.sched_getaffinity(0))
    peers = ""
    if venv_python is not None:
        frozen = subprocess.run([venv_python, "-m", "pip", "freeze"], capture_output=True, text=True).stdout.split()
        names = ("fastapi", "uvicorn", "asyncpg", "datasette", "django", "djangorestframework", "gunicorn", "psycopg")
        peers = ", ".join(line for line in frozen if line.lower().split("==")[0] in names)
    return {
        "measured": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "machine": f"{cores} cores ({processor()}), {memory_gib():.1f} GiB, {platform.system()} {platform.release()}",
        "load average at the start": "{:.1f} {:.1f} {:.1f}".format(*os.getloadavg()),
        "commit": said("git", "-C", str(root), "describe", "--always", "--dirty"),
        "rustc": said("rustc", "--version"),
        "PostgreSQL": said(str(programs["postgres"]), "--version"),
        "wrk": said("wrk", "-v"),
        "Python": platform.python_version(),
        "peers": peers or "not installed",
    }
