//! `larder serve`.

use std::net::SocketAddr;

use clap::Args;

use super::PluginArgs;
use larder::manifest::TenantRuleManifest;

const SERVE_HELP: &str = "\
Examples:
  # One tenant, at http://127.0.0.1:8080.
  larder serve notes.wasm --tenant acme --grant default

  # The tenant is the first part of the host's name: acme.notes.example.org.
  larder serve notes.wasm --grant default --tenant-from host:notes.example.org --address 0.0.0.0:80

  # A server in front says it in a header; health and metrics at an address of their own.
  larder serve notes.wasm --grant default --tenant-from header:x-tenant --admin 127.0.0.1:9180

  # http://127.0.0.1:8080/acme/...
  larder serve notes.wasm --grant default --tenant-from path --create-tenants

larder.toml:
  [serve]
  tenant = { from = \"token\", algorithm = \"RS256\", key-file = \"login.pem\", claim = \"tenant\", audience = \"notes\" }
  limits = { requests = 256, request-bytes = \"16MiB\" }

SIGHUP, or a change of the component's file, loads the component anew; requests that have begun end on the old one. SIGTERM and \
Ctrl-C let requests end first, a second one does not. Each request is a line on standard output, with --json a JSON value; what \
guests write goes to standard error.
";

/// Serve HTTP by a component: wasi:http 0.2 (incoming-handler) or 0.3 (handler)
#[derive(Args, Debug)]
#[command(after_long_help = SERVE_HELP)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) plugin: PluginArgs,

    /// Where requests are taken; port 0 is any free one [default: 127.0.0.1:8080]
    #[arg(short, long, value_name = "ADDRESS", help_heading = "Serving")]
    pub(crate) address: Option<SocketAddr>,

    /// Where /healthz, /readyz and /metrics are [default: nowhere]
    #[arg(long, value_name = "ADDRESS", help_heading = "Serving")]
    pub(crate) admin: Option<SocketAddr>,

    /// How the tenant of a request is found: host:DOMAIN, header:NAME or path; tokens in larder.toml [default: --tenant]
    #[arg(long, value_name = "RULE", value_parser = rule, conflicts_with = "tenant", help_heading = "Serving")]
    pub(crate) tenant_from: Option<TenantRuleManifest>,

    /// Make a tenant that is not there at its first request
    #[arg(long, help_heading = "Serving")]
    pub(crate) create_tenants: bool,

    /// Let the component ask this host, name or name:port, by wasi:http. Repeatable
    #[arg(long, value_name = "HOST", help_heading = "Serving")]
    pub(crate) outgoing: Vec<String>,

    /// Print no line for each request
    #[arg(long, help_heading = "Serving")]
    pub(crate) no_access_log: bool,
}

fn rule(text: &str) -> Result<TenantRuleManifest, String> {
    match text.split_once(':').unwrap_or((text, "")) {
        ("host", domain) if !domain.is_empty() => Ok(TenantRuleManifest::Host { domain: domain.into() }),
        ("header", name) if !name.is_empty() => Ok(TenantRuleManifest::Header { name: name.into(), pass_on: false }),
        ("path", "") => Ok(TenantRuleManifest::Path {}),
        _ => Err("write host:DOMAIN, header:NAME or path".into()),
    }
}
