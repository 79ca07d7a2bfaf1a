//! The forms of a backup: a folder, a tar stream, or that stream encrypted by the program `age`; each is made whole, or not at all.

use std::{
    fs::{self, File},
    io::{self, Cursor, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, bail};

use super::{arguments::Given, manifest::FILES};
use crate::spool::{self, Spooled, purpose};

const AGE: &str = "age";
/// How files of age begin: the binary form and the one in letters.
const AGE_BEGINNINGS: [&[u8]; 2] = [b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----"];
const BEGINNING_BYTES: u64 = 64;

/// The standard output or input.
pub fn is_stream(path: &Path) -> bool {
    path == Path::new("-")
}

/// Brings what was made to where it is wanted. `draft` is the folder that `contents` lies in; it goes when this returns.
pub fn deliver(draft: Spooled, contents: &Path, to: &Path, recipients: &[String]) -> anyhow::Result<()> {
    sync(contents).with_context(|| format!("writing {}", contents.display()))?;
    if recipients.is_empty() && is_stream(to) {
        return pack(contents, io::stdout().lock()).context("writing to the standard output");
    }
    if recipients.is_empty() {
        fs::rename(contents, to).with_context(|| format!("moving the backup to {}", to.display()))?;
        return sync_parent(to);
    }
    if is_stream(to) {
        return encrypt(contents, None, recipients);
    }
    let encrypted = draft.path().join("encrypted");
    encrypt(contents, Some(&encrypted), recipients)?;
    File::open(&encrypted)?.sync_all()?;
    // Unlike a rename, a link never takes the place of a file that came there meanwhile.
    fs::hard_link(&encrypted, to).with_context(|| format!("moving the backup to {}", to.display()))?;
    sync_parent(to)
}

/// Files were on the disk when they were written; pg_dump's, and the folders, are now.
fn sync(contents: &Path) -> io::Result<()> {
    for name in FILES.iter().filter(|name| contents.join(name).exists()) {
        File::open(contents.join(name))?.sync_all()?;
    }
    for entry in fs::read_dir(contents)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            File::open(entry.path())?.sync_all()?;
        }
    }
    File::open(contents)?.sync_all()
}

fn sync_parent(path: &Path) -> anyhow::Result<()> {
    let parent = path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
    File::open(parent).and_then(|folder| folder.sync_all()).with_context(|| format!("writing {}", parent.display()))
}

fn pack(contents: &Path, out: impl Write) -> io::Result<()> {
    let mut stream = tar::Builder::new(out);
    for name in FILES.iter().filter(|name| contents.join(name).exists()) {
        stream.append_path_with_name(contents.join(name), name)?;
    }
    stream.into_inner()?.flush()
}

/// `out`: where to; without it the standard output.
fn encrypt(contents: &Path, out: Option<&Path>, recipients: &[String]) -> anyhow::Result<()> {
    let mut command = Command::new(AGE);
    command.arg("--encrypt").args(recipients.iter().flat_map(|recipient| ["--recipient", recipient])).stdin(Stdio::piped());
    if let Some(out) = out {
        command.arg("--output").arg(out);
    }
    let mut child = start(command.stderr(Stdio::piped()))?;
    let packed = child.stdin.take().map_or(Ok(()), |stdin| pack(contents, stdin));
    finish(child)?;
    packed.context("writing to age")
}

fn start(command: &mut Command) -> anyhow::Result<Child> {
    command.spawn().context("the program age cannot be started: on Debian or Ubuntu `apt-get install age`")
}

fn finish(child: Child) -> anyhow::Result<()> {
    let output = child.wait_with_output().context("waiting for age")?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    bail!("age failed: {}", said.lines().next().unwrap_or("it wrote nothing").trim())
}

/// A backup as a folder: its own, or one that it was unpacked into and that goes with this.
#[derive(Debug)]
pub struct OpenBackup {
    folder: PathBuf,
    _unpacked: Option<Spooled>,
}

impl OpenBackup {
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn open(given: &Given) -> anyhow::Result<Self> {
        let place = given.from.display();
        if given.from.is_dir() {
            return Ok(Self { folder: given.from.clone(), _unpacked: None });
        }
        let mut from: Box<dyn Read + Send> = if is_stream(&given.from) {
            Box::new(io::stdin())
        } else {
            Box::new(File::open(&given.from).with_context(|| format!("{place} cannot be opened"))?)
        };
        let mut beginning = Vec::new();
        (&mut from).take(BEGINNING_BYTES).read_to_end(&mut beginning).with_context(|| format!("reading {place}"))?;
        let is_encrypted = AGE_BEGINNINGS.iter().any(|known| beginning.starts_with(known));
        let whole = Cursor::new(beginning).chain(from);
        let temporary = std::env::temp_dir();
        spool::sweep(&temporary, &[purpose::BACKUP]).with_context(|| format!("looking through {}", temporary.display()))?;
        let unpacked = Spooled::folder(&temporary, purpose::BACKUP).context("making a temporary folder")?;
        let outcome = match (is_encrypted, &given.identity) {
            (false, _) => unpack(whole, unpacked.path()),
            (true, Some(identity)) => decrypt(whole, identity, unpacked.path()),
            (true, None) => bail!("{place} is encrypted: --identity FILE names the identity of age that opens it"),
        };
        outcome.with_context(|| format!("{place} is no whole backup"))?;
        Ok(Self { folder: unpacked.path().to_owned(), _unpacked: Some(unpacked) })
    }
}

fn unpack(from: impl Read, folder: &Path) -> anyhow::Result<()> {
    let mut stream = tar::Archive::new(from);
    for entry in stream.entries()? {
        let mut entry = entry?;
        if entry.header().entry_type().is_dir() {
            continue;
        }
        let name = entry.path()?.to_string_lossy().trim_start_matches("./").to_owned();
        // Only files of these names are written, wherever they say that they belong.
        let Some(name) = FILES.iter().find(|known| **known == name) else { bail!("{name} is no file of a backup") };
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        let length = io::copy(&mut entry, &mut file)?;
        if length != entry.size() {
            bail!("{name} ends after {length} of {} bytes", entry.size());
        }
    }
    Ok(())
}

fn decrypt(mut from: impl Read + Send, identity: &Path, folder: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(AGE);
    command.arg("--decrypt").arg("--identity").arg(identity);
    let mut child = start(command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let unpacked = std::thread::scope(|scope| {
        // It ends early when age does; age says why.
        scope.spawn(move || stdin.map(|mut stdin| io::copy(&mut from, &mut stdin)));
        let Some(mut stdout) = stdout else { return Ok(()) };
        let unpacked = unpack(&mut stdout, folder);
        // To its end: age would complain of a reader that went away, and that is not what is wrong.
        io::copy(&mut stdout, &mut io::sink())?;
        unpacked
    });
    finish(child)?;
    unpacked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("termometro-forms-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("secrets")).unwrap();
        folder
    }

    #[test]
    fn a_stream_gives_back_what_was_packed_and_a_part_of_it_does_not() {
        let (from, to, part) = (folder("from"), folder("to"), folder("part"));
        for name in FILES {
            fs::write(from.join(name), name.repeat(1_000)).unwrap();
        }
        let mut stream = Vec::new();
        pack(&from, &mut stream).unwrap();
        unpack(&*stream, &to).unwrap();
        for name in FILES {
            assert_eq!(fs::read(to.join(name)).unwrap(), fs::read(from.join(name)).unwrap());
        }
        assert!(unpack(&stream[..stream.len() / 2], &part).is_err());
        for folder in [from, to, part] {
            fs::remove_dir_all(folder).unwrap();
        }
    }

    #[test]
    fn nothing_is_written_but_files_of_a_backup() {
        let to = folder("strange");
        let mut stream = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(1);
        stream.append_data(&mut header, "passwd", &b"x"[..]).unwrap();
        let fault = unpack(&*stream.into_inner().unwrap(), &to).unwrap_err();
        assert!(fault.to_string().contains("passwd is no file of a backup"), "{fault}");
        fs::remove_dir_all(to).unwrap();
    }
}
