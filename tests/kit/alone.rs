//! A test in a process of its own: what it measures or limits is the whole process's.

use std::process::Command;

const ALONE: &str = "TERMOMETRO_TEST_ALONE";

/// `name` is the test's own, as the harness writes it; it runs once more in a child, where `body` is run.
pub fn alone(name: &str, body: impl FnOnce()) {
    if std::env::var_os(ALONE).is_some() {
        return body();
    }
    let output = child(name, ALONE, "1".as_ref());
    let printed = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    println!("{printed}");
    assert!(output.status.success() && printed.contains("1 passed"), "{name} by itself");
}

/// The test of this name once more in a child process, with one variable set.
pub fn child(name: &str, variable: &str, value: &std::path::Path) -> std::process::Output {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args([name, "--exact", "--nocapture"]).env(variable, value).output().unwrap()
}

/// The most that this process ever held. Not `getrusage`, whose figure outlives `exec`: that would be the test runner's.
pub fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux says how much a process held");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the high-water mark");
    line.trim().trim_end_matches("kB").trim().parse().expect("kilobytes")
}

/// The size of a test that is as good with less: all of it by `make test-torture`, else the smaller.
pub fn size(all: usize, usually: usize) -> usize {
    if std::env::var_os("TEST_TORTURE").is_some() { all } else { usually }
}
