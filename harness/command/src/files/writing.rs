//! Writing of whole files: no reader ever sees half of one, and no interruption leaves one.

use std::{
    fs::{self, File, Permissions},
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use tempfile::{Builder, NamedTempFile};

use crate::{Error, print_octets, signals};

/// Writes a text file, and creates its folder where there is none.
pub(crate) fn write_file(path: &Path, text: &str) -> Result<(), Error> {
    write_octets(path, text.as_bytes())
}

/// Writes a file of any octets, and creates its folder where there is none.
pub(crate) fn write_octets(path: &Path, octets: &[u8]) -> Result<(), Error> {
    let written = match Destination::of(path) {
        Ok(Destination::StandardOutput) => return print_octets(octets),
        Ok(Destination::Stream) => File::options()
            .append(true)
            .open(path)
            .and_then(|mut stream| stream.write_all(octets)),
        Ok(Destination::File(path)) => replace(&path, octets),
        Err(error) => Err(error),
    };
    written.map_err(|source| Error::write(path, source))
}

/// Checks that a file can be written later, so that a long run does not end without its report. Creates
/// its folder where there is none.
pub(crate) fn check_writable(path: &Path) -> Result<(), Error> {
    let checked = match Destination::of(path) {
        Ok(Destination::File(path)) => draft(&path).map(drop),
        // Opening a pipe would wait for its reader.
        Ok(Destination::StandardOutput | Destination::Stream) => Ok(()),
        Err(error) => Err(error),
    };
    checked.map_err(|source| Error::write(path, source))
}

pub(crate) fn create_parent(path: &Path) -> Result<(), Error> {
    match path.parent() {
        Some(parent) => fs::create_dir_all(parent).map_err(|source| Error::write(parent, source)),
        None => Ok(()),
    }
}

/// The file that a path leads to, through symbolic links to files that may not exist.
pub(super) fn target(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    // As many links as the system follows in one path.
    for _ in 0..40 {
        match fs::read_link(&path) {
            Ok(link) => path = path.parent().unwrap_or(Path::new("")).join(link),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("its symbolic links lead in a circle"))
}

/// The place where the octets of a path go.
enum Destination {
    /// A regular file, existing or not.
    File(PathBuf),
    /// `-`, or a name of standard output, which may be a file that the shell has opened.
    StandardOutput,
    /// A device, a pipe, or a descriptor: nothing there can be renamed.
    Stream,
}

impl Destination {
    fn of(path: &Path) -> io::Result<Self> {
        let is_output = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];
        if is_output.iter().any(|name| path == Path::new(name)) {
            return Ok(Self::StandardOutput);
        }
        let is_descriptor = path == Path::new("/dev/stderr")
            || path.starts_with("/dev/fd")
            || path.starts_with("/proc/self/fd");
        match fs::metadata(path) {
            Ok(about) if about.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Ok(about) if !about.is_file() || is_descriptor => Ok(Self::Stream),
            Ok(_) => Ok(Self::File(target(path)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::File(target(path)?)),
            Err(error) => Err(error),
        }
    }
}

/// Replaces a file in one step: writes a draft beside it, then renames that. The new file has the
/// permissions of the old one, and belongs to the user who runs the command.
fn replace(path: &Path, octets: &[u8]) -> io::Result<()> {
    let writing = signals::writing();
    let mut draft = draft(path)?;
    draft.write_all(octets)?;
    // A new file obeys the process's umask; an existing one keeps its permissions.
    if let Ok(old) = fs::metadata(path) {
        draft.as_file().set_permissions(old.permissions())?;
    }
    draft.as_file().sync_all()?;
    draft.persist(path)?;
    writing.count();
    Ok(())
}

/// An empty file beside another, for its new contents.
fn draft(path: &Path) -> io::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    Builder::new()
        .prefix(".jwt-assay-")
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn the_target_of_a_link_is_replaced_and_keeps_its_permissions() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "old").unwrap();
        fs::set_permissions(at("file"), Permissions::from_mode(0o640)).unwrap();
        symlink("file", at("link")).unwrap();
        symlink("new/file", at("dangling")).unwrap();
        write_file(&at("link"), "new").unwrap();
        write_file(&at("dangling"), "new too").unwrap();

        assert_eq!(fs::read_to_string(at("file")).unwrap(), "new");
        let mode = fs::metadata(at("file")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
        assert!(at("link").is_symlink() && at("dangling").is_symlink());
        assert_eq!(fs::read_to_string(at("new/file")).unwrap(), "new too");
        // No draft is left.
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
    }

    /// A reader that opened the old file has the whole of it, as a hard link has.
    #[test]
    fn a_file_is_replaced_and_never_written_in_place() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "old").unwrap();
        fs::hard_link(at("file"), at("opened")).unwrap();
        write_file(&at("file"), "new").unwrap();
        assert_eq!(fs::read_to_string(at("opened")).unwrap(), "old");
        assert_eq!(fs::read_to_string(at("file")).unwrap(), "new");
    }

    #[test]
    fn a_circle_of_links_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        symlink("b", at("a")).unwrap();
        symlink("a", at("b")).unwrap();
        assert!(write_file(&at("a"), "x").is_err());
        assert!(at("a").is_symlink());
    }

    #[test]
    fn a_device_is_written_and_not_replaced() {
        write_file(Path::new("/dev/null"), "x").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
