"""Goal 11: from start to first answer, resident memory under load, size of the program."""

from .build import say
from .result import Result
from .servers import Server, clean_environment, free_port
from .stage import wait_for_memory


def goal_11(stage):
    say("goal 11: start")
    path = f"/v1/medicines/{stage.questions.medicines[0]}"
    times, ready = [], []
    import time

    for _ in range(stage.plan.rounds):
        with stage.service("service-start") as ours:
            times.append(ours.wait_for(path, pause=0.002))
            if wait_for_memory(ours, path, 60):
                ready.append(time.monotonic() - ours.started)
    beside = f"answers from memory after {sorted(ready)[len(ready) // 2]:.1f} s" if ready else "never answered from memory"
    yield Result("11", "start to first answer, the database being up", 0.5, 1, "s", False).absolute(times, beside)
    if "rss_mib" in stage.kept:
        beside = f"most so far (VmHWM) {stage.kept['peak_mib']:.0f} MiB; {len(stage.questions.medicines):,} medicines, after goals 1, 2 and 5"
        yield Result("11", "resident memory after the full load", 150, 300, "MiB", False).absolute([stage.kept["rss_mib"]], beside)
    else:
        yield Result("11", "resident memory after the full load", 150, 300, "MiB", False).not_measured("goals 1 and 2 did not run")
    size = stage.binary.stat().st_size / 1e6
    yield Result("11", "size of the program", 10, 40, "MB", False).absolute([size])


def with_private_database(stage):
    """Beside the goal: the same start with the program's own PostgreSQL, which must not be running any more."""
    path, times = f"/v1/medicines/{stage.questions.medicines[0]}", []
    for _ in range(min(3, stage.plan.rounds)):
        port = free_port()
        environment = clean_environment(TERMOMETRO_DATA_DIR=stage.database.data_dir, TERMOMETRO_LISTEN=f"127.0.0.1:{port}", TERMOMETRO_LOG="warn")
        with Server("service-private", [stage.binary, "serve"], stage.logs, environment, port) as ours:
            times.append(ours.wait_for(path, pause=0.002))
    yield Result("11", "the same, starting the private PostgreSQL too (no goal)", unit="s", higher_is_better=False).absolute(times)
