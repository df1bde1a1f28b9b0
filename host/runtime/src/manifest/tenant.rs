use std::collections::BTreeMap;

use serde::Deserialize;

/// What is said of one tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TenantManifest {
    /// Settings that plugins read by `wasi:config` when they work for the tenant, in place of the plugin's own of the same name.
    #[serde(default)]
    pub config: BTreeMap<String, String>,
}
