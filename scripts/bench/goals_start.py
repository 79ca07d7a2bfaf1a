"""Goals 11, W13 and W14: from start to first answer, resident memory at rest and under load, size of the program."""

import time

from .build import say
from .servers import Server, clean_environment, free_port
from .stage import wait_for_memory


# What the start itself took is given back by then.
AT_REST_AFTER_S = 10


def goals_start(stage):
    """The service is started again and again on a database that is up."""
    say("goals W13 and W14: start")
    path = f"/v1/medicines/{stage.questions.medicines[0]}"
    times, hot, rest = [], [], []
    for number in range(stage.plan.rounds):
        with stage.service("service-start") as ours:
            times.append(ours.wait_for(path, pause=0.002))
            if not wait_for_memory(ours, path, 60):
                raise RuntimeError("never answered from memory")
            hot.append(time.monotonic() - ours.started)
            if number == 0:
                time.sleep(AT_REST_AFTER_S)
                rest.append(ours.memory_mib("VmRSS"))
                beside = f"most so far (VmHWM) {ours.memory_mib('VmHWM'):.0f} MiB; {len(stage.questions.medicines):,} medicines; {AT_REST_AFTER_S} s after it was hot"
    stage.lines["W14"].absolute(times)
    stage.lines["W14 hot"].absolute(hot, f"{len(stage.questions.medicines):,} medicines")
    stage.lines["W13 rest"].absolute(rest, beside)


def goal_11(stage):
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
    stage.lines["W14 private"].absolute(times, "no goal of its own")
