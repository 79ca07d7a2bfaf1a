//! Throw-away clusters leave nothing behind.
use super::support::{Folder, answers, ask};
use std::path::PathBuf;
use std::process::Command;
use termometro::cluster::scratch::ScratchCluster;

#[test]
fn scratch_clusters_clone_databases_and_leave_nothing() {
    let scratch = ScratchCluster::start().unwrap();
    let template = scratch.create_database("template").unwrap();
    ask(&template, "CREATE TABLE kept AS SELECT 7 AS n");
    let clone = scratch.clone_database("template", "one").unwrap();
    assert_eq!(ask(&clone, "SELECT n FROM kept"), "7");
    ask(&clone, "DROP TABLE kept");
    assert_eq!(ask(&template, "SELECT n FROM kept"), "7");
    scratch.drop_database("one").unwrap();
    assert!(!answers(&clone));
    let home = scratch.home().unwrap();
    drop(scratch);
    assert!(!home.exists());
}

#[test]
fn helper_program_with_a_shared_cluster() {
    if let Some(file) = std::env::var_os("CLUSTER_TEST_HOME_FILE") {
        let home = ScratchCluster::shared().home().unwrap();
        std::fs::write(file, home.to_string_lossy().as_bytes()).unwrap();
        std::process::abort();
    }
}

#[test]
fn a_shared_scratch_cluster_goes_with_its_process() {
    let folder = Folder::new("orphan");
    let file = folder.0.join("home");
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args(["--exact", "cluster::scratch::helper_program_with_a_shared_cluster"]).env("CLUSTER_TEST_HOME_FILE", &file);
    assert!(!program.output().unwrap().status.success());
    let home = PathBuf::from(std::fs::read_to_string(&file).unwrap());
    let gone = (0..200).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        !home.exists()
    });
    assert!(gone, "{} is still there", home.display());
}
