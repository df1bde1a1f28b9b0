//! The server that tests deliver journals to.

use crate::phases::Phases;
use crate::toolchain;

/// Both the program and Debian's package of it.
const PROGRAM: &str = "victoria-metrics";

/// Install the server where that can be done without asking. Without it, the tests that need it say that they are skipped,
/// but for those of CI, which fail.
pub(super) fn setup(phases: &mut Phases) {
    if toolchain::on_path(PROGRAM) {
        return;
    }
    let installed = phases.run("receiver of journals", || Ok(toolchain::install_package(PROGRAM)));
    if let Ok(Err(reason)) = installed {
        println!("   {PROGRAM} is not there and cannot be installed: {reason:#}");
        println!("   tests with a real receiver are skipped; `sudo apt-get install {PROGRAM}` brings it");
    }
}
