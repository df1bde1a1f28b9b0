//! `larder watch`.

use std::{pin::pin, time::Duration};

use larder::{
    TenantId,
    engine::{Event, FeedItem, Watch},
};

use crate::{
    args::WatchArgs,
    compile,
    exit::Exit,
    failure::Result,
    interrupt::interrupted,
    json,
    output::{Lines, Look, Output},
    place::{self, Place},
    text,
};

/// How long it waits before it looks again: another process that writes wakes nobody.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Items read at once.
const ITEMS: usize = 1_000;

/// Print changes as they are committed.
pub(super) fn run(place: &Place, args: &WatchArgs, output: &Output) -> Result<Exit> {
    compile::block_on(follow(place, args, output))
}

async fn follow(place: &Place, args: &WatchArgs, output: &Output) -> Result<Exit> {
    let scope = place::scope(&args.scope)?;
    let tenant = TenantId::parse(&args.scope.tenant)?;
    let (larder, _) = place.tenant(&args.scope.tenant)?;
    let watch = match (&args.group, &args.prefix) {
        (Some(group), _) => Watch::Group(group.clone()),
        (None, Some(prefix)) => Watch::Prefix(prefix.clone()),
        (None, None) => Watch::All,
    };
    let after = args.from.map(|from| from.saturating_sub(1));
    let mut observer = larder.observe(&tenant, scope, &watch, after)?;
    let mut interrupted = pin!(interrupted());
    let mut left = args.limit.unwrap_or(u64::MAX);
    let mut pause = Duration::ZERO;
    loop {
        // Before anything is printed, too: whoever sees the first line may interrupt at once.
        tokio::select! {
            biased;
            interrupted = &mut interrupted => return interrupted.map(|()| Exit::Ok),
            () = tokio::time::sleep(pause) => {}
        }
        let most = ITEMS.min(usize::try_from(left).unwrap_or(usize::MAX));
        let items = if most == 0 { Vec::new() } else { observer.try_next(most)? };
        let mut lines = output.lines();
        for item in &items {
            print(item, output, &mut lines)?;
        }
        lines.finish()?;
        left -= items.len() as u64;
        if left == 0 || (args.until_head && items.is_empty()) {
            return Ok(Exit::Ok);
        }
        pause = if items.is_empty() { LOOK_AGAIN } else { Duration::ZERO };
    }
}

fn print(item: &FeedItem, output: &Output, lines: &mut Lines) -> Result<()> {
    if output.is_json() {
        return lines.value(&json::feed_item(item));
    }
    match item {
        FeedItem::Event(event) => lines.text(&line(event, output)),
        FeedItem::Gap { from, to } => lines
            .text(&output.styled(Look::Bad, &format!("{from}-{to}\tnot kept: what these commits changed is unknown"))),
    }
}

fn line(event: &Event, output: &Output) -> String {
    let kind = output.styled(Look::Heading, event.kind.as_str());
    let mut line = format!("{}\t{kind}\t{}", event.version, text::shown(&event.group));
    if !event.key.is_empty() || event.value.is_some() {
        line.push_str(&format!("\t{}", text::shown(&event.key)));
    }
    if let Some(value) = &event.value {
        line.push_str(&format!("\t{}", text::preview(value)));
    }
    line
}
