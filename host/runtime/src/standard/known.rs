//! Which interfaces of others there are, by name.

use crate::Interface;

/// An interface that larder offers besides its own contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standard {
    DraftStore,
    DraftAtomics,
    DraftBatch,
    Draft2Store,
    Draft2Atomics,
    Draft2Batch,
    Config,
    SpinUnversioned,
    Spin2,
    Spin3,
    WasmcloudTypes,
    WasmcloudStore,
    WasmcloudAtomics,
    WasmcloudCas,
    WasmcloudBatch,
    BlobTypes,
    BlobContainer,
    Blobstore,
}

use Standard::*;

/// Every name that a component can import. A version before its release has no others that are compatible with it.
const NAMES: &[(&str, Standard)] = &[
    ("wasi:keyvalue/store@0.2.0-draft", DraftStore),
    ("wasi:keyvalue/atomics@0.2.0-draft", DraftAtomics),
    ("wasi:keyvalue/batch@0.2.0-draft", DraftBatch),
    ("wasi:keyvalue/store@0.2.0-draft2", Draft2Store),
    ("wasi:keyvalue/atomics@0.2.0-draft2", Draft2Atomics),
    ("wasi:keyvalue/batch@0.2.0-draft2", Draft2Batch),
    ("wasi:config/store@0.2.0-rc.1", Config),
    ("wasi:config/store@0.2.0-draft-2024-09-27", Config),
    ("fermyon:spin/key-value", SpinUnversioned),
    ("fermyon:spin/key-value@2.0.0", Spin2),
    ("spin:key-value/key-value@3.0.0", Spin3),
    ("wasmcloud:keyvalue/types@0.2.0", WasmcloudTypes),
    ("wasmcloud:keyvalue/store@0.2.0", WasmcloudStore),
    ("wasmcloud:keyvalue/atomics@0.2.0", WasmcloudAtomics),
    ("wasmcloud:keyvalue/cas@0.2.0", WasmcloudCas),
    ("wasmcloud:keyvalue/batch@0.2.0", WasmcloudBatch),
    ("wasi:blobstore/types@0.2.0-draft", BlobTypes),
    ("wasi:blobstore/container@0.2.0-draft", BlobContainer),
    ("wasi:blobstore/blobstore@0.2.0-draft", Blobstore),
];

impl Standard {
    /// The interface of that name.
    fn named(name: &str) -> Option<Standard> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, standard)| *standard)
    }

    /// What an import is of: `name`, or the interface that it `implements` under a label. A label stands for a grant, which those
    /// do not look for that open no bucket.
    pub(crate) fn imported(name: &str, implements: Option<&str>) -> Option<Standard> {
        match implements {
            Some(interface) => Standard::named(interface)
                .filter(|standard| !matches!(standard, Config | BlobTypes | BlobContainer | Blobstore)),
            None => Standard::named(name),
        }
    }

    /// Every name.
    #[cfg(test)]
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    /// The interface of `larder:store` that gives the same; `None`: it gives nothing that would have to be granted.
    pub(crate) fn gives(self) -> Option<Interface> {
        match self {
            DraftStore | Draft2Store | SpinUnversioned | Spin2 | Spin3 | WasmcloudTypes | WasmcloudStore => {
                Some(Interface::Store)
            }
            DraftAtomics | Draft2Atomics | WasmcloudAtomics | WasmcloudCas => Some(Interface::Atomics),
            DraftBatch | Draft2Batch | WasmcloudBatch => Some(Interface::Batch),
            BlobTypes | BlobContainer | Blobstore => Some(Interface::Files),
            Config => None,
        }
    }

    /// Whether its functions are async, which takes an engine for concurrent components.
    pub(crate) fn is_concurrent(self) -> bool {
        matches!(self, Spin3 | WasmcloudTypes | WasmcloudStore | WasmcloudAtomics | WasmcloudCas | WasmcloudBatch)
    }
}
