//! A plugin that does what a line of a transcript says.
//!
//! The host hands in one line after the other; the stores that they are for were granted as labels.

mod buffers;
mod entries;
#[path = "../../replay/ops/mod.rs"]
mod ops;
mod sdk;

use std::cell::RefCell;

use ops::Interpreter;
use sdk::Sdk;

#[allow(unsafe_code, unreachable_pub, reason = "generated code")]
mod bindings {
    larder_guest::wit_bindgen::generate!({
        inline: "
            package larder:transcripts;
            world plugin { export run: func(op: string) -> string; }
        ",
        runtime_path: "larder_guest::wit_bindgen::rt",
    });

    export!(Plugin with_types_in self);
    use super::Plugin;
}

struct Plugin;

thread_local! {
    static INTERPRETER: RefCell<Interpreter<Sdk>> = RefCell::new(Interpreter::new(Sdk::default()));
}

impl bindings::Guest for Plugin {
    fn run(op: String) -> String {
        let op = serde_json::from_str(&op).expect("the host hands in JSON");
        INTERPRETER.with_borrow_mut(|interpreter| interpreter.run(&op)).to_string()
    }
}
