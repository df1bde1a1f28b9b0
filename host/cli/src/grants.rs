//! What a component gets: larder.toml, and the flags over it.

use std::path::PathBuf;

use larder::{
    Access, Config, GrantManifest, Interface, Interfaces, Larder, LarderCtx, Limits, Manifest, PluginManifest,
    TenantId, manifest::QuotaManifest,
};

use crate::{
    args::{GrantArgs, PluginArgs},
    exit::Exit,
    failure::{Failure, Result},
    place::Place,
    text,
};

/// A component, and what it is to get.
pub(crate) struct Wanted {
    pub(crate) plugin: PluginManifest,
    /// Its name in larder.toml, if it is from there.
    pub(crate) name: Option<String>,
    pub(crate) tenant: TenantId,
    pub(crate) limits: Limits,
    /// Whether the interfaces were chosen, rather than implied by the grants.
    pub(crate) interfaces_listed: bool,
}

impl Wanted {
    /// What larder.toml and the flags say of the component that `args` names. Quotas and durability go into `place`.
    pub(crate) fn new(place: &mut Place, args: &PluginArgs) -> Result<Wanted> {
        let (mut plugin, name) = named(place, &args.component)?;
        apply_grants(&mut plugin, &args.grants)?;
        let interfaces_listed = plugin.interfaces.is_some();
        if name.is_none() && !interfaces_listed && !plugin.grants.is_empty() {
            plugin.interfaces = Some(implied(&plugin));
        }
        apply_limits(&mut plugin, &mut place.manifest, args);
        let tenant = match &args.grants.tenant {
            Some(tenant) => TenantId::parse(tenant)?,
            None => plugin.tenant()?,
        };
        let limits = plugin.limits(&place.manifest.limits);
        let wanted = Wanted { plugin, name, tenant, limits, interfaces_listed };
        wanted.check()?;
        Ok(wanted)
    }

    /// What larder.toml says of the plugin `name`.
    pub(crate) fn of_plugin(place: &Place, name: &str) -> Result<Wanted> {
        let (plugin, name) = named(place, name)?;
        let (tenant, limits) = (plugin.tenant()?, plugin.limits(&place.manifest.limits));
        let interfaces_listed = plugin.interfaces.is_some();
        let wanted = Wanted { plugin, name, tenant, limits, interfaces_listed };
        wanted.check()?;
        Ok(wanted)
    }

    /// The interfaces of `larder:store` that it may import.
    pub(crate) fn interfaces(&self) -> Interfaces {
        self.plugin.interfaces()
    }

    /// The name that the program sees as its own.
    pub(crate) fn program_name(&self) -> String {
        let stem = self.plugin.component.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        self.name.clone().or(stem).unwrap_or_else(|| "component".into())
    }

    /// The tenant behind a grant.
    pub(crate) fn tenant_of(&self, grant: &GrantManifest) -> Result<TenantId> {
        match &grant.tenant {
            Some(tenant) => Ok(TenantId::parse(tenant)?),
            None => Ok(self.tenant.clone()),
        }
    }

    /// The context of one instance. The tenants are opened, so that what is wrong with them is told to the operator and
    /// not to the guest.
    pub(crate) fn context(&self, larder: &Larder) -> Result<LarderCtx> {
        for grant in self.plugin.grants.values() {
            let tenant = larder.tenant(&self.tenant_of(grant)?);
            // Nothing is to be made for who only reads.
            if grant.access == Access::ReadWrite || tenant.exists()? {
                tenant.create()?;
            }
        }
        Ok(self.plugin.context(larder, &self.tenant, self.limits.clone())?)
    }

    /// Labels and names, checked before anything is opened.
    fn check(&self) -> Result<()> {
        let mut plugin = self.plugin.clone();
        for grant in plugin.grants.values_mut() {
            (grant.files, grant.preopen) = (false, None);
        }
        plugin.context(&Larder::in_memory(Config::new()), &self.tenant, self.limits.clone())?;
        for variable in &self.plugin.env {
            if variable.0.contains('\0') || variable.1.contains('\0') {
                return Err(Failure::usage("a variable of the environment holds no NUL character"));
            }
        }
        Ok(())
    }
}

/// The plugin of larder.toml that has this name, else the file.
fn named(place: &Place, component: &str) -> Result<(PluginManifest, Option<String>)> {
    if let Some(plugin) = place.manifest.plugin.get(component) {
        return Ok((plugin.clone(), Some(component.to_owned())));
    }
    let path = PathBuf::from(component);
    if path.exists() {
        let tenants = place.manifest.tenant.clone();
        return Ok((PluginManifest { tenants, ..PluginManifest::new(path) }, None));
    }
    let known: Vec<&str> = place.manifest.plugin.keys().map(String::as_str).collect();
    let message = match &place.file {
        Some(file) => {
            format!(
                "there is neither a file {} nor a plugin of that name in {}",
                text::shown(component),
                file.display()
            )
        }
        None => format!("there is no file {}", text::shown(component)),
    };
    let failure = Failure::new(Exit::Negative, "not-found", message);
    let near = text::near(component, known.iter().copied());
    Err(match (near.as_slice(), known.as_slice()) {
        ([], []) => failure.hint("name a component's file (.wasm), or a plugin of larder.toml"),
        ([], known) => failure.hint(format!("plugins are: {}", known.join(", "))),
        (near, _) => failure.hint(format!("did you mean {}?", near.join(" or "))),
    })
}

fn apply_grants(plugin: &mut PluginManifest, args: &GrantArgs) -> Result<()> {
    for grant in &args.grant {
        let entry = plugin.grants.entry(grant.label.clone()).or_default();
        if grant.scope.is_some() && grant.scope != entry.scope {
            // The quota in larder.toml is of the scope there.
            entry.quota = QuotaManifest::default();
            entry.scope.clone_from(&grant.scope);
        }
    }
    for label in &args.read_only {
        granted(plugin, label, "--read-only")?.access = Access::ReadOnly;
    }
    for label in &args.files {
        granted(plugin, label, "--files")?.files = true;
    }
    let mut shown: Vec<&str> = Vec::new();
    for dir in &args.dir {
        if shown.contains(&dir.label.as_str()) {
            return Err(Failure::usage(format!("--dir: label {} has two paths", text::shown(&dir.label)))
                .hint("the files of a label are shown at one path; grant a second label for a second path"));
        }
        shown.push(&dir.label);
        granted(plugin, &dir.label, "--dir")?.preopen = Some(dir.path.clone());
    }
    if !args.interface.is_empty() {
        plugin.interfaces = Some(args.interface.clone());
    }
    for variable in &args.env {
        plugin.env.insert(variable.name.clone(), variable.value.clone());
    }
    for setting in &args.setting {
        // What is said of a tenant would go over the plugin's own.
        plugin.tenants.values_mut().for_each(|tenant| drop(tenant.config.remove(&setting.name)));
        plugin.config.insert(setting.name.clone(), setting.value.clone());
    }
    Ok(())
}

fn granted<'a>(plugin: &'a mut PluginManifest, label: &str, flag: &str) -> Result<&'a mut GrantManifest> {
    plugin.grants.get_mut(label).ok_or_else(|| {
        Failure::usage(format!("{flag}: label {} is not granted", text::shown(label)))
            .hint(format!("add `--grant {}`", text::quoted(label)))
    })
}

/// What grants without a list of interfaces stand for. `files` goes with files, so that a component that needs them is
/// told before it runs.
fn implied(plugin: &PluginManifest) -> Vec<Interface> {
    let files = plugin.grants.values().any(|grant| grant.files);
    Interface::ALL.into_iter().filter(|interface| files || *interface != Interface::Files).collect()
}

fn apply_limits(plugin: &mut PluginManifest, manifest: &mut Manifest, args: &PluginArgs) {
    let limits = &args.limits;
    plugin.limits.memory = limits.memory.or(plugin.limits.memory);
    plugin.limits.time = limits.time.or(plugin.limits.time);
    let store = &mut manifest.store;
    store.quota.keys = limits.quota_keys.or(store.quota.keys);
    store.quota.groups = limits.quota_groups.or(store.quota.groups);
    store.quota.bytes = limits.quota_bytes.or(store.quota.bytes);
    store.file_quota.bytes = limits.file_quota.or(store.file_quota.bytes);
    store.file_quota.files = limits.file_count.or(store.file_quota.files);
    store.durability = limits.durability.map(Into::into).or(store.durability);
}
