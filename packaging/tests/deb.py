#!/usr/bin/env python3
"""The Debian package on a scratch root: docs/operating.md from the first block to the last, and what each of them must have done.

    deb.py PACKAGE.deb [--caddy-and-nginx FOLDER]      FOLDER: their packages, downloaded before (there is no network inside)

No systemd runs there: systemctl.py stands in for systemctl, starts what the units say, and applies the part of the sandbox that it can.
"""

import json
import os
import pathlib
import re
import shutil
import ssl
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import scratch

SERVICE = "http://127.0.0.1:8080"
QUESTION = "/v1/check?cum=19914312-20&amount=171764&per=pack&date=2020-06-15&transaction=1"
SETTINGS = pathlib.Path("/etc/termometro/termometro.env")
DATA = pathlib.Path("/var/lib/termometro")
BACKUPS = pathlib.Path("/var/backups/termometro")
STATES = pathlib.Path("/run/systemctl/termometro.service.states")
UNITS = ["termometro.service", "termometro-backup.service", "termometro-backup.timer", "termometro-feeds.service", "termometro-feeds.timer"]
# Of `systemd-analyze security`, in tenths: 0 is all closed, 96 nothing.
EXPOSURE_MAX = 25
READY_SECONDS_MAX = 30
passed, skipped = [], []


def check(what, true, *more):
    if not true:
        print("FAILED:", what, *more, file=sys.stderr)
        log = pathlib.Path("/run/systemctl/termometro.service.log")
        if log.exists():
            print("log of the service:", log.read_text()[-3000:], file=sys.stderr)
        sys.exit(1)
    passed.append(what)


def sh(command, folder="/srv", expected=0):
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)
    check(command.splitlines()[0] if command else "nothing", expected in (done.returncode, None), done.returncode, done.stdout[-3000:],
          done.stderr[-3000:])
    return done.stdout + done.stderr


def skip(what):
    skipped.append(what)
    print("SKIPPED:", what, file=sys.stderr)


def ask(path, base=SERVICE):
    try:
        # Caddy's own authority and a certificate made here: nobody vouches for them.
        with urllib.request.urlopen(base + path, timeout=10, context=ssl._create_unverified_context()) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def ready(base=SERVICE):
    end = time.monotonic() + READY_SECONDS_MAX
    while (answer := ask("/readyz", base))[0] != 200 and time.monotonic() < end:
        time.sleep(0.1)
    check(f"{base}/readyz answers 200", answer[0] == 200, *answer)


def verdict(base=SERVICE):
    status, body = ask(QUESTION, base)
    check(f"{base} answers a question", status == 200 and json.loads(body)["data"]["verdict"] == "above", status, body)


def pid():
    return pathlib.Path("/run/systemctl/termometro.service.pid").read_text()


def blocks(page):
    """The commands of each section, by its number."""
    found, section = {}, None
    for part in re.split(r"^(## .*)$", page.read_text(), flags=re.M):
        if part.startswith("## "):
            number = re.match(r"## (\d+)\.", part)
            section = int(number[1]) if number else None
        elif section is not None:
            found[section] = re.findall(r"^```sh\n(.*?)^```$", part, flags=re.M | re.S)
    return found


def package_by_itself(deb):
    fields = sh(f"dpkg-deb --field {deb}")
    for word in ("Package: termometro", "postgresql", "adduser", "debconf", "libc6", "Maintainer: Termometro"):
        check(f"control says {word}", word in fields, fields)
    content = sh(f"dpkg-deb --contents {deb}")
    for path in ("./usr/bin/termometro", "./usr/share/man/man1/termometro.1.gz", "./usr/share/man/man1/termometro-keys-create.1.gz",
                 "./usr/share/man/man8/termometroctl.8.gz", "./usr/share/bash-completion/completions/termometro",
                 "./usr/share/zsh/vendor-completions/_termometro", "./usr/share/fish/vendor_completions.d/termometro.fish",
                 "./usr/share/doc/termometro/copyright", "./usr/share/doc/termometro/operating.md",
                 *(f"./usr/lib/systemd/system/{unit}" for unit in UNITS)):
        check(f"the package has {path}", f" {path}\n" in content, content)
    strangers = [line for line in content.splitlines() if not re.search(r" (root/root|0/0) ", line)]
    check("everything in it belongs to root", not strangers, strangers)


def installed():
    check("the account is there", "/usr/sbin/nologin" in sh("getent passwd termometro"))
    for path, mode, owner in ((SETTINGS, 0o640, "root:termometro"), (DATA, 0o700, "termometro:termometro"), (BACKUPS, 0o700, "termometro:termometro")):
        found = path.stat()
        check(f"{path} is {mode:o} of {owner}", (stat.S_IMODE(found.st_mode), f"{path.owner()}:{path.group()}") == (mode, owner), found)
    said = sh(f"systemd-analyze verify {' '.join(f'/usr/lib/systemd/system/{unit}' for unit in UNITS)}", expected=None)
    ours = [line for line in said.splitlines() if "termometro" in line]
    check("systemd finds nothing wrong in the units", not ours, ours)
    for unit in UNITS:
        if unit.endswith(".service"):
            sh(f"systemd-analyze security --offline=true --threshold={EXPOSURE_MAX} /usr/lib/systemd/system/{unit}")
    sh("bash -n /usr/share/bash-completion/completions/termometro")
    if shutil.which("lexgrog"):
        sh("lexgrog /usr/share/man/man1/termometro*.1.gz /usr/share/man/man8/termometroctl.8.gz")
    check("the service is enabled, the timers are not", sh("systemctl is-enabled termometro termometro-backup.timer termometro-feeds.timer",
                                                           expected=1).split() == ["enabled", "disabled", "disabled"])


def started():
    states = STATES.read_text().splitlines()
    check("it said READY=1", states[0] == "READY=1", states)
    status = pathlib.Path(f"/proc/{pid()}/status").read_text()
    check("it runs without privileges", "NoNewPrivs:\t1" in status and "CapBnd:\t0000000000000000" in status, status)
    check("it runs as termometro", f"Uid:\t{DATA.stat().st_uid}\t" in status, status)
    check("only root acts for it", "only root" in sh("runuser -u nobody -- termometroctl config check", expected=1))


def watchdog():
    """WATCHDOG_USEC as short as a test can wait for."""
    sh("systemctl stop termometro")
    check("it said STOPPING=1 and ended well", STATES.read_text().splitlines()[-2:] == ["STOPPING=1", "EXIT=0"], STATES.read_text())
    unit = pathlib.Path("/usr/lib/systemd/system/termometro.service")
    text = unit.read_text()
    unit.write_text(text.replace("WatchdogSec=60", "WatchdogSec=1"))
    sh("systemctl start termometro")
    time.sleep(2)
    check("it gives signs of life", STATES.read_text().count("WATCHDOG=1") >= 2, STATES.read_text())
    unit.write_text(text)
    sh("systemctl restart termometro")
    ready()


def proxies(archives, blocks_of, unit, name):
    # Again for each: some machines delete them after an installation.
    shutil.copytree(archives, "/var/cache/apt/archives", dirs_exist_ok=True)
    for block in blocks_of:
        sh(block.replace("name=termometro.example.org", f"name={name}"))
    base = f"https://{name}"
    ready(base)
    verdict(base)
    # The proxy's client is counted, not the proxy; and /metrics is not for it.
    check(f"{unit} does not lead to /metrics", ask("/metrics", base)[0] == 404, ask("/metrics", base))
    sh(f"systemctl stop {unit}")


def count_reports():
    status, body = ask("/v1/assessments/summary")
    check("reports are counted", status == 200, body)
    return json.loads(body)["data"]


def newer(deb, version):
    """The same package as the next version."""
    sh(f"dpkg-deb -R {deb} /tmp/next && sed -i 's/^Version: .*/Version: {version}/' /tmp/next/DEBIAN/control && rm /srv/*.deb && "
       f"dpkg-deb -Znone -b /tmp/next /srv/termometro_{version}_next.deb")


def timed(commands, then=lambda: None):
    begin = time.monotonic()
    for block in commands:
        sh(block)
    then()
    return time.monotonic() - begin


def life(deb, archives):
    pages = [blocks(pathlib.Path("/carried") / name) for name in ("operating.md", "operacion.md")]
    check("both languages have the same blocks", pages[0] == pages[1])
    page = pages[0]
    # Made by the package; the machine's own may be there already.
    shutil.copy(deb, "/srv")
    package_by_itself(deb)
    seconds = timed(page[1])
    installed()
    started()
    seconds += timed(page[2], then=lambda: (ready(), verdict()))
    print(f"first verdict {seconds:.0f} s after the installation of the package began")
    watchdog()
    check("the key of the first operator", "tmo_live_" in "".join(sh(block) for block in page[3]))

    if archives:
        proxies(archives, page[4], "caddy", "localhost")
        check("the name is in the settings", "TERMOMETRO_PUBLIC_ORIGIN=https://localhost" in SETTINGS.read_text())
        sh("mkdir -p /etc/letsencrypt/live/localhost && cd /etc/letsencrypt/live/localhost && openssl req -x509 -newkey rsa:2048 -nodes "
           "-keyout privkey.pem -out fullchain.pem -days 2 -subj /CN=localhost")
        proxies(archives, page[5], "nginx", "localhost")
    else:
        skip("sections 4 and 5: the packages of caddy and nginx are not at hand")

    backups = "unrecognized subcommand" not in sh("termometro backup --help", expected=None)
    before = count_reports()
    if backups:
        sh(page[6][0])
        check("a backup is there, and its check was noted", list(BACKUPS.iterdir()) and (DATA / "verified-backup.json").exists())
        sh(page[6][1])
        ready()
        check("as many reports as before", count_reports() == before)
    else:
        skip("section 6: this program has no `backup`")

    sh("systemctl is-active termometro")
    running, settings = pid(), SETTINGS.read_text() + "# mine\n"
    SETTINGS.write_text(settings)
    newer(deb, "99.0.0-1")
    for block in page[7]:
        sh(block)
    ready()
    check("the upgrade restarted the service", pid() != running)
    check("the upgrade left the settings alone", SETTINGS.read_text() == settings)
    check("and their owner", (SETTINGS.owner(), SETTINGS.group()) == ("root", "termometro"))
    check("the data are there after the upgrade", count_reports() == before)

    system_server(page[8], backups)
    check("the data are there on the system's server", count_reports() == before)
    for block in page[9]:
        sh(block)

    sh(page[10][0])
    check("removed, its data, settings and secrets stay",
          (DATA / "secrets").is_dir() and SETTINGS.exists() and not pathlib.Path("/usr/bin/termometro").exists())
    check("nothing of it runs", ask("/healthz")[0] == 0 and not sh("pgrep -u termometro", expected=None).strip())
    purges(page[10][1])


def system_server(commands, backups):
    scratch.start_system_postgresql()
    for block in commands:
        sh(block if backups else re.sub(r"--restore \S+ .*", "", block))
    check("the settings name the server", "DATABASE_URL=postgresql://termometro_login@%2F" in SETTINGS.read_text(), SETTINGS.read_text())
    said = sh("/usr/lib/termometro/use-system-postgresql")
    check("a second time changes nothing", "nothing is changed" in said, said)
    if not backups:
        ready()
        sh("cd /usr/share/doc/termometro/examples; termometroctl import ceilings ceilings.xlsx ceilings-recent.csv; "
           "termometroctl import catalogue catalogue.csv; termometroctl import sismed sismed.csv")
    ready()
    verdict()
    roles = psql("SELECT rolname, rolsuper, rolcreaterole, rolcanlogin, rolinherit FROM pg_roles WHERE rolname ~ '^termometro' ORDER BY 1")
    check("none of the roles is more than it needs", roles.split() == ["termometro_login|f|f|t|f", "termometro_owner|f|f|t|t", "termometro_service|f|f|f|t"], roles)
    owned = psql("SELECT count(*) FROM pg_class JOIN pg_roles r ON r.oid = relowner WHERE r.rolname = 'termometro_login'", "termometro")
    check("the log-in of the service owns nothing", owned.strip() == "0", owned)
    used = psql("SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = 'termometro'").split()
    check("the service serves under it", used == ["termometro_login"], used)
    sh("runuser -u nobody -- psql -U termometro_owner -d termometro -c 'SELECT 1'", expected=2)
    log = pathlib.Path("/run/systemctl/termometro.service.log").read_text()
    check("the service does not warn of its log-in", "superuser" not in log and "no role termometro_service" not in log)


def psql(sql, database="postgres"):
    return sh(f'cd /; runuser -u postgres -- psql -qtA -d {database} -c "{sql}"')


def purges(block):
    again = next(pathlib.Path("/srv").glob("*.deb"))
    sh("apt-get purge -y termometro")
    check("purged without an answer, the data stay", (DATA / "secrets").is_dir() and BACKUPS.is_dir() and not SETTINGS.exists())
    sh(f"dpkg -i {again}")
    ready()
    verdict()
    check("the account is the same", DATA.owner() == "termometro")
    SETTINGS.write_text(SETTINGS.read_text() + "DATABASE_MIGRATION_URL=postgresql://termometro_owner@%2Fvar%2Frun%2Fpostgresql:5432/termometro\n")
    sh("systemctl stop termometro")
    sh(block)
    check("purged with a yes, the data are gone", not DATA.exists() and not SETTINGS.exists())
    left = psql("SELECT rolname FROM pg_roles WHERE rolname ~ '^termometro' UNION SELECT datname FROM pg_database WHERE datname = 'termometro'")
    check("so are those in the system's server", not left.strip(), left)
    hba = pathlib.Path(psql("SHOW hba_file").strip()).read_text()
    check("and its line", "termometro" not in hba, hba)
    units = sh("ls /usr/lib/systemd/system /etc/systemd/system /etc/systemd/system/*.wants /etc/termometro 2>/dev/null", expected=None)
    check("nothing of the units stays", "termometro" not in units, units)


def choosing_at_installation(deb):
    """The question of debconf, answered `system`, on a machine whose server runs."""
    shutil.copy(deb, "/srv/again.deb")
    sh("echo 'termometro termometro/database select system' | debconf-set-selections; dpkg -i /srv/again.deb")
    check("the package made database and roles", "DATABASE_MIGRATION_URL=" in SETTINGS.read_text())
    ready()
    check("no private server was made", not (DATA / "postgresql").exists())
    sh("apt-get purge -y termometro")


def main():
    if not scratch.is_inside():
        deb, *more = sys.argv[1:]
        archives = more[more.index("--caddy-and-nginx") + 1] if "--caddy-and-nginx" in more else None
        docs = scratch.ROOT / "docs"
        carried = [deb, docs / "operating.md", docs / "operacion.md", scratch.HERE / "systemctl.py"] + ([archives] if archives else [])
        return scratch.run(__file__, [pathlib.Path(deb).name, pathlib.Path(archives).name if archives else ""], carried)
    scratch.enter()
    deb, archives = (pathlib.Path("/carried") / name if name else None for name in sys.argv[1:])
    # In its own place: apt-get looks nowhere else.
    pathlib.Path("/usr/bin/systemctl").unlink(missing_ok=True)
    shutil.copy("/carried/systemctl.py", "/usr/bin/systemctl")
    pathlib.Path("/usr/bin/systemctl").chmod(0o755)
    # As on a machine that runs systemd, so that the package's scripts start and stop the service.
    pathlib.Path("/run/systemd/system").mkdir(parents=True)
    pathlib.Path("/usr/sbin/policy-rc.d").unlink(missing_ok=True)
    life(deb, archives)
    choosing_at_installation(deb)
    print(f"the package on a scratch root: {len(passed)} passed, 0 failed, {len(skipped)} skipped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
