//! Where the data is: larder.toml, the root, and the tenants below it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use larder::{Larder, Manifest, Runtime, RuntimeConfig, ScopeName, Store, Tenant, TenantId, engine::Error};

use crate::{
    args::{Global, ScopeArgs},
    exit::Exit,
    failure::{Failure, Result},
    text,
};

/// How long the end of a host waits for an answer of who takes journals.
pub(crate) const CLOSE_WAIT: Duration = Duration::from_secs(2);

/// The manifest that is read when there is one and none is named.
const MANIFEST: &str = "larder.toml";

/// What larder.toml and the global options say.
pub(crate) struct Place {
    pub(crate) manifest: Manifest,
    /// Where the manifest was read from.
    pub(crate) file: Option<PathBuf>,
}

impl Place {
    /// Read larder.toml, if there is one, and put the options over it.
    pub(crate) fn find(global: &Global) -> Result<Place> {
        let default = Path::new(MANIFEST);
        let file = global.config.clone().or_else(|| default.exists().then(|| default.to_owned()));
        let mut manifest = match &file {
            Some(file) => Manifest::read(file)?,
            None => Manifest::default(),
        };
        if let Some(root) = &global.root {
            manifest.root.clone_from(root);
        }
        if global.metrics.is_some() || global.otlp.is_some() {
            manifest.metrics.get_or_insert_default();
        }
        Ok(Place { manifest, file })
    }

    /// Open the root; make it if it is missing.
    pub(crate) fn open(&self) -> Result<Larder> {
        Ok(Larder::open(&self.manifest.root, self.manifest.config())?)
    }

    /// Open the root for guests that run; make it if it is missing. What journals have to deliver is delivered until it is
    /// closed, which waits so long for an answer of the receiver.
    pub(crate) fn open_as_host(&self, close_wait: Duration) -> Result<Larder> {
        let larder = self.open()?;
        if let Some(deliver) = &self.manifest.journal.deliver {
            let sink = deliver.sink().map_err(|error| Failure::new(Exit::Usage, "manifest", error))?;
            larder.deliver_to(Arc::new(sink), deliver.delivery().close_wait(close_wait))?;
        }
        Ok(larder)
    }

    /// Open the root, which has to be there.
    pub(crate) fn open_existing(&self) -> Result<Larder> {
        let root = &self.manifest.root;
        if root.is_dir() {
            return self.open();
        }
        let what = if root.exists() { "is not a directory" } else { "is not there" };
        let message = format!("the root directory {} {what}", root.display());
        Err(Failure::new(Exit::Negative, "no-root", message).hint("name it with `--root DIR` or LARDER_ROOT"))
    }

    /// A tenant that has to be there.
    pub(crate) fn tenant(&self, name: &str) -> Result<(Larder, Tenant)> {
        let id = TenantId::parse(name)?;
        let larder = self.open_existing()?;
        let tenant = larder.tenant(&id);
        if tenant.exists()? {
            return Ok((larder, tenant));
        }
        Err(no_tenant(&larder, &id))
    }

    /// A tenant, which is made if `create` allows it.
    pub(crate) fn tenant_or_create(&self, name: &str, create: bool) -> Result<(Larder, Tenant)> {
        if !create {
            return self.tenant(name).map_err(|failure| match failure.kind {
                "no-such-tenant" => {
                    let near = failure.hint.clone().map(|hint| format!("{hint}; ")).unwrap_or_default();
                    failure.hint(format!("{near}`--create` makes it"))
                }
                "no-root" => failure.hint("name it with `--root DIR` or LARDER_ROOT; `--create` makes it"),
                _ => failure,
            });
        }
        let id = TenantId::parse(name)?;
        let larder = self.open()?;
        let tenant = larder.tenant(&id);
        tenant.create()?;
        Ok((larder, tenant))
    }

    /// A tenant's store that has to be there, or a scope of it.
    pub(crate) fn store(&self, args: &ScopeArgs) -> Result<(Larder, Store)> {
        let scope = scope(args)?;
        let (larder, tenant) = self.tenant(&args.tenant)?;
        Ok((larder, store(&tenant, scope)))
    }

    /// What compiles and runs. Compiled code is kept in the root: not where there is none and none is to be made.
    pub(crate) fn runtime(&self, may_create: bool) -> Result<Runtime> {
        if !may_create && self.manifest.cache.is_none() && !self.manifest.root.is_dir() {
            return Ok(Runtime::new(RuntimeConfig::new())?);
        }
        Runtime::new(self.manifest.runtime_config()).or_else(|error| match error {
            larder::RuntimeError::CacheDirectory { .. } => {
                // Compiling again costs a second; not running at all costs more.
                tracing::warn!("compiled components are not kept: {error}");
                Ok(Runtime::new(RuntimeConfig::new())?)
            }
            other => Err(other.into()),
        })
    }
}

/// The scope that was asked for.
pub(crate) fn scope(args: &ScopeArgs) -> Result<Option<ScopeName>> {
    Ok(args.scope.as_deref().map(ScopeName::parse).transpose()?)
}

/// The store of a tenant, or a scope of it.
pub(crate) fn store(tenant: &Tenant, scope: Option<ScopeName>) -> Store {
    match scope {
        Some(scope) => tenant.scope(scope, larder::Quota::default()),
        None => tenant.store(),
    }
}

fn no_tenant(larder: &Larder, id: &TenantId) -> Failure {
    let failure = Failure::from(Error::TenantNotFound { tenant: id.clone() });
    let known = larder.tenants().unwrap_or_default();
    let near = text::near(id.as_str(), known.iter().map(TenantId::as_str));
    match near.as_slice() {
        [] => failure.hint("`larder tenants` lists them"),
        names => failure.hint(format!("did you mean {}?", names.join(" or "))),
    }
}
