#!/usr/bin/python3 -B
"""Stands in for systemctl where no systemd runs: start, stop, restart, enable, is-active and the like of the units that packages installed.

Of a unit's settings it takes those that say what is started and what that may touch: User, Environment, WorkingDirectory, UMask, StateDirectory,
Type (notify, oneshot, forking), WatchdogSec, ProtectSystem=strict with ReadWritePaths, PrivateTmp, NoNewPrivileges, CapabilityBoundingSet= (none),
AmbientCapabilities, SystemCallFilter (by libseccomp), MemoryDenyWriteExecute (where the kernel knows PR_SET_MDWE). The rest is read by
`systemd-analyze verify` and `security` only. What a service sends to its NOTIFY_SOCKET is written to /run/systemctl/UNIT.states.
"""

import ctypes
import errno
import os
import pathlib
import pwd
import signal
import socket
import subprocess
import sys
import time

UNITS = pathlib.Path("/usr/lib/systemd/system")
LINKS = pathlib.Path("/etc/systemd/system")
STATE = pathlib.Path("/run/systemctl")
START_SECONDS_MAX = 120
STOP_SECONDS_MAX = 60
SECONDS = {"min": 60, "s": 1, "": 1}


def settings_of(unit):
    settings = {}
    for line in (UNITS / unit).read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            key, value = line.split("=", 1)
            settings.setdefault(key, []).append(value)
    return settings


def one(settings, key, default=None):
    return settings.get(key, [default])[-1]


def is_on(settings, key):
    return one(settings, key) in ("yes", "true")


def seconds(text):
    number = text.rstrip("mins")
    return int(number) * SECONDS[text[len(number):]]


def calls_of(name):
    """The system calls of `@system-service` and the like."""
    if not name.startswith("@"):
        return {name}
    said = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True).stdout
    lines = [line.strip() for line in said.splitlines()[1:]]
    return set().union(*(calls_of(line) for line in lines if line and not line.startswith("#")))


def filter_of(settings):
    allowed = set()
    for line in settings.get("SystemCallFilter", []):
        named = set().union(*map(calls_of, line.removeprefix("~").split()))
        allowed = allowed - named if line.startswith("~") else allowed | named
    return allowed


def confined(calls, no_write_and_execute, command):
    """Becomes the command, with these system calls only; others fail with EPERM."""
    if no_write_and_execute:
        # Of prctl(2): PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN.
        ctypes.CDLL(None).prctl(65, 1, 0, 0, 0)
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(0x00050000 | errno.EPERM))
    numbers = [library.seccomp_syscall_resolve_name(name.encode()) for name in calls]
    for number in numbers:
        if number >= 0:
            library.seccomp_rule_add(context, 0x7FFF0000, number, 0)
    if library.seccomp_load(context) != 0:
        sys.exit("the filter of system calls cannot be loaded")
    os.execv(command[0], command)


def shell_of(settings):
    """What to run, as a shell script in a mount namespace of its own: the sandbox first, then the program under its account."""
    writable = [f"/var/lib/{name}" for name in settings.get("StateDirectory", [])] + settings.get("ReadWritePaths", [])
    lines = ["set -e"]
    if one(settings, "ProtectSystem") == "strict":
        lines += [f"mount --bind {folder} {folder}" for folder in writable] + ["mount -o remount,bind,ro /"]
    if is_on(settings, "PrivateTmp"):
        lines += [f"mount -t tmpfs -o mode=1777 tmpfs {folder}" for folder in ("/tmp", "/var/tmp")]
    drop = ""
    if one(settings, "User"):
        drop = f"setpriv --reuid {one(settings, 'User')} --regid {one(settings, 'Group', one(settings, 'User'))} --init-groups"
    if is_on(settings, "NoNewPrivileges"):
        drop += " --no-new-privs"
    if one(settings, "CapabilityBoundingSet") == "":
        drop += " --bounding-set=-all --inh-caps=-all"
    for name in one(settings, "AmbientCapabilities", "").split():
        name = name.lower().removeprefix("cap_")
        drop += f" --inh-caps=+{name} --ambient-caps=+{name}"
    calls = filter_of(settings)
    if calls:
        drop += f" {sys.executable} -B {os.path.abspath(__file__)} --confined {int(is_on(settings, 'MemoryDenyWriteExecute'))} {','.join(sorted(calls))}"
    lines += [f"cd {one(settings, 'WorkingDirectory', '/')}", f"umask {one(settings, 'UMask', '0022')}",
              f"exec {drop} {one(settings, 'ExecStart')}"]
    return "\n".join(lines)


def environment_of(settings):
    account = pwd.getpwnam(one(settings, "User", "root"))
    given = dict(line.split("=", 1) for line in settings.get("Environment", []))
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": account.pw_dir, "USER": account.pw_name, **given}


def launch(settings, environment, output):
    return subprocess.Popen(["unshare", "--mount", "--propagation", "private", "sh", "-c", shell_of(settings)], env=environment,
                            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)


def read(path):
    return path.read_text() if path.exists() else ""


def pid_of(unit):
    """Of the service, while it lives."""
    text = read(STATE / f"{unit}.pid").strip()
    if text and pathlib.Path(f"/proc/{text}").exists() and "State:\tZ" not in read(pathlib.Path(f"/proc/{text}/status")):
        return int(text)
    return None


def keep(unit, settings):
    """In the background: the service, its notifications, its end."""
    address = STATE / f"{unit}.notify"
    address.unlink(missing_ok=True)
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(str(address))
    address.chmod(0o666)
    notify.settimeout(0.2)
    environment = environment_of(settings) | {"NOTIFY_SOCKET": str(address)}
    if one(settings, "WatchdogSec"):
        environment["WATCHDOG_USEC"] = str(seconds(one(settings, "WatchdogSec")) * 1_000_000)
    with open(STATE / f"{unit}.log", "ab") as log:
        service = launch(settings, environment, log)
    (STATE / f"{unit}.pid").write_text(str(service.pid))
    with open(STATE / f"{unit}.states", "a", buffering=1) as states:
        while service.poll() is None:
            try:
                states.write(notify.recv(4096).decode() + "\n")
            except TimeoutError:
                pass
        states.write(f"EXIT={service.returncode}\n")


def start(unit):
    settings = settings_of(unit)
    STATE.mkdir(exist_ok=True)
    if one(settings, "Type") == "oneshot":
        return launch(settings, environment_of(settings), None).wait()
    if one(settings, "Type") == "forking":
        failed = subprocess.run(["sh", "-c", one(settings, "ExecStart")]).returncode
        (STATE / f"{unit}.pid").write_text(read(pathlib.Path(one(settings, "PIDFile"))))
        return failed
    if pid_of(unit):
        return 0
    states = STATE / f"{unit}.states"
    states.write_text("")
    if os.fork() == 0:
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(null, stream)
        try:
            keep(unit, settings)
        finally:
            os._exit(0)
    end = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < end:
        if "READY=1" in read(states).splitlines():
            return 0
        if "EXIT=" in read(states):
            break
        time.sleep(0.05)
    print(f"{unit} did not start:\n{read(STATE / f'{unit}.log')[-4000:]}", file=sys.stderr)
    return 1


def stop(unit):
    pid = pid_of(unit)
    if pid is None:
        return 0
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + STOP_SECONDS_MAX
    states = STATE / f"{unit}.states"
    while pid_of(unit) is not None or states.exists() and "EXIT=" not in read(states):
        if time.monotonic() > end:
            print(f"{unit} does not stop", file=sys.stderr)
            return 1
        time.sleep(0.05)
    return 0


def enable(unit):
    folder = LINKS / f"{one(settings_of(unit), 'WantedBy')}.wants"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / unit).is_symlink():
        (folder / unit).symlink_to(UNITS / unit)
    return 0


def is_enabled(unit):
    return any(link.is_symlink() for link in LINKS.glob(f"*.wants/{unit}"))


def main(arguments):
    if arguments[0] == "--confined":
        confined(arguments[2].split(","), arguments[1] == "1", arguments[3:])
    words = [word for word in arguments if not word.startswith("-")]
    verb, units = words[0], [name if "." in name else f"{name}.service" for name in words[1:]]
    services = [unit for unit in units if unit.endswith(".service")]
    if verb == "daemon-reload":
        return 0
    if verb == "is-enabled":
        print("\n".join("enabled" if is_enabled(unit) else "disabled" for unit in units))
        return 0 if all(map(is_enabled, units)) else 1
    if verb == "is-active":
        active = all(pid_of(unit) for unit in services)
        if "--quiet" not in arguments:
            print("active" if active else "inactive")
        return 0 if active else 3
    if verb == "stop":
        return max(map(stop, services), default=0)
    if verb == "restart":
        return max((stop(unit) or start(unit) for unit in services), default=0)
    if verb == "start" or verb == "enable" and "--now" in arguments:
        enabled = [enable(unit) for unit in units if verb == "enable"]
        return max([0, *enabled, *map(start, services)])
    if verb in ("enable", "preset"):
        return max(map(enable, units))
    return f"systemctl {verb} is not known here"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
