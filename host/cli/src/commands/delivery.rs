//! The part of `larder journal` that is about delivery.

use std::{sync::Arc, time::Duration};

use larder::{
    Tenant, TenantId,
    engine::{BucketDelivery, Error, ParkedDelivery},
};
use serde_json::{Value, json};

use crate::{
    args::DeliveryCommand,
    confirm::confirm,
    exit::Exit,
    failure::{Failure, Result},
    output::{Look, Output},
    place::Place,
    text,
};

pub(super) fn run(place: &Place, command: &DeliveryCommand, output: &Output) -> Result<Exit> {
    match command {
        DeliveryCommand::Status { tenant } => status(place, tenant.as_deref(), output),
        DeliveryCommand::Parked(tenant) => parked(&place.tenant(&tenant.tenant)?.1, output),
        DeliveryCommand::Retry { tenant, chosen } => {
            let (_larder, tenant) = place.tenant(&tenant.tenant)?;
            let rows = tenant.retry_parked(chosen.ids())?;
            changed(rows, chosen.ids().is_none(), "waiting", "waits again", "wait again", output)
        }
        DeliveryCommand::Drop { tenant, chosen, yes } => {
            let (_larder, tenant) = place.tenant(&tenant.tenant)?;
            let question = format!("Give up all rows of tenant {} that were put aside?", tenant.id());
            if chosen.ids().is_none() && !confirm(&question, *yes)? {
                return Err(Failure::new(Exit::Negative, "not-confirmed", "nothing was given up"));
            }
            let rows = tenant.drop_parked(chosen.ids())?;
            changed(rows, chosen.ids().is_none(), "dropped", "is given up", "are given up", output)
        }
        DeliveryCommand::Deliver { tenant, time } => deliver(place, tenant.as_deref(), time.0, output),
    }
}

/// What became of rows that were put aside.
fn changed(rows: u64, all: bool, name: &str, one: &str, many: &str, output: &Output) -> Result<Exit> {
    if rows == 0 && !all {
        return Err(Failure::new(Exit::Negative, "not-found", "none of these rows is put aside")
            .hint("`larder journal parked` lists them"));
    }
    match output.is_json() {
        true => output.value(&json!({ (name): rows }))?,
        false => {
            output.line(&format!("{} {}", text::count(rows, "row", "rows"), if rows == 1 { one } else { many }))?
        }
    }
    Ok(Exit::Ok)
}

fn status(place: &Place, tenant: Option<&str>, output: &Output) -> Result<Exit> {
    let tenants = match tenant {
        Some(name) => vec![place.tenant(name)?.1],
        None => {
            let larder = place.open_existing()?;
            larder.tenants()?.iter().map(|id| larder.tenant(id)).collect()
        }
    };
    let mut lines = output.lines();
    if !output.is_json() {
        lines.text(&output.styled(Look::Heading, &text::shown(&destination(place))))?;
    }
    let mut nothing = true;
    for tenant in &tenants {
        for bucket in of_tenant(tenant)? {
            nothing = false;
            match output.is_json() {
                true => lines.value(&as_json(tenant.id(), &bucket))?,
                false => lines.text(&line(tenant.id(), &bucket, output))?,
            }
        }
    }
    if nothing && !output.is_json() {
        lines.text("nothing waits, nothing is put aside")?;
    }
    lines.finish()?;
    Ok(Exit::Ok)
}

fn destination(place: &Place) -> String {
    let Some(deliver) = &place.manifest.journal.deliver else {
        return "journals are not delivered: larder.toml has no table [journal.deliver]".into();
    };
    let part = |text: &Option<String>| text.clone().unwrap_or_default();
    let (endpoint, organisation, bucket) =
        (part(&deliver.endpoint), part(&deliver.organisation), part(&deliver.bucket));
    format!("delivered to {endpoint}, organisation {organisation}, bucket {bucket}")
}

/// A tenant without a database has nothing to deliver.
fn of_tenant(tenant: &Tenant) -> Result<Vec<BucketDelivery>> {
    match tenant.delivery_status() {
        Ok(status) => Ok(status),
        // A database of an older version has to be brought up to date first, which needs its owner.
        Err(Error::Unsupported(_)) => {
            tenant.create()?;
            Ok(tenant.delivery_status()?)
        }
        Err(error) => Err(error.into()),
    }
}

fn as_json(tenant: &TenantId, bucket: &BucketDelivery) -> Value {
    json!({
        "tenant": tenant.as_str(),
        "bucket": bucket.bucket,
        "waiting": bucket.waiting,
        "parked": bucket.parked,
        "oldest_waiting_ms": bucket.oldest_waiting_ms,
        "error": bucket.error,
    })
}

fn line(tenant: &TenantId, bucket: &BucketDelivery, output: &Output) -> String {
    let mut line = format!(
        "{tenant}\t{}\t{} waiting\t{} parked",
        text::shown(&bucket.bucket),
        text::grouped(bucket.waiting),
        text::grouped(bucket.parked)
    );
    if let Some(error) = &bucket.error {
        line.push_str(&format!("\t{}", output.styled(Look::Bad, &text::shown(error))));
    }
    line
}

fn parked(tenant: &Tenant, output: &Output) -> Result<Exit> {
    let mut lines = output.lines();
    let mut after = 0;
    loop {
        let page = tenant.parked_deliveries(after)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for row in &page {
            match output.is_json() {
                true => lines.value(&parked_json(row))?,
                false => {
                    let measurement = row.measurement.as_deref().map_or("(gone)".into(), text::shown);
                    let error = output.styled(Look::Bad, &text::shown(&row.error));
                    lines.text(&format!("{}\t{}\t{measurement}\t{error}", row.id, text::shown(&row.bucket)))?;
                }
            }
        }
    }
    lines.finish()?;
    Ok(Exit::Ok)
}

fn parked_json(row: &ParkedDelivery) -> Value {
    json!({
        "id": row.id,
        "bucket": row.bucket,
        "measurement": row.measurement,
        "committed_at_ms": row.committed_at_ms,
        "error": row.error,
        "parked_at_ms": row.parked_at_ms,
    })
}

fn deliver(place: &Place, tenant: Option<&str>, time: Duration, output: &Output) -> Result<Exit> {
    let Some(configured) = &place.manifest.journal.deliver else {
        let message = "it is not configured where journals are delivered to";
        return Err(Failure::new(Exit::Usage, "no-delivery", message)
            .hint("larder.toml says so in [journal.deliver]; docs/journal-delivery.md shows one"));
    };
    let sink = configured.sink().map_err(|error| Failure::new(Exit::Usage, "manifest", error))?;
    let only = tenant.map(|name| place.tenant(name)).transpose()?.map(|(_, tenant)| tenant.id().clone());
    let larder = place.open_existing()?;
    let report = larder.deliver_now(Arc::new(sink), configured.delivery(), only.as_ref(), time)?;
    let mut left = Vec::new();
    for id in report.left {
        let mut errors = larder.tenant(&id).delivery_status()?.into_iter().filter_map(|bucket| bucket.error);
        let reason = errors.next_back().unwrap_or_else(|| "the time was over".into());
        left.push((id, reason));
    }
    let in_use = report.failed.iter().any(|(_, error)| matches!(error, Error::InUse { .. }));
    let failed: Vec<_> = report.failed.iter().map(|(id, error)| (id.clone(), error.to_string())).collect();
    if output.is_json() {
        let listed = |list: &[(TenantId, String)]| -> Vec<Value> {
            list.iter().map(|(id, error)| json!({ "tenant": id.as_str(), "error": error })).collect()
        };
        output.value(&json!({
            "delivered": report.delivered,
            "parked": report.parked,
            "left": listed(&left),
            "failed": listed(&failed),
        }))?;
    } else {
        let mut lines = output.lines();
        let parked = if report.parked == 0 { String::new() } else { format!(", put {} aside", report.parked) };
        lines.text(&format!("delivered {}{parked}", text::count(report.delivered, "row", "rows")))?;
        for (id, reason) in left.iter().chain(&failed) {
            lines.text(&format!("{id}\t{}", output.styled(Look::Bad, &text::shown(reason))))?;
        }
        lines.finish()?;
    }
    Ok(match () {
        () if in_use => Exit::InUse,
        () if !left.is_empty() || !failed.is_empty() || report.parked > 0 => Exit::Negative,
        () => Exit::Ok,
    })
}
