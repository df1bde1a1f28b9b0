use larder_engine::Watch;
use serde::Deserialize;

use super::{ManifestError, PluginManifest, Span};
use crate::triggers::Backoff;

/// When a plugin is run because something changed. What is left out is as in [`Trigger::new`](crate::triggers::Trigger::new).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OnChangeManifest {
    /// The label of the store that is watched. Default `default`.
    pub label: Option<String>,
    /// Only this group.
    pub group: Option<String>,
    /// Only groups whose name starts with this.
    pub prefix: Option<String>,
    /// Most items in one call.
    pub items: Option<usize>,
    /// Calls for one item before it is put aside.
    pub attempts: Option<u32>,
    /// The wait before the second call.
    pub first_wait: Option<Span>,
    /// The longest wait.
    pub longest_wait: Option<Span>,
}

impl OnChangeManifest {
    /// The label of the store that is watched.
    pub fn label(&self) -> &str {
        self.label.as_deref().unwrap_or("default")
    }

    /// The changes that it is run for, if the manifest says which.
    pub fn chosen(&self) -> Option<Watch> {
        (self.group.is_some() || self.prefix.is_some()).then(|| self.watch())
    }

    /// The changes that it is run for.
    pub fn watch(&self) -> Watch {
        match (&self.group, &self.prefix) {
            (Some(group), _) => Watch::Group(group.clone()),
            (None, Some(prefix)) => Watch::Prefix(prefix.clone()),
            (None, None) => Watch::All,
        }
    }

    /// Most items in one call.
    pub fn items(&self) -> usize {
        self.items.unwrap_or(100)
    }

    /// What is done about failures.
    pub fn backoff(&self) -> Backoff {
        let default = Backoff::default();
        Backoff {
            attempts: self.attempts.unwrap_or(default.attempts),
            first: self.first_wait.map_or(default.first, |span| span.0),
            longest: self.longest_wait.map_or(default.longest, |span| span.0),
        }
    }

    pub(super) fn check(&self, at: &str, plugin: &PluginManifest) -> Result<(), ManifestError> {
        let problem = match plugin.grants.get(self.label()) {
            None => Some((
                ".label",
                format!("the plugin has no grant {:?}, whose changes it is to be told of", self.label()),
            )),
            Some(grant) if grant.tenant.is_some() => {
                Some((".label", "the store that is watched is of the tenant that the plugin is run for".to_owned()))
            }
            Some(_) if self.group.is_some() && self.prefix.is_some() => {
                Some((".prefix", "one group, or those with a prefix, not both".to_owned()))
            }
            Some(_) => None,
        };
        problem.map_or(Ok(()), |(setting, problem)| Err(ManifestError::invalid(format!("{at}{setting}"), problem)))
    }
}
