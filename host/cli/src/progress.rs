//! A bar that shows how far something has come, on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use larder::engine::TransferProgress;

use crate::output::Output;

/// Shown on standard error while it lives, where a person watches.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    pub(crate) fn new(output: &Output) -> Progress {
        let target = if output.shows_progress() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Progress(ProgressBar::with_draw_target(None, target).with_style(style("{spinner} {human_pos}")))
    }

    /// So many are done, of nobody knows how many.
    pub(crate) fn at(&self, done: u64) {
        self.0.set_position(done);
    }

    pub(crate) fn told(&self, progress: TransferProgress) {
        if let (Some(total), None) = (progress.total, self.0.length()) {
            self.0.set_length(total);
            self.0.set_style(style("{wide_bar} {human_pos} of {human_len}, {eta} left"));
        }
        self.0.set_position(progress.done);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
