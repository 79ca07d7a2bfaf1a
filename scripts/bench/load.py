"""HTTP load with wrk on random keys, and the server's processor time that it took."""

import json
import os
import pathlib
import subprocess
from dataclasses import dataclass

SCRIPT = pathlib.Path(__file__).with_name("random_paths.lua")


@dataclass
class Load:
    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    mean_ms: float
    # Processor time of the server a request.
    cpu_us: float

    @property
    def per_second(self):
        return self.requests / self.seconds


class LoadFailed(Exception):
    """Some answers were errors: the figures would be about something else."""


def write_requests(file, paths, tags=None):
    with open(file, "w", encoding="utf-8") as out:
        for number, path in enumerate(paths):
            out.write(path if tags is None else f"{path}\t{tags[number]}")
            out.write("\n")
    return file


def run(server, requests, seconds, connections=64, threads=2):
    """One side of a round. Short times are whole milliseconds of many requests; wrk itself takes whole seconds only."""
    whole = max(1, round(seconds))
    command = ["wrk", "-t", str(min(threads, connections)), "-c", str(connections), "-d", f"{whole}s", "--timeout", "10s",
               "-s", str(SCRIPT), f"http://127.0.0.1:{server.port}/"]
    before = server.cpu_seconds()
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "REQUESTS": str(requests)})
    used = server.cpu_seconds() - before
    line = next((line for line in done.stdout.splitlines() if line.startswith("RESULT ")), None)
    if line is None:
        raise LoadFailed(f"wrk: {(done.stdout + done.stderr).strip()[-300:]}")
    said = json.loads(line[len("RESULT "):])
    if said["failed"] or said["status_errors"] or not said["requests"]:
        raise LoadFailed(f"{server.name}: {said['failed']} failed, {said['status_errors']} answered with an error, of {said['requests']}")
    return Load(said["requests"], said["seconds"], said["p50_ms"], said["p99_ms"], said["mean_ms"], used / said["requests"] * 1e6)
