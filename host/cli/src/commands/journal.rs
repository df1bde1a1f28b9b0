//! `larder journal`.

use super::delivery;
use crate::{args::JournalCommand, exit::Exit, failure::Result, output::Output, place::Place};

pub(super) fn run(place: &Place, command: &JournalCommand, output: &Output) -> Result<Exit> {
    match command {
        JournalCommand::Delivery(command) => delivery::run(place, command, output),
    }
}
