//! Reading of files that a user names: up to a limit, and without waiting for ever.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

/// Reads a whole file up to a limit in octets. A named pipe is read as well, where a program writes to
/// it.
///
/// # Errors
///
/// If the file cannot be read, is larger, or is a named pipe that no program writes to.
pub fn read_file(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let (begin, file) = open(path)?;
    // Before the first octet is read: a wrong name need not fill the memory up to the limit.
    if file
        .metadata()
        .is_ok_and(|about| about.is_file() && about.len() > limit)
    {
        return Err(too_large(limit));
    }
    read_at_most(begin.as_slice().chain(file), limit)
}

/// Reads a whole stream up to a limit in octets, so that a device or a wrong name does not fill the
/// memory.
///
/// # Errors
///
/// If the stream cannot be read, or is longer.
pub fn read_at_most(from: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut octets = Vec::new();
    from.take(limit + 1).read_to_end(&mut octets)?;
    match u64::try_from(octets.len()) {
        Ok(len) if len <= limit => Ok(octets),
        Ok(_) | Err(_) => Err(too_large(limit)),
    }
}

fn too_large(limit: u64) -> io::Error {
    io::Error::other(format!("it is larger than the limit of {limit} octets"))
}

/// Opens a file, with the octets that were read to find out whether anything writes to it.
///
/// A named pipe cannot be opened as a file is: `open` would wait for a writer, for ever where there is
/// none. Named pipes are not excluded, since a shell passes `<(command)` as one.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<(Vec<u8>, File)> {
    use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};

    use rustix::{
        event::{PollFd, PollFlags, poll},
        fs::{OFlags, fcntl_setfl},
    };

    let flags = OFlags::NONBLOCK.bits().cast_signed();
    let mut file = File::options().read(true).custom_flags(flags).open(path)?;
    let mut begin = Vec::new();
    if file.metadata()?.file_type().is_fifo() {
        let mut descriptors = [PollFd::new(&file, PollFlags::IN)];
        let ready = poll(&mut descriptors, Some(&PATIENCE))?;
        if ready == 0 {
            let mut octet = [0];
            match file.read(&mut octet) {
                // The end, before a writer came. One that came and went would have made it ready.
                Ok(0) => return Err(io::Error::other("it is a pipe that no program writes to")),
                Ok(_) => begin.extend(octet),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
    // From here on a writer is there, and its end is the end of the file.
    fcntl_setfl(&file, OFlags::empty())?;
    Ok((begin, file))
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<(Vec<u8>, File)> {
    Ok((Vec::new(), File::open(path)?))
}

/// The time for a writer to open a named pipe. A shell opens it before it starts the command.
#[cfg(unix)]
const PATIENCE: rustix::event::Timespec = rustix::event::Timespec {
    tv_sec: 3,
    tv_nsec: 0,
};
