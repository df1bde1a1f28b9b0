//! A tenant's files as a WASI preopen, so that a guest reads them with the file functions of its language.
//!
//! wasmtime-wasi takes preopens by path only; larder never hands out a path, so the interface `wasi:filesystem/preopens`
//! is answered here, with what the [`WasiCtx`](wasmtime_wasi::WasiCtx) has and the preopens of the
//! [`LarderCtx`](crate::LarderCtx).

use larder_engine::Files;
use wasmtime::{
    component::{HasData, Linker, Resource},
    error::Context as _,
};
use wasmtime_wasi::{
    FsPerms, OpenMode, WasiView,
    filesystem::{Descriptor, Dir, WasiFilesystemCtxView, WasiFilesystemView as _},
    p2::bindings::filesystem::preopens,
};

use crate::{GrantError, LarderView};

/// The files of a tenant under a path of the guest's choice of functions: `std::fs`, `fopen`.
#[derive(Clone)]
pub struct Preopen {
    /// Where the guest sees the directory, such as `/data` or `.`.
    pub guest_path: String,
    /// The directory.
    pub files: Files,
    /// Whether the guest may write.
    pub writable: bool,
}

impl Preopen {
    /// Check what can be known before an instance runs.
    pub(crate) fn check(&self) -> Result<(), GrantError> {
        let refuse = |rule| Err(GrantError::InvalidPreopen { path: self.guest_path.clone(), rule });
        if self.guest_path.is_empty() {
            refuse("the path is not empty")
        } else if self.guest_path.contains(char::is_control) {
            refuse("the path holds no control character")
        } else {
            Ok(())
        }
    }

    /// A WASI directory that refuses every change.
    fn read_only_dir(&self) -> wasmtime::Result<Dir> {
        let dir = self.files.dir().try_clone().context("opening a preopened directory once more")?;
        Ok(Dir::new(dir.into_std_file(), FsPerms::ReadOnly, OpenMode::READ, false))
    }
}

/// Add `wasi:filesystem/preopens` to `linker` in place of wasmtime-wasi's, which has to be there already.
///
/// # Errors
/// When the linker refuses the definition.
pub fn add_to_linker<T: LarderView + WasiView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    let added = preopens::add_to_linker::<T, HasPreopens>(linker, view);
    linker.allow_shadowing(false);
    added
}

struct HasPreopens;

impl HasData for HasPreopens {
    type Data<'a> = PreopensView<'a>;
}

struct PreopensView<'a> {
    preopens: Vec<Preopen>,
    wasi: WasiFilesystemCtxView<'a>,
}

fn view<T: LarderView + WasiView>(state: &mut T) -> PreopensView<'_> {
    PreopensView { preopens: state.larder().ctx.preopens().to_vec(), wasi: state.filesystem() }
}

impl preopens::Host for PreopensView<'_> {
    fn get_directories(&mut self) -> wasmtime::Result<Vec<(Resource<Descriptor>, String)>> {
        let mut directories = preopens::Host::get_directories(&mut self.wasi)?;
        for preopen in &self.preopens {
            let dir = self.wasi.table.push(Descriptor::Dir(preopen.read_only_dir()?))?;
            directories.push((dir, preopen.guest_path.clone()));
        }
        Ok(directories)
    }
}
