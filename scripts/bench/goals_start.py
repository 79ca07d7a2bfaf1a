"""Goal 11: from start to first answer, resident memory under load, size of the program."""

import time

from .build import say
from .servers import Server, clean_environment, free_port
from .stage import wait_for_memory


def goal_11(stage):
    """The service is started again and again on a database that is up."""
    say("goal 11: start")
    path = f"/v1/medicines/{stage.questions.medicines[0]}"
    times, ready = [], []
    for _ in range(stage.plan.rounds):
        with stage.service("service-start") as ours:
            times.append(ours.wait_for(path, pause=0.002))
            if wait_for_memory(ours, path, 60):
                ready.append(time.monotonic() - ours.started)
    beside = f"answers from memory after {sorted(ready)[len(ready) // 2]:.1f} s" if ready else "never answered from memory"
    stage.lines["11 start"].absolute(times, beside)
    stage.lines["11 size"].absolute([stage.binary.stat().st_size / 1e6])
    if "rss_mib" not in stage.kept:
        raise RuntimeError("memory after the load: goals 1, 2 and 5 were not measured in this run")
    beside = f"most so far (VmHWM) {stage.kept['peak_mib']:.0f} MiB; {len(stage.questions.medicines):,} medicines, after goals 1, 2 and 5"
    stage.lines["11 memory"].absolute([stage.kept["rss_mib"]], beside)


def with_private_database(stage):
    """Beside the goal: the same start with the program's own PostgreSQL, which must not be running any more."""
    path, times = f"/v1/medicines/{stage.questions.medicines[0]}", []
    for _ in range(min(3, stage.plan.rounds)):
        port = free_port()
        environment = clean_environment(
            TERMOMETRO_DATA_DIR=stage.database.data_dir, TERMOMETRO_SECRETS_DIR=stage.secrets_dir, TERMOMETRO_LISTEN=f"127.0.0.1:{port}",
            TERMOMETRO_LOG="warn")
        with Server("service-private", [stage.binary, "serve"], stage.logs, environment, port) as ours:
            times.append(ours.wait_for(path, pause=0.002))
    stage.lines["11 private"].absolute(times, "no goal of its own")
