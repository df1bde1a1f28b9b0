use std::io;

use crate::{LoadError, ManifestError, engine};

/// Why a plugin could not be tested.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum KitError {
    /// There is no place for a store.
    #[error("no temporary directory could be made: {0}")]
    Directory(#[source] io::Error),
    /// The store could not be opened.
    #[error("the store of the test could not be opened: {0}")]
    Store(#[from] engine::Error),
    /// The grants are not in order.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The component with the tests could not be linked.
    #[error(transparent)]
    Load(#[from] LoadError),
}
