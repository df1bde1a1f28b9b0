//! What `wit-bindgen` makes of the world: one function for each test.
#![allow(unsafe_code, unreachable_pub, reason = "generated code")]

use crate::Tests;

larder_guest::wit_bindgen::generate!({
    inline: "
        package example:notes-tests;

        world tests {
            export test-a-note-is-found-by-each-of-its-words: func() -> result<_, string>;
            export test-a-full-store-is-told-and-nothing-is-kept: func() -> result<_, string>;
            export test-a-trap-in-the-middle-leaves-no-trace: func() -> result<_, string>;
            export test-a-search-makes-few-calls: func() -> result<_, string>;
        }
    ",
    runtime_path: "larder_guest::wit_bindgen::rt",
});

export!(Tests);
