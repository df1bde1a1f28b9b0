//! How many handles of each kind an instance holds.

use crate::{
    Limits,
    bindings::larder::store::{
        files::FileError,
        types::{Error, Holding, TooMany},
    },
    handles::{OpenStreams, StreamPlace},
};

/// What one instance holds, by kind. Directories, readers and writers of files are counted together.
#[derive(Debug, Default)]
pub(crate) struct Held {
    counts: [u32; 6],
    files: u32,
    streams: OpenStreams,
}

impl Held {
    /// Room for one more?
    pub(crate) fn room(&self, what: Holding, limits: &Limits) -> Result<(), Error> {
        let (limit, beside) = match what {
            Holding::Stores => (limits.stores, 0),
            Holding::Transactions => (limits.transactions, 0),
            // Streams of changes count too.
            Holding::Watchers => (limits.watchers, self.streams.number()),
            Holding::Workspaces => (limits.workspaces, 0),
            Holding::Rows => (limits.rows, 0),
            Holding::Archives => (limits.archives, 0),
        };
        let held = self.counts[index(what)].saturating_add(beside);
        if held < limit { Ok(()) } else { Err(Error::TooMany(TooMany { what, limit })) }
    }

    pub(crate) fn add(&mut self, what: Holding) {
        let count = &mut self.counts[index(what)];
        *count = count.saturating_add(1);
    }

    pub(crate) fn remove(&mut self, what: Holding) {
        let count = &mut self.counts[index(what)];
        *count = count.saturating_sub(1);
    }

    /// Room for one more directory, reader or writer?
    pub(crate) fn room_for_file(&self, limits: &Limits) -> Result<(), FileError> {
        let limit = limits.files;
        if self.files < limit { Ok(()) } else { Err(FileError::TooManyHandles(limit)) }
    }

    pub(crate) fn add_file(&mut self) {
        self.files = self.files.saturating_add(1);
    }

    pub(crate) fn remove_file(&mut self) {
        self.files = self.files.saturating_sub(1);
    }

    /// A place for one more stream of changes, if there is room for a watcher.
    pub(crate) fn place_for_stream(&self, limits: &Limits) -> Result<StreamPlace, Error> {
        self.room(Holding::Watchers, limits)?;
        Ok(self.streams.add())
    }
}

fn index(what: Holding) -> usize {
    match what {
        Holding::Stores => 0,
        Holding::Transactions => 1,
        Holding::Watchers => 2,
        Holding::Workspaces => 3,
        Holding::Rows => 4,
        Holding::Archives => 5,
    }
}
