//! `larder triggers`.

use larder::{
    Larder, Setup, Tenant, TenantId,
    engine::{ParkedEvent, Watch},
    triggers::{Retried, Trigger, TriggerError, Triggers},
};
use serde_json::json;

use crate::{
    args::TriggersCommand,
    compile,
    exit::Exit,
    failure::{Failure, Result},
    grants::Wanted,
    interrupt::interrupted,
    json, needs,
    output::Output,
    place::{CLOSE_WAIT, Place},
    text,
};

/// Parked events read at once.
const PAGE: usize = 1_000;

pub(super) fn run(place: &mut Place, command: &TriggersCommand, output: &Output) -> Result<Exit> {
    match command {
        TriggersCommand::Run { plugins, tenant, once } => {
            let only = tenant.as_deref().map(TenantId::parse).transpose()?;
            compile::block_on(follow(place, plugins, only, *once, output))
        }
        TriggersCommand::Status(tenant) => status(&place.tenant(&tenant.tenant)?.1, output),
        TriggersCommand::Parked { tenant, trigger } => {
            let (_larder, tenant) = place.tenant(&tenant.tenant)?;
            let mut lines = output.lines();
            for parked in all_parked(&tenant, trigger.as_deref())? {
                match output.is_json() {
                    true => lines.value(&json::parked(&parked))?,
                    false => lines.text(&line(&parked))?,
                }
            }
            lines.finish()?;
            Ok(Exit::Ok)
        }
        TriggersCommand::Retry { tenant, chosen } => {
            let (larder, tenant) = place.tenant(&tenant.tenant)?;
            compile::block_on(retry(place, &larder, &tenant, chosen.ids(), output))
        }
        TriggersCommand::Drop { tenant, ids } => {
            let (_larder, tenant) = place.tenant(&tenant.tenant)?;
            let mut exit = Exit::Ok;
            for id in ids {
                if !tenant.unpark(*id)? {
                    exit = Exit::Negative;
                }
            }
            Ok(exit)
        }
        TriggersCommand::Forget { tenant, trigger } => {
            let (_larder, tenant) = place.tenant(&tenant.tenant)?;
            Ok(if tenant.forget_consumer(trigger)? { Exit::Ok } else { Exit::Negative })
        }
    }
}

/// Run triggers until there is nothing left to do, or until interrupted.
async fn follow(
    place: &mut Place,
    plugins: &[String],
    only: Option<TenantId>,
    once: bool,
    output: &Output,
) -> Result<Exit> {
    let larder = place.open_as_host(CLOSE_WAIT)?;
    let triggers = load(place, &larder, plugins, output).await?;
    let count = triggers.len();
    let running = Triggers::start(&larder, triggers, only)?;
    if once {
        running.settled().await;
    } else {
        tracing::info!(triggers = count, "following changes");
        interrupted().await?;
    }
    drop(running);
    larder.close();
    Ok(Exit::Ok)
}

/// The triggers of larder.toml, or those that are named.
async fn load(place: &mut Place, larder: &Larder, plugins: &[String], output: &Output) -> Result<Vec<Trigger>> {
    let known: Vec<String> = place
        .manifest
        .plugin
        .iter()
        .filter(|(_, plugin)| plugin.on_change.is_some())
        .map(|(name, _)| name.clone())
        .collect();
    let known_list = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    if let Some(unknown) = plugins.iter().find(|name| !known.contains(name)) {
        let message = format!("there is no trigger {} in larder.toml", text::shown(unknown));
        return Err(Failure::new(Exit::Negative, "not-found", message).hint(format!("triggers are: {known_list}")));
    }
    if known.is_empty() {
        let message = "there is no trigger: no plugin of larder.toml has a table `on-change`";
        return Err(Failure::new(Exit::Negative, "not-found", message).hint("docs/events.md shows one"));
    }
    let runtime = place.runtime(true)?;
    let mut triggers = Vec::new();
    for name in known.iter().filter(|name| plugins.is_empty() || plugins.contains(name)) {
        let wanted = Wanted::of_plugin(place, name)?;
        let program = compile::program(&runtime, &wanted.plugin.component, output).await?;
        let plugin = needs::link(&program, &wanted)?;
        triggers.push(trigger(name, plugin, wanted, larder)?);
    }
    Ok(triggers)
}

fn trigger(name: &str, plugin: larder::Plugin, wanted: Wanted, larder: &Larder) -> Result<Trigger> {
    let Some(on_change) = wanted.plugin.on_change.clone() else {
        return Err(Failure::usage(format!("{name} has no table `on-change`")));
    };
    let (stores, grants) = (larder.clone(), larder.clone());
    let (manifest, watcher, owner) = (wanted.plugin.clone(), name.to_owned(), name.to_owned());
    let label = on_change.label().to_owned();
    let of = label.clone();
    // What is told of keys hears of a bucket; all else of the whole store.
    let grant = wanted.plugin.grants.get(&label).filter(|_| !plugin.program().is_trigger());
    let bucket_group = grant.and_then(|grant| grant.bucket_group.clone());
    let trigger = Trigger::new(
        name,
        plugin,
        label,
        move |tenant| {
            let failed = |message: String| TriggerError::Setup { name: watcher.clone(), message };
            let store = manifest.store(&stores, tenant, &of).map_err(|error| failed(error.to_string()))?;
            store.ok_or_else(|| failed(format!("label {of} is not granted")))
        },
        move |tenant| {
            let failed = |message: String| TriggerError::Setup { name: owner.clone(), message };
            let ctx = wanted
                .plugin
                .context(&grants, tenant, wanted.limits.clone())
                .map_err(|error| failed(error.to_string()))?;
            let mut setup = Setup::new(ctx).arg(&owner).args(&wanted.plugin.args);
            for (name, value) in &wanted.plugin.env {
                setup = setup.env(name, value);
            }
            Ok(match wanted.plugin.stdio {
                larder::Stdio::Inherit => setup.inherit_stdio(),
                larder::Stdio::Null => setup,
            })
        },
    )?;
    let trigger = match on_change.chosen().or_else(|| bucket_group.map(Watch::Group)) {
        Some(watch) => trigger.watch(watch),
        None => trigger,
    };
    Ok(trigger.items(on_change.items()).backoff(on_change.backoff()))
}

fn status(tenant: &Tenant, output: &Output) -> Result<Exit> {
    let mut lines = output.lines();
    let feed = tenant.feed_status()?;
    for consumer in tenant.consumers()? {
        let behind = feed.last.is_some_and(|last| consumer.position < last);
        match output.is_json() {
            true => lines.value(&json!({
                "trigger": consumer.name,
                "position": consumer.position,
                "last_change": feed.last,
                "parked": consumer.parked,
            }))?,
            false => lines.text(&format!(
                "{}\tdone up to commit {}{}\t{} parked",
                text::shown(&consumer.name),
                consumer.position,
                if behind { format!(" of {}", feed.last.unwrap_or(0)) } else { ", all".to_owned() },
                consumer.parked,
            ))?,
        }
    }
    lines.finish()?;
    Ok(Exit::Ok)
}

async fn retry(
    place: &mut Place,
    larder: &Larder,
    tenant: &Tenant,
    ids: Option<&[i64]>,
    output: &Output,
) -> Result<Exit> {
    let triggers = load(place, larder, &[], output).await?;
    let mut exit = Exit::Ok;
    let wanted = all_parked(tenant, None)?.into_iter().filter(|parked| ids.is_none_or(|ids| ids.contains(&parked.id)));
    for parked in wanted {
        let Some(trigger) = triggers.iter().find(|trigger| trigger.name() == parked.consumer) else {
            let message = format!("the trigger {} is not in larder.toml", text::shown(&parked.consumer));
            return Err(
                Failure::new(Exit::Negative, "not-found", message).hint("`larder triggers drop` gives events up")
            );
        };
        let retried = trigger.retry(tenant, &parked).await?;
        let failed = match &retried {
            Retried::Done => None,
            Retried::Failed(error) => Some(error.as_str()),
        };
        if failed.is_some() {
            exit = Exit::Negative;
        }
        match output.is_json() {
            true => output.value(&json!({ "id": parked.id, "done": failed.is_none(), "error": failed }))?,
            false => output.line(&format!("{}\t{}", parked.id, failed.map_or("done".into(), text::shown)))?,
        }
    }
    larder.close();
    Ok(exit)
}

fn all_parked(tenant: &Tenant, trigger: Option<&str>) -> Result<Vec<ParkedEvent>> {
    let mut found: Vec<ParkedEvent> = Vec::new();
    loop {
        let after = found.last().map_or(0, |parked| parked.id);
        let page = tenant.parked_events(trigger, after, PAGE)?;
        if page.is_empty() {
            return Ok(found);
        }
        found.extend(page);
    }
}

fn line(parked: &ParkedEvent) -> String {
    let event = &parked.event;
    format!(
        "{}\t{}\tcommit {}\t{}\t{}\t{}\t{} attempts: {}",
        parked.id,
        text::shown(&parked.consumer),
        event.version,
        event.kind.as_str(),
        text::shown(&event.group),
        text::shown(&event.key),
        parked.attempts,
        text::shown(&parked.error),
    )
}
