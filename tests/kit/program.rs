//! The program itself, in a folder of its own, as a newcomer starts it.

use std::{
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

pub use super::folder::folder;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

pub struct Program {
    pub folder: PathBuf,
    pub address: SocketAddr,
    child: Child,
}

impl Program {
    /// With these arguments in a folder that is new: its own PostgreSQL, the bundled sample unless it is not wanted, the service.
    pub fn run(arguments: &[&str]) -> Self {
        Self::run_in(folder(), arguments)
    }

    pub fn run_in(folder: PathBuf, arguments: &[&str]) -> Self {
        Self::run_with(folder, arguments, &[])
    }

    /// With settings of one's own.
    pub fn run_with(folder: PathBuf, arguments: &[&str], settings: &[(&str, &str)]) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = command(&folder);
        command
            .args(arguments)
            .envs(settings.iter().copied())
            .env("TERMOMETRO_LISTEN", address.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while !lines.next().expect("the program ended before it served").unwrap().contains("docs:") {}
        // Whatever it still says must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let program = Self { folder, address, child };
        for _ in 0..200 {
            if std::net::TcpStream::connect(address).is_ok() {
                return program;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("nothing listens on {address}");
    }

    /// Its exit code, once it ended by itself.
    pub fn wait(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// Another command on the same data, beside the running service.
    pub fn command(&self, arguments: &[&str], admin_key: Option<&str>) -> Output {
        let mut command = command(&self.folder);
        if let Some(key) = admin_key {
            command.env("TERMOMETRO_ADMIN_KEY", key);
        }
        command.args(arguments).output().unwrap()
    }
}

/// The program with its data in this folder, whatever the environment of the test says.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_termometro"));
    command.env_remove("DATABASE_URL").env("TERMOMETRO_DATA_DIR", folder.join("data")).env("TERMOMETRO_LOG", "warn");
    command
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), Signal::SIGTERM);
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
