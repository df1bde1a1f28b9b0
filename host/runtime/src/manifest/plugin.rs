use std::{collections::BTreeMap, path::PathBuf};

use larder_engine::{Larder, Quota, ScopeName, Store, Tenant, TenantId};
use serde::{Deserialize, Deserializer, de};

use super::{LimitsManifest, ManifestError, OnChangeManifest, QuotaManifest, TenantManifest};
use crate::{Grant, Interface, Interfaces, LarderCtx, LarderCtxBuilder, Limits, Preopen, grants::check_label};

/// What one plugin is, and what it gets: nothing but what is written here.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PluginManifest {
    /// Its name in the manifest, or that of its file without the ending; its calls are measured by it.
    #[serde(skip)]
    pub name: Option<String>,
    /// The component's file.
    pub component: PathBuf,
    /// The tenant that it works for, where the caller names none. Default `default`.
    pub tenant: Option<String>,
    /// The interfaces of `larder:store` that it may import. Default: all when it has a grant, none otherwise.
    pub interfaces: Option<Vec<Interface>>,
    /// Arguments, before those of the caller.
    #[serde(default)]
    pub args: Vec<String>,
    /// Its whole environment.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Whether it has the host's standard input and output.
    #[serde(default)]
    pub stdio: Stdio,
    /// Bounds on each instance.
    #[serde(default)]
    pub limits: LimitsManifest,
    /// Settings that it reads by `wasi:config`. Those of the tenant go before them.
    #[serde(default)]
    pub config: BTreeMap<String, String>,
    /// What the manifest says of tenants, by name.
    #[serde(skip)]
    pub tenants: BTreeMap<String, TenantManifest>,
    /// The hosts that it may ask by `wasi:http` where it answers HTTP, each as `name` or `name:port`. Default: none.
    #[serde(default)]
    pub outgoing: Vec<String>,
    /// When it is run because something changed.
    pub on_change: Option<OnChangeManifest>,
    /// What it can open, by label.
    #[serde(default)]
    pub grants: BTreeMap<String, GrantManifest>,
}

/// What a label gives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GrantManifest {
    /// Whose store it is. Default: the tenant that the plugin works for.
    pub tenant: Option<String>,
    /// A namespace of the tenant. Default: the whole tenant.
    pub scope: Option<String>,
    /// Whether it may write.
    #[serde(default)]
    pub access: Access,
    /// The group that interfaces of others, such as `wasi:keyvalue`, show as a bucket. Default: the label.
    pub bucket_group: Option<String>,
    /// A quota on the scope.
    #[serde(default)]
    pub quota: QuotaManifest,
    /// Whether the tenant's files come with it.
    #[serde(default)]
    pub files: bool,
    /// Where the plugin sees the tenant's files by the file functions of its language.
    pub preopen: Option<String>,
}

/// Whether a grant is for writing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Reading and writing.
    #[default]
    ReadWrite,
    /// Reading only.
    ReadOnly,
}

/// Where a plugin's standard input and output are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stdio {
    /// The host's.
    #[default]
    Inherit,
    /// Nothing to read, and what is written is lost.
    Null,
}

impl PluginManifest {
    /// A plugin with nothing granted.
    pub fn new(component: impl Into<PathBuf>) -> PluginManifest {
        let component = component.into();
        PluginManifest {
            name: component.file_stem().map(|stem| stem.to_string_lossy().into_owned()),
            component,
            tenant: None,
            interfaces: None,
            args: Vec::new(),
            env: BTreeMap::new(),
            config: BTreeMap::new(),
            tenants: BTreeMap::new(),
            stdio: Stdio::default(),
            limits: LimitsManifest::default(),
            outgoing: Vec::new(),
            on_change: None,
            grants: BTreeMap::new(),
        }
    }

    /// The interfaces of `larder:store` that it may import.
    pub fn interfaces(&self) -> Interfaces {
        match &self.interfaces {
            Some(listed) => Interfaces::of(listed.iter().copied()),
            None if self.grants.is_empty() => Interfaces::none(),
            None => Interfaces::all(),
        }
    }

    /// Its bounds: its own, then those of the manifest, then [`Limits::default`].
    pub fn limits(&self, manifest: &LimitsManifest) -> Limits {
        self.limits.or(manifest.or(Limits::default()))
    }

    /// The tenant that it works for where the caller names none.
    ///
    /// # Errors
    /// [`ManifestError::Engine`] for a name that is none.
    pub fn tenant(&self) -> Result<TenantId, ManifestError> {
        Ok(TenantId::parse(self.tenant.as_deref().unwrap_or("default"))?)
    }

    /// The store that `label` opens for `tenant`; `None` when it is not granted.
    ///
    /// # Errors
    /// [`ManifestError::Engine`] for a name that is none.
    pub fn store(&self, larder: &Larder, tenant: &TenantId, label: &str) -> Result<Option<Store>, ManifestError> {
        let Some(grant) = self.grants.get(label) else { return Ok(None) };
        let of = grant.tenant.as_deref().map(TenantId::parse).transpose()?;
        Ok(Some(grant.store(&larder.tenant(of.as_ref().unwrap_or(tenant)))?))
    }

    /// The context of an instance that works for `tenant`.
    ///
    /// # Errors
    /// [`ManifestError::Grant`], and [`ManifestError::Engine`] when a tenant's files cannot be opened.
    pub fn context(&self, larder: &Larder, tenant: &TenantId, limits: Limits) -> Result<LarderCtx, ManifestError> {
        Ok(self.context_builder(larder, tenant, limits)?.build()?)
    }

    /// [`PluginManifest::context`], for what a manifest does not say.
    ///
    /// # Errors
    /// [`ManifestError::Engine`] when a tenant's files cannot be opened.
    pub fn context_builder(
        &self,
        larder: &Larder,
        tenant: &TenantId,
        limits: Limits,
    ) -> Result<LarderCtxBuilder, ManifestError> {
        let mut builder = LarderCtx::builder().limits(limits);
        if let Some(name) = &self.name {
            builder = builder.plugin(name);
        }
        let own = self.tenants.get(tenant.as_str()).map(|tenant| &tenant.config);
        for (name, value) in self.config.iter().chain(own.into_iter().flatten()) {
            builder = builder.config(name, value);
        }
        for (label, manifest) in &self.grants {
            let of = match &manifest.tenant {
                Some(other) => larder.tenant(&TenantId::parse(other)?),
                None => larder.tenant(tenant),
            };
            builder = builder.grant(label, manifest.grant(&of)?);
            if let Some(path) = &manifest.preopen {
                let writable = manifest.access == Access::ReadWrite;
                builder = builder.preopen(Preopen { guest_path: path.clone(), files: of.files()?, writable });
            }
        }
        Ok(builder)
    }

    /// What can be known to be wrong before anything is opened. `at` is the place in the manifest.
    pub(super) fn check(&self, at: &str) -> Result<(), ManifestError> {
        self.tenant().map_err(|error| ManifestError::invalid(format!("{at}.tenant"), error))?;
        for (name, value) in &self.env {
            if name.is_empty() || name.contains(['=', '\0']) || value.contains('\0') {
                return Err(ManifestError::invalid(format!("{at}.env"), format!("{name:?} cannot be a variable")));
            }
        }
        for (label, grant) in &self.grants {
            let at = format!("{at}.grants.{label}");
            check_label(label).map_err(|error| ManifestError::invalid(at.as_str(), error))?;
            grant.check(&at)?;
        }
        if let Some(on_change) = &self.on_change {
            on_change.check(&format!("{at}.on-change"), self)?;
        }
        Ok(())
    }
}

impl GrantManifest {
    fn store(&self, tenant: &Tenant) -> Result<Store, ManifestError> {
        Ok(match &self.scope {
            Some(scope) => tenant.scope(ScopeName::parse(scope)?, Quota::from(self.quota)),
            None => tenant.store(),
        })
    }

    fn grant(&self, tenant: &Tenant) -> Result<Grant, ManifestError> {
        let mut grant = Grant::store(self.store(tenant)?);
        if self.files {
            grant = grant.files(tenant.files()?);
        }
        if let Some(group) = &self.bucket_group {
            grant = grant.bucket_group(group.as_str());
        }
        Ok(match self.access {
            Access::ReadWrite => grant,
            Access::ReadOnly => grant.read_only(),
        })
    }

    fn check(&self, at: &str) -> Result<(), ManifestError> {
        if let Some(tenant) = &self.tenant {
            TenantId::parse(tenant).map_err(|error| ManifestError::invalid(format!("{at}.tenant"), error))?;
        }
        match &self.scope {
            Some(scope) => {
                ScopeName::parse(scope).map_err(|error| ManifestError::invalid(format!("{at}.scope"), error))?;
            }
            None if self.quota != QuotaManifest::default() => {
                let problem = "a quota is of a scope: name one, or set the tenants' quota in [store]";
                return Err(ManifestError::invalid(format!("{at}.quota"), problem));
            }
            None => {}
        }
        if self.preopen.as_ref().is_some_and(|path| path.is_empty() || path.contains(char::is_control)) {
            let problem = "the path is not empty and holds no control character";
            return Err(ManifestError::invalid(format!("{at}.preopen"), problem));
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Interface {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Interface, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
