//! What components import, and who can offer it.

use wasmparser::{Parser, Payload};

use crate::{
    Interface, Interfaces,
    standard::{CONCURRENT_WATCHER, Standard, instead},
};

/// Something that a component imports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The name, such as `larder:store/batch@0.1.0`, or the label of an import that has one.
    pub name: String,
    /// The interface that an import with a label is of.
    pub implements: Option<String>,
    /// Where it can come from.
    pub kind: ImportKind,
}

/// Where an import can come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportKind {
    /// An interface of `larder:store`.
    Larder(Interface),
    /// `larder:store/types` or `larder:store/sql`, which give nothing by themselves and come with any of the others.
    LarderTypes,
    /// An interface of others over the same store, such as `wasi:keyvalue/batch`, and the one of `larder:store` that has to be
    /// granted for it; `None`: it gives nothing by itself.
    Standard(Option<Interface>),
    /// An interface of WASI 0.2, which every plugin gets. It gives no files, network or environment by itself.
    Wasi,
    /// An interface of `wasi:http`, or of WASI 0.3: a component gets it where it answers HTTP, by the module
    /// `http` (behind the feature of that name), and nowhere else.
    Handler,
    /// Nothing that this host knows.
    Unknown,
}

/// Whether a component needs an engine for concurrent ones: the component model's streams and async functions. What cannot
/// be parsed does not; compiling it will say what is wrong.
pub(crate) fn is_concurrent(bytes: &[u8]) -> bool {
    // Those of components inside count as well: one may be linked to the other in there.
    Parser::new(0).parse_all(bytes).map_while(Result::ok).any(|payload| match payload {
        Payload::ComponentImportSection(imports) => imports
            .into_iter()
            .flatten()
            .any(|import| needs_concurrency(import.name.implements.unwrap_or(import.name.name))),
        Payload::ComponentExportSection(exports) => {
            exports.into_iter().flatten().any(|export| needs_concurrency(export.name.name))
        }
        _ => false,
    })
}

fn needs_concurrency(name: &str) -> bool {
    name.starts_with("larder:store/event-stream@")
        || is_concurrent_run(name)
        || is_http_handler(name)
        || name == CONCURRENT_WATCHER
        || Standard::imported(name, None).is_some_and(Standard::is_concurrent)
}

/// Whether it is the export of a concurrent program for the command line.
pub(super) fn is_concurrent_run(name: &str) -> bool {
    name.starts_with("wasi:cli/run@0.3.")
}

/// Whether it is the export of a component that answers HTTP. All of them are on the engine for concurrent components, since what
/// serves them works with several instances and requests at the same time.
pub(crate) fn is_http_handler(name: &str) -> bool {
    name.starts_with("wasi:http/handler@0.3.") || name.starts_with("wasi:http/incoming-handler@0.2.")
}

/// An import of a component that was not granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingImport {
    /// The name, such as `larder:store/batch@0.1.0`.
    pub name: String,
    /// What to do about it, in one sentence.
    pub cure: String,
}

/// The interfaces of WASI 0.2 that [`Runtime`](crate::Runtime) links, without the prefix `wasi:` and the version.
const WASI: [&str; 27] = [
    "cli/environment",
    "cli/exit",
    "cli/stdin",
    "cli/stdout",
    "cli/stderr",
    "cli/terminal-input",
    "cli/terminal-output",
    "cli/terminal-stdin",
    "cli/terminal-stdout",
    "cli/terminal-stderr",
    "clocks/monotonic-clock",
    "clocks/wall-clock",
    "filesystem/preopens",
    "filesystem/types",
    "io/error",
    "io/poll",
    "io/streams",
    "random/insecure",
    "random/insecure-seed",
    "random/random",
    "sockets/instance-network",
    "sockets/ip-name-lookup",
    "sockets/network",
    "sockets/tcp",
    "sockets/tcp-create-socket",
    "sockets/udp",
    "sockets/udp-create-socket",
];

impl Import {
    pub(crate) fn new(name: &str, implements: Option<&str>) -> Import {
        let kind = match implements {
            // Only where the component names the interface, the host knows what a name of its own is to be.
            Some(_) => Standard::imported(name, implements)
                .map_or(ImportKind::Unknown, |standard| ImportKind::Standard(standard.gives())),
            None => kind(name),
        };
        Import { name: name.to_owned(), implements: implements.map(str::to_owned), kind }
    }

    /// The interface: its name, or the one that an import with a label is of.
    pub fn interface(&self) -> &str {
        self.implements.as_deref().unwrap_or(&self.name)
    }

    /// Whether larder serves it, to who was granted it.
    pub fn is_served(&self) -> bool {
        self.kind != ImportKind::Unknown
    }

    /// What to do about it, if larder does not serve it.
    pub fn instead(&self) -> Option<&'static str> {
        (!self.is_served()).then(|| instead(self.interface()))
    }

    /// `None` when `granted` gives it.
    pub(crate) fn missing(&self, granted: &Interfaces) -> Option<MissingImport> {
        let cure = match self.kind {
            ImportKind::Wasi | ImportKind::Standard(None) => return None,
            ImportKind::LarderTypes if !granted.is_empty() => return None,
            ImportKind::Larder(interface) | ImportKind::Standard(Some(interface)) if granted.contains(interface) => {
                return None;
            }
            ImportKind::LarderTypes => "grant the plugin one of the interfaces of larder:store".to_owned(),
            ImportKind::Larder(interface) | ImportKind::Standard(Some(interface)) => {
                format!("grant it with \"{interface}\" in the plugin's `interfaces`, and a label in its `grants`")
            }
            ImportKind::Handler => "a component gets it where it answers HTTP, by `larder serve`".to_owned(),
            ImportKind::Unknown => format!("no setting grants it: {}", instead(self.interface())),
        };
        Some(MissingImport { name: self.name.clone(), cure })
    }
}

fn kind(name: &str) -> ImportKind {
    let (interface, version) = name.split_once('@').unwrap_or((name, ""));
    let compatible =
        |series: &str| version == series || version.strip_prefix(series).is_some_and(|v| v.starts_with('.'));
    if let Some(interface) = interface.strip_prefix("larder:store/") {
        if !compatible("0.1") {
            return ImportKind::Unknown;
        }
        // Rows of an answer come from the interfaces that run SQL, and from nowhere else.
        if matches!(interface, "types" | "sql") {
            return ImportKind::LarderTypes;
        }
        return interface.parse().map_or(ImportKind::Unknown, ImportKind::Larder);
    }
    if let Some(standard) = Standard::imported(name, None) {
        return ImportKind::Standard(standard.gives());
    }
    match interface.strip_prefix("wasi:") {
        Some("http/types" | "http/outgoing-handler") if compatible("0.2") => ImportKind::Handler,
        Some(interface) if compatible("0.3") && is_of_wasi_3(interface) => ImportKind::Handler,
        Some(interface) if compatible("0.2") && WASI.contains(&interface) => ImportKind::Wasi,
        _ => ImportKind::Unknown,
    }
}

fn is_of_wasi_3(interface: &str) -> bool {
    let package = interface.split('/').next();
    matches!(package, Some("cli" | "clocks" | "filesystem" | "http" | "random" | "sockets"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_told_apart() {
        assert_eq!(kind("larder:store/batch@0.1.0"), ImportKind::Larder(Interface::Batch));
        assert_eq!(kind("larder:store/batch@0.1.7"), ImportKind::Larder(Interface::Batch));
        assert_eq!(kind("larder:store/types@0.1.0"), ImportKind::LarderTypes);
        assert_eq!(kind("wasi:cli/environment@0.2.6"), ImportKind::Wasi);
        assert_eq!(kind("wasi:keyvalue/batch@0.2.0-draft2"), ImportKind::Standard(Some(Interface::Batch)));
        assert_eq!(kind("fermyon:spin/key-value"), ImportKind::Standard(Some(Interface::Store)));
        assert_eq!(kind("wasi:config/store@0.2.0-rc.1"), ImportKind::Standard(None));
        for handler in ["wasi:cli/environment@0.3.0", "wasi:http/types@0.2.0", "wasi:http/client@0.3.0"] {
            assert_eq!(kind(handler), ImportKind::Handler, "{handler}");
        }
        for unknown in [
            "larder:store/batch@0.2.0",
            "larder:store/batch@0.10.0",
            "larder:store/batch",
            "larder:store/nothing@0.1.0",
            "wasi:http/types@0.1.0",
            "wasi:nothing/types@0.3.0",
            "store",
            "wasi:keyvalue/store@0.2.0",
            "fermyon:spin/key-value@1.0.0",
        ] {
            assert_eq!(kind(unknown), ImportKind::Unknown, "{unknown}");
        }
    }

    #[test]
    fn the_cure_names_the_setting() {
        let missing =
            Import::new("larder:store/batch@0.1.0", None).missing(&Interfaces::of([Interface::Store])).unwrap();
        assert!(missing.cure.contains("\"batch\""), "{}", missing.cure);
        assert!(Import::new("larder:store/types@0.1.0", None).missing(&Interfaces::all()).is_none());
        assert!(Import::new("larder:store/types@0.1.0", None).missing(&Interfaces::none()).is_some());
    }

    /// The list is what the linker has, so that a component with nothing missing links.
    #[test]
    fn everything_known_is_linked() {
        let runtime = crate::Runtime::new(crate::RuntimeConfig::new()).unwrap();
        let larder = Interface::ALL.map(|interface| format!("larder:store/{interface}@0.1.0"));
        let wasi = WASI.map(|interface| format!("wasi:{interface}@0.2.0"));
        let standard: Vec<String> = Standard::names().map(str::to_owned).collect();
        let imports = larder.iter().chain(&wasi).chain(&standard).map(|name| format!("(import \"{name}\" (instance))"));
        let text = format!("(component {})", imports.collect::<String>());
        let program = crate::Program::from_bytes(&runtime, &wat::parse_str(text).unwrap()).unwrap();
        assert_eq!(program.imports().len(), larder.len() + wasi.len() + standard.len());
        program.link(&Interfaces::all()).unwrap();
    }

    #[test]
    fn an_import_with_a_label_is_of_the_interface_that_it_names() {
        let labelled = Import::new("cache", Some("wasi:keyvalue/store@0.2.0-draft"));
        assert_eq!(labelled.kind, ImportKind::Standard(Some(Interface::Store)));
        assert_eq!(Import::new("cache", None).kind, ImportKind::Unknown);
        assert_eq!(Import::new("cache", Some("larder:store/store@0.1.0")).kind, ImportKind::Unknown);
    }
}
