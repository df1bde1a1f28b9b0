//! A plugin's project, as `larder new` makes it: the files of a template, and copies of what larder brings for the language. All of
//! it is in this program, so that a project needs no checkout and no package of larder's to be built.

mod embedded;
mod language;
mod name;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    exit::Exit,
    failure::{Failure, Result},
};

pub(crate) use self::{language::Language, name::Name};

/// A file that is to be made.
pub(crate) struct File {
    /// From the project's top.
    pub(crate) path: String,
    content: String,
    executable: bool,
}

/// Every file of a project.
pub(crate) fn files(language: Language, name: &Name) -> Vec<File> {
    let mut files: Vec<File> = language
        .templates()
        .iter()
        .map(|template| File {
            path: template.to.to_owned(),
            content: render(embedded::template(template.from), language, name),
            executable: template.executable,
        })
        .collect();
    for copy in language.copies() {
        let copied = embedded::copies(copy.from, copy.without);
        files.extend(copied.into_iter().map(|(path, content)| File {
            path: format!("{}/{path}", copy.to),
            content: content.to_owned(),
            executable: false,
        }));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// A template with its names filled in.
fn render(template: &str, language: Language, name: &Name) -> String {
    template
        .replace("{{name}}", name.as_str())
        .replace("{{component}}", &language.component(name))
        .replace("{{memory}}", language.memory())
        .replace("{{version}}", env!("CARGO_PKG_VERSION"))
        .replace("{{wit-bindgen}}", language::WIT_BINDGEN)
}

/// Make the project in `directory`, which is made too, or is empty.
pub(crate) fn make(directory: &Path, files: &[File]) -> Result<()> {
    vacant(directory)?;
    for file in files {
        let path = directory.join(&file.path);
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |error: io::Error| {
                Failure::new(Exit::Storage, "io", format!("cannot make {}: {error}", path.display()))
            }
        };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed(folder))?;
        }
        fs::write(&path, &file.content).map_err(failed(&path))?;
        if file.executable {
            make_executable(&path).map_err(failed(&path))?;
        }
    }
    Ok(())
}

/// Nothing of somebody's is written over.
fn vacant(directory: &Path) -> Result<()> {
    let taken = |what: &str| {
        let failure = Failure::new(Exit::Negative, "exists", format!("{} {what}", shown(directory)));
        Err(failure.hint("name a directory that is not there yet, or an empty one"))
    };
    match directory.read_dir() {
        Ok(mut entries) => {
            if entries.next().is_some() {
                taken("is there already, and not empty")
            } else {
                Ok(())
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => taken("is a file"),
        Err(error) => Err(Failure::io("read", directory, &error)),
    }
}

fn shown(directory: &Path) -> String {
    directory.display().to_string()
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

/// Scripts are run by `sh` there.
#[cfg(not(unix))]
fn make_executable(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// The directory that was asked for, and the name that it gives the project unless one was given.
pub(crate) fn name_of(directory: &Path) -> Option<String> {
    let absolute: PathBuf = std::path::absolute(directory).ok()?;
    Some(absolute.file_name()?.to_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn every_project_is_whole() {
        let name: Name = "two-words".parse().unwrap();
        for language in Language::value_variants() {
            let files = files(*language, &name);
            let has = |path: &str| files.iter().any(|file| file.path == path);
            for path in ["larder.toml", "README.md", ".gitignore"] {
                assert!(has(path), "{language:?} has no {path}");
            }
            assert!(files.iter().any(|file| file.path.contains("test")), "{language:?} has no test");
            assert!(files.iter().any(|file| file.path.ends_with("package.wit")), "{language:?} has no contract");
            let mut paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
            paths.dedup();
            assert_eq!(paths.len(), files.len(), "{language:?} has a file twice");
            for file in &files {
                let filled = !language
                    .templates()
                    .iter()
                    .any(|template| template.to == file.path && file.content.contains("{{"));
                assert!(filled, "{language:?}: {} has a name that was not filled in", file.path);
                assert!(!file.path.contains("standard/"), "{language:?} has interfaces of others");
            }
            let manifest = files.iter().find(|file| file.path == "larder.toml").unwrap();
            let manifest = larder::Manifest::parse(&manifest.content).unwrap();
            assert!(manifest.plugin.contains_key("two-words"));
        }
    }

    #[test]
    fn a_directory_with_something_in_it_is_left_alone() {
        let scratch = tempfile::tempdir().unwrap();
        let project = scratch.path().join("deep/project");
        let files = files(Language::Rust, &"visits".parse().unwrap());
        make(&project, &files).unwrap();
        assert_eq!(make(&project, &files).unwrap_err().kind, "exists");
        assert_eq!(make(&project.join("Cargo.toml"), &files).unwrap_err().kind, "exists");
        let empty = scratch.path().join("empty");
        fs::create_dir(&empty).unwrap();
        make(&empty, &files).unwrap();
        assert!(empty.join("larder/guest/src/store.rs").is_file());
    }

    #[test]
    fn a_directory_names_its_project() {
        assert_eq!(name_of(Path::new("a/visits/")).as_deref(), Some("visits"));
        assert_eq!(name_of(Path::new("/")), None);
        assert!(name_of(Path::new(".")).is_some());
    }
}
