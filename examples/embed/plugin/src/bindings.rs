//! What `wit-bindgen` makes of the game's world.
//!
//! The interfaces of larder in it are those of the SDK, not a second copy.
#![allow(unsafe_code, unreachable_pub, reason = "generated code")]

use crate::Plugin;

larder_guest::wit_bindgen::generate!({
    world: "plugin",
    path: "../wit",
    runtime_path: "larder_guest::wit_bindgen::rt",
    with: {
        "larder:store/types@0.1.0": larder_guest::bindings::types,
        "larder:store/store@0.1.0": larder_guest::bindings::store,
        "larder:store/atomics@0.1.0": larder_guest::bindings::atomics,
    },
});

export!(Plugin);
