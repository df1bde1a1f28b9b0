//! What an answer of the server means for the rows.

use std::{io::Read as _, time::Duration};

use larder_engine::Refusal;
use ureq::{Body, http::Response};

/// Most bytes of an answer that are read.
const ANSWER_BYTES: u64 = 2048;

/// The longest wait that a server may ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(3600);

/// What the status means; `None` is that the rows were taken.
pub(super) fn refusal(status: u16, after: Option<Duration>, reason: String) -> Option<Refusal> {
    Some(match status {
        200..=299 => return None,
        400 | 422 => Refusal::Invalid { reason },
        413 => Refusal::TooLarge { reason },
        408 | 425 | 429 => Refusal::Retry { after, reason },
        401..=499 => Refusal::Refused { reason },
        // A redirect is not followed, and whoever set the endpoint can mend it.
        _ => Refusal::Retry { after, reason },
    })
}

/// How long the server asks to be left alone, where it says so in seconds.
pub(super) fn after(response: &Response<Body>) -> Option<Duration> {
    let value = response.headers().get("retry-after")?.to_str().ok()?;
    let seconds = value.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_ASKED))
}

/// The status, where a redirect leads, and the beginning of what the server says about it, on one line.
pub(super) fn reason(response: &mut Response<Body>) -> String {
    let status = response.status();
    let mut reason = format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or_default());
    if status.is_redirection() {
        let to = response.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or("nowhere");
        reason.push_str(&format!(", a redirect to {to}, which is not followed"));
    }
    let mut body = Vec::new();
    // What came before it broke off is better than nothing.
    let _ = response.body_mut().as_reader().take(ANSWER_BYTES).read_to_end(&mut body);
    let text = String::from_utf8_lossy(&body);
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    if !words.is_empty() {
        reason.push_str(": ");
        reason.push_str(&words.join(" "));
    }
    reason.trim().to_owned()
}
