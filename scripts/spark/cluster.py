"""Commands that the test runs: as documented, measured, and with one executor killed in the middle."""

import json
import os
import pathlib
import re
import resource
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
SAMPLE_SECONDS = 0.2
# A command that hangs must end the test.
SECONDS_MAX = 7_200
# What every driver of the test gets, beside the command itself: this machine only, and a log of what happened.
CONFIGURATION = """spark.driver.bindAddress 127.0.0.1
spark.driver.host 127.0.0.1
spark.ui.port {port}
spark.ui.showConsoleProgress false
spark.eventLog.enabled true
spark.eventLog.rolling.enabled false
spark.eventLog.compress false
spark.eventLog.dir file:{home}/events
spark.driver.extraJavaOptions -Djava.io.tmpdir={home}/tmp
spark.executor.extraJavaOptions -Djava.io.tmpdir={home}/tmp
spark.sql.files.minPartitionNum {tasks}
"""
# At least so many tasks, so that an executor dies with some done and some to come.
TASKS = 12
LOGGING = """rootLogger.level = warn
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n%ex
"""


class CommandFailed(Exception):
    """The message holds the command and the end of what it said."""


def documented(text):
    """The commands in the shell blocks of a document, without their comments."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = [re.sub(r"\s+#\s.*$", "", line).strip() for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def the_one(commands, *words):
    """The only command that has all these words."""
    found = [command for command in commands if all(word in command for word in words)]
    if len(found) != 1:
        raise CommandFailed(f"{len(found)} documented commands have {' and '.join(words)}")
    return found[0]


def spark_home(home, package):
    """The installed package under a folder of the run's own, so that what its workers leave goes away with it. Answers the environment."""
    place = home / "spark"
    for folder in (place / "conf", home / "local", home / "events"):
        folder.mkdir(parents=True)
    for entry in pathlib.Path(package).iterdir():
        if entry.name in ("bin", "jars", "python", "sbin"):
            (place / entry.name).symlink_to(entry)
    (place / "conf" / "log4j2.properties").write_text(LOGGING, encoding="ascii")
    return {"SPARK_HOME": place, "SPARK_CONF_DIR": place / "conf", "SPARK_LOCAL_DIRS": home / "local", "SPARK_LOCAL_IP": "127.0.0.1"}


def configure(home, port):
    (home / "spark" / "conf" / "spark-defaults.conf").write_text(CONFIGURATION.format(home=home, port=port, tasks=TASKS), encoding="ascii")


def processes():
    """Every process as (pid, session, ticks of processor)."""
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                with open(f"/proc/{entry.name}/stat", encoding="utf-8", errors="replace") as stat:
                    fields = stat.read().rpartition(")")[2].split()
            except OSError:
                continue
            yield int(entry.name), int(fields[3]), int(fields[11]) + int(fields[12])


def children_seconds():
    """Of the processor, by all that this process started and waited for, and theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Running:
    """A command in a session of its own: seconds, and the processor's seconds of all its processes."""

    def __init__(self, command, folder, environment, log):
        self.command, self.log, self.ticks, self.counted = command, log, {}, children_seconds()
        self.begun, self.ended, self.used = time.monotonic(), None, None
        with open(log, "wb") as said:
            self.process = subprocess.Popen(["sh", "-c", command], cwd=folder, env={name: str(value) for name, value in environment.items()},
                                            stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True)
        self.watch = threading.Thread(target=self._sample, daemon=True)
        self.watch.start()

    def _sample(self):
        while True:
            for pid, session, ticks in processes():
                if session == self.process.pid:
                    self.ticks[pid] = ticks
            if self.ended is not None:
                return
            time.sleep(SAMPLE_SECONDS)

    def running(self):
        return self.process.poll() is None

    def members(self):
        return [pid for pid, session, _ in processes() if session == self.process.pid]

    def wait(self):
        """Until it ended well. Raises `CommandFailed` otherwise; nothing of it is left in any case."""
        try:
            code = self.process.wait(SECONDS_MAX)
        except subprocess.TimeoutExpired:
            code = "no end"
        finally:
            self.stop()
        if code != 0:
            raise CommandFailed(f"{self.command}\nended with {code}: {self.said()[-3_000:]}")
        return self

    def stop(self):
        self.ended = self.ended or time.monotonic()
        # The cluster's processes end by themselves, a little after the driver.
        until = time.monotonic() + 10
        while self.process.poll() is not None and self.members() and time.monotonic() < until:
            time.sleep(SAMPLE_SECONDS)
        for pid in self.members():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        self.watch.join()
        if self.used is None:
            # What the system counted of those that were waited for, and what was seen of all: neither sees everything.
            self.used = max(children_seconds() - self.counted, sum(self.ticks.values()) / CLOCK_TICKS)

    def said(self):
        return self.log.read_text(encoding="utf-8", errors="replace").strip()

    def seconds(self):
        return self.ended - self.begun


def driver_says(port, path):
    """What the driver's own page of figures says; `None` where it says nothing yet, or no more."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/api/v1/applications{path}", timeout=10) as answer:
            return json.load(answer)
    except (urllib.error.URLError, OSError, ValueError):
        return None


def executor_processes(running):
    """The process of each executor of a command, by the executor's number."""
    found = {}
    for pid in running.members():
        try:
            words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if any(word.endswith("CoarseGrainedExecutorBackend") for word in words) and "--executor-id" in words:
            found[words[words.index("--executor-id") + 1]] = pid
    return found


def kill_one_executor(running, port, description):
    """SIGKILL to an executor that is at work, while the stage of that description has tasks that are done and tasks to come.

    Answers which executor, which stage, and how many of its tasks were done.
    """
    while running.running():
        time.sleep(0.1)
        for application in driver_says(port, "") or []:
            place = f"/{application['id']}/stages"
            for stage in driver_says(port, f"{place}?status=active") or []:
                done, tasks = stage["numCompleteTasks"], stage["numTasks"]
                if stage.get("description") != description or not 0 < done < tasks - 1:
                    continue
                alive = executor_processes(running)
                for task in driver_says(port, f"{place}/{stage['stageId']}/{stage['attemptId']}/taskList?status=running") or []:
                    if task["executorId"] in alive:
                        os.kill(alive[task["executorId"]], signal.SIGKILL)
                        return task["executorId"], stage["stageId"], f"{done} of {tasks} tasks were done"
    running.wait()
    raise CommandFailed(f"{running.command}\nended before an executor could be killed in its middle")


def events(home):
    """What the newest driver wrote down."""
    newest = max((home / "events").iterdir(), key=lambda path: path.stat().st_mtime)
    with open(newest, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def lost_tasks(found, executor, stage):
    """How many tasks of a stage were lost with that executor, from a driver's events."""
    ends = [event for event in found if event["Event"] == "SparkListenerTaskEnd" and event["Stage ID"] == stage]
    return sum(event["Task End Reason"]["Reason"] == "ExecutorLostFailure" and event["Task Info"]["Executor ID"] == executor for event in ends)
