//! `larder serve`.

mod log;
mod reload;

use std::{net::SocketAddr, path::Path, sync::Arc};

use larder::{
    Larder, Program, Setup, Stdio, TenantId,
    http::{Admin, HttpPlugin, HttpServer, HttpService, Outgoing, ServerConfig, TenantPolicy, TenantRule},
};
use serde_json::json;
use tokio::net::TcpListener;

use self::log::Log;
use crate::{
    args::ServeArgs,
    compile,
    exit::Exit,
    failure::{Failure, Result},
    grants::Wanted,
    interrupt::ended,
    needs,
    output::Output,
    place::{CLOSE_WAIT, Place},
    telemetry::Telemetry,
};

/// Serve until the process is to end, and let requests end first.
pub(super) fn run(place: &mut Place, args: &ServeArgs, telemetry: &Telemetry, output: &Output) -> Result<Exit> {
    let mut wanted = Wanted::new(place, &args.plugin)?;
    wanted.plugin.outgoing.extend(args.outgoing.iter().cloned());
    let admin = args.admin.or(place.manifest.serve.admin);
    if admin.is_some() {
        place.manifest.metrics.get_or_insert_default();
    }
    if args.plugin.grants.tenant.is_some() {
        place.manifest.serve.tenant = None;
    }
    if let Some(rule) = &args.tenant_from {
        place.manifest.serve.tenant = Some(rule.clone());
    }
    raise_descriptors();
    compile::block_on(serve(place, args, admin, Arc::new(wanted), telemetry, output))
}

async fn serve(
    place: &Place,
    args: &ServeArgs,
    admin: Option<SocketAddr>,
    wanted: Arc<Wanted>,
    telemetry: &Telemetry,
    output: &Output,
) -> Result<Exit> {
    // Listened for before anything else, so that whoever ends it early ends it in good order.
    let end = ended()?;
    let runtime = place.runtime(true)?;
    let program = compile::program(&runtime, &wanted.plugin.component, output).await?;
    let plugin = handler(&program, &wanted)?;
    let rule = rule(place, &wanted)?;
    let larder = place.open_as_host(CLOSE_WAIT)?;
    if place.manifest.serve.tenant.is_none() {
        // What is wrong with the one tenant is told now, and not to clients.
        drop(wanted.context(&larder)?);
    }
    let service = service(place, plugin, wanted.clone(), &larder);
    let config = &place.manifest.serve;
    let policy = TenantPolicy { create: args.create_tenants || config.create_tenants, only: config.only()? };
    let mut server_config = ServerConfig::new(rule).policy(policy).limits(config.limits.connections());
    if place.manifest.metrics.is_some() {
        server_config = server_config.metrics(wanted.program_name());
    }
    let log = (!args.no_access_log).then(|| Log::start(output.is_json())).transpose()?;
    if let Some(log) = &log {
        server_config = server_config.log(log.writer());
    }
    let server = HttpServer::new(service.clone(), larder.clone(), server_config);
    let listener = listen(args.address.unwrap_or_else(|| config.address()), "--address").await?;
    let admin_listener = match admin {
        Some(address) => Some(listen(address, "--admin").await?),
        None => None,
    };
    tell(output, &wanted, &listener, admin_listener.as_ref())?;
    let admin = async {
        match admin_listener {
            Some(listener) => {
                let scrape = telemetry.scrape();
                let admin = Admin::new(server.readiness());
                let admin = match scrape {
                    Some(scrape) => admin.metrics(move || scrape.render()),
                    None => admin,
                };
                admin.serve(listener).await;
            }
            None => std::future::pending().await,
        }
    };
    let reloads = reload::follow(&runtime, &wanted, &service, config.watch());
    let upkeep = telemetry.upkeep();
    let (first, second) = end.split();
    let drained = tokio::select! {
        drained = server.serve(listener, first) => Some(drained),
        () = second => None,
        () = admin => None,
        () = reloads => None,
        () = upkeep => None,
    };
    if let Some(log) = log {
        drop(server);
        log.finish();
    }
    larder.close();
    match drained {
        Some(drained) if drained.cut == 0 && !drained.guests_left => Ok(Exit::Ok),
        Some(drained) => {
            let what = format!("{} connections were cut before their answers had ended", drained.cut);
            Err(Failure::new(Exit::Stopped, "drain", what).hint("`limits.drain` of [serve] gives them longer"))
        }
        None => Err(Failure::new(Exit::Interrupted, "interrupted", "")),
    }
}

/// Connect the imports, or tell what is missing and what to type.
fn handler(program: &Program, wanted: &Wanted) -> Result<HttpPlugin> {
    if !program.is_http_handler() {
        let failure = Failure::from(larder::LoadError::NotAHandler).about(wanted.plugin.component.display());
        return Err(failure.hint("`larder inspect` shows what it exports"));
    }
    let needs = needs::of_handler(program, wanted);
    if !needs.is_empty() {
        return Err(needs::failure(&needs, wanted));
    }
    let plugin = HttpPlugin::link(program, &wanted.interfaces())?;
    let mut hosts = Outgoing::none();
    for host in &wanted.plugin.outgoing {
        hosts = hosts.allow(host).map_err(|error| Failure::usage(format!("outgoing: {error}")))?;
    }
    Ok(plugin.outgoing_hosts(hosts))
}

fn rule(place: &Place, wanted: &Wanted) -> Result<TenantRule> {
    match &place.manifest.serve.tenant {
        Some(rule) => Ok(rule.rule()?),
        None => Ok(TenantRule::fixed(wanted.tenant.clone())),
    }
}

fn service(place: &Place, plugin: HttpPlugin, wanted: Arc<Wanted>, larder: &Larder) -> HttpService {
    let larder = larder.clone();
    HttpService::new(plugin, place.manifest.serve.limits.requests(), move |tenant: &TenantId| {
        let ctx = wanted.plugin.context(&larder, tenant, wanted.limits.clone())?;
        let mut setup = Setup::new(ctx).arg(wanted.program_name()).args(&wanted.plugin.args);
        for (name, value) in &wanted.plugin.env {
            setup = setup.env(name, value);
        }
        Ok(match wanted.plugin.stdio {
            // Standard output has the access log.
            Stdio::Inherit => setup.inherit_stderr(),
            Stdio::Null => setup,
        })
    })
}

async fn listen(address: SocketAddr, flag: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let failure = Failure::new(Exit::Storage, "listen", format!("nothing can be served at {address}: {error}"));
        failure.hint(format!("`{flag}` chooses another address; port 0 is any free one"))
    })
}

/// Say where it serves, on standard error.
fn tell(output: &Output, wanted: &Wanted, listener: &TcpListener, admin: Option<&TcpListener>) -> Result<()> {
    let address = |listener: &TcpListener| {
        listener.local_addr().map_err(|error| Failure::new(Exit::Storage, "listen", error.to_string()))
    };
    let (at, admin) = (address(listener)?, admin.map(address).transpose()?);
    if output.is_json() {
        output.notice(&json!({ "serving": { "address": at, "admin": admin } }).to_string());
        return Ok(());
    }
    output.notice(&format!("larder: {} at http://{at}", name(&wanted.plugin.component)));
    if let Some(admin) = admin {
        output.notice(&format!("larder: health and metrics at http://{admin}"));
    }
    Ok(())
}

fn name(component: &Path) -> String {
    crate::text::shown(&component.display().to_string())
}

/// Each connection is a descriptor, and so is each file of an open tenant: the usual bound is for programs that have few.
fn raise_descriptors() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        if setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum }).is_err() {
            tracing::warn!("the bound on open descriptors could not be raised");
        }
    }
}
