//! What holds of the files on a disk.

mod damage;
mod disk;
mod foreign;
mod layout;
mod legacy;
mod lifetime;
mod migration;
mod odd_rows;
mod ownership;
mod reference;
mod support;

pub(crate) use reference::{assert_holds, expected};
pub(crate) use support::{Place, fixture};
