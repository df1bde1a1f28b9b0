//! Ending with an exit code.
//!
//! `std::process::exit` tells a WASI 0.2 host success or failure and no more,
//! so this asks the host itself.

#[cfg(target_family = "wasm")]
#[allow(unsafe_code, reason = "generated code")]
mod bindings {
    larder_guest::wit_bindgen::generate!({
        inline: "
            package larder:inventory;

            world exits {
                import wasi:cli/exit@0.2.12;
            }

            package wasi:cli@0.2.12 {
                interface exit {
                    exit: func(status: result);
                    exit-with-code: func(status-code: u8);
                }
            }
        ",
        runtime_path: "larder_guest::wit_bindgen::rt",
        generate_all,
    });
}

/// All is well.
pub(crate) const OK: u8 = 0;
/// Something could not be read.
pub(crate) const UNREAD: u8 = 1;
/// The command line makes no sense.
pub(crate) const USAGE: u8 = 2;
/// The store refused.
pub(crate) const REFUSED: u8 = 3;

/// Ends the program, and does not come back.
pub(crate) fn exit(code: u8) {
    #[cfg(target_family = "wasm")]
    if code != OK {
        bindings::wasi::cli::exit::exit_with_code(code);
    }
    std::process::exit(i32::from(code))
}
