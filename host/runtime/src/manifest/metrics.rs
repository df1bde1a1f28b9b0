use serde::Deserialize;

/// Tenants with a label of their own where the manifest does not say.
const TENANTS: usize = 100;

/// What is measured, into the recorder of the crate `metrics` that the host installed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MetricsManifest {
    /// How many tenants have a label of their own; all others share one. Default 100. See
    /// [`Config::metrics`](larder_engine::Config::metrics).
    pub tenants: Option<usize>,
}

impl MetricsManifest {
    /// How many tenants have a label of their own.
    pub fn tenants(&self) -> usize {
        self.tenants.unwrap_or(TENANTS)
    }
}
