//! `wit-bindgen c`, as far as a guest in C needs it: `bindings-c --world W [--rename-world R] --out-dir D WIT`.
//!
//! The command of that name brings its own test runner along, and compiles for five minutes of a processor; its generator is a
//! library that compiles in half of one. A plugin elsewhere uses the command: the options are the same.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;
use wit_bindgen_c::Opts;
use wit_bindgen_core::Files;
use wit_bindgen_core::wit_parser::Resolve;

#[derive(Default)]
struct Arguments {
    /// The folder with the world, and its dependencies in `deps`.
    wit: Option<PathBuf>,
    world: Option<String>,
    /// What the world is called in C, and in the names of the files.
    rename_world: Option<String>,
    out_dir: Option<PathBuf>,
}

fn main() -> Result<()> {
    let arguments = parse(lexopt::Parser::from_env())?;
    let (Some(wit), Some(out_dir)) = (arguments.wit, arguments.out_dir) else {
        bail!("bindings-c --world W [--rename-world R] --out-dir D WIT");
    };
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(&wit)?;
    let world = resolve.select_world(&[package], arguments.world.as_deref())?;
    let options = Opts { rename_world: arguments.rename_world, ..Opts::default() };
    let mut files = Files::default();
    options.build().generate(&mut resolve, world, &mut files)?;
    fs::create_dir_all(&out_dir).with_context(|| format!("cannot make {}", out_dir.display()))?;
    for (name, content) in files.iter() {
        let path = out_dir.join(name);
        fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn parse(mut parser: lexopt::Parser) -> Result<Arguments> {
    let mut arguments = Arguments::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("world") => arguments.world = Some(parser.value()?.string()?),
            Long("rename-world") => arguments.rename_world = Some(parser.value()?.string()?),
            Long("out-dir") => arguments.out_dir = Some(PathBuf::from(parser.value()?)),
            Value(wit) if arguments.wit.is_none() => arguments.wit = Some(PathBuf::from(OsString::from(wit))),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(arguments)
}
