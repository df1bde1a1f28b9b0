//! `wasi:keyvalue`.

mod draft;
mod draft2;

pub(super) use self::{draft::not_there, draft2::spin_get_many};
