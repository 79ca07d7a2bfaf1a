//! Throw-away clusters leave nothing behind.
use super::support::ask;
use crate::kit::{alone::child, folder::folder};
use std::path::PathBuf;
use termometro::cluster::scratch::ScratchCluster;

#[test]
fn a_scratch_cluster_leaves_nothing() {
    let scratch = ScratchCluster::start().unwrap();
    let database = scratch.create_database("one").unwrap();
    assert_eq!(ask(&database, "SELECT current_database()"), "one");
    let home = scratch.home().unwrap();
    drop(scratch);
    assert!(!home.exists());
}

#[test]
fn a_shared_scratch_cluster_goes_with_its_process() {
    const FILE: &str = "CLUSTER_TEST_HOME_FILE";
    if let Some(file) = std::env::var_os(FILE) {
        let home = ScratchCluster::shared().home().unwrap();
        std::fs::write(file, home.to_string_lossy().as_bytes()).unwrap();
        std::process::abort();
    }
    let file = folder().join("home");
    let program = child("cluster::scratch::a_shared_scratch_cluster_goes_with_its_process", FILE, &file);
    assert!(!program.status.success());
    let home = PathBuf::from(std::fs::read_to_string(&file).unwrap());
    let gone = (0..200).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        !home.exists()
    });
    assert!(gone, "{} is still there", home.display());
}
