//! The files that this program carries along.

use include_dir::{Dir, include_dir};

static TEMPLATES: Dir = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// Links to what the project publishes for guests, so that there is no second copy in it.
static COPIES: Dir = include_dir!("$CARGO_MANIFEST_DIR/vendor");

/// The template of that name, without its ending `.in`, which keeps tools from taking it for what it will be.
pub(super) fn template(name: &str) -> &'static str {
    let file = TEMPLATES.get_file(format!("{name}.in"));
    file.and_then(|file| file.contents_utf8()).unwrap_or_else(|| unreachable!("a test makes every project: {name}"))
}

/// The files below the folder `from`, with their paths from there. `without` names folders that are left out.
pub(super) fn copies(from: &str, without: &[&str]) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    if let Some(folder) = COPIES.get_dir(from) {
        below(folder, from, without, &mut found);
    }
    found
}

fn below(folder: &'static Dir<'static>, top: &str, without: &[&str], found: &mut Vec<(String, &'static str)>) {
    for file in folder.files() {
        // What a tool left in the checkout is none of ours, such as Python's compiled modules.
        let (Ok(path), Some(content)) = (file.path().strip_prefix(top), file.contents_utf8()) else { continue };
        // A folder with a manifest of cargo's in it would be left out of this crate when it is published.
        let shown = |path: &str| path.replace('\\', "/").replace("manifest.toml", "Cargo.toml");
        found.extend(path.to_str().map(|path| (shown(path), content)));
    }
    for inside in folder.dirs() {
        let name = inside.path().file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name != "__pycache__" && !without.contains(&name) {
            below(inside, top, without, found);
        }
    }
}
