//! Programs over the SDKs of other hosts as they are on crates.io, and whole programs from there that know of no store: built for
//! wasm, looked at, and run for two tenants. `docs/others-components.md` says what came of it.
//!
//! No part of the tests: their crates take minutes to compile, and the registry has to be there.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::phases::Phases;
use crate::process;
use crate::project::Project;
use crate::toolchain::{self, Choice};

/// A program of `tests/others`.
struct Program {
    name: &'static str,
    /// What it is at home, in the words of `larder inspect --json`.
    hosts: &'static [&'static str],
    /// Whether the programs before it count in the same bucket.
    shares: bool,
}

const PROGRAMS: [Program; 3] = [
    Program { name: "spin-5", hosts: &["spin"], shares: false },
    Program { name: "spin-7", hosts: &["spin"], shares: true },
    Program { name: "wasmcloud", hosts: &["wasmtime", "wasmcloud"], shares: true },
];

/// `cargo xtask others`.
///
/// # Errors
/// When something cannot be built, as where the registry cannot be reached, or does not run as it should.
pub(crate) fn run(project: &Project, choice: Choice, phases: &mut Phases) -> Result<()> {
    let toolchain = toolchain::setup(choice, phases)?;
    phases
        .run("larder", || process::run(project.cargo().args(["build", "--workspace", "--exclude", "larder-bench"])))?;
    let built = project.others_build();
    phases.run("programs over the SDKs of others", || {
        for program in &PROGRAMS {
            let manifest = project.root().join("tests/others").join(program.name).join("Cargo.toml");
            let mut command = toolchain.cargo_build(project)?;
            command.args(["--release", "--locked", "--manifest-path"]).arg(manifest);
            process::run(command.arg("--target-dir").arg(&built))?;
        }
        Ok(())
    })?;
    phases.run("they run", || {
        let root = built.join("data");
        match fs::remove_dir_all(&root) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot remove {}", root.display()));
            }
            _ => {}
        }
        let others = Others { larder: project.binary("larder"), root, built: built.join("wasm32-wasip2/release") };
        let mut before = 0;
        for program in &PROGRAMS {
            before = if program.shares { before } else { 0 };
            before = others.check(program, before)?;
        }
        Ok(())
    })?;
    print!("\n{}", phases.table());
    Ok(())
}

struct Others {
    larder: PathBuf,
    root: PathBuf,
    built: PathBuf,
}

impl Others {
    /// Run a program twice for one tenant and as often for another, and answer how many runs there were for each.
    fn check(&self, program: &Program, before: u64) -> Result<u64> {
        let component = self.built.join(format!("{}.wasm", program.name));
        let mut inspect = Command::new(&self.larder);
        let said = process::output(inspect.arg("inspect").arg(&component).arg("--json"))?;
        let said: serde_json::Value = serde_json::from_str(&said)?;
        ensure!(said["home"]["hosts"] == serde_json::json!(program.hosts), "{}: {}", program.name, said["home"]);
        for tenant in ["one", "two"] {
            for run in [before + 1, before + 2] {
                let mut command = Command::new(&self.larder);
                command.arg("--root").arg(&self.root).arg("run").arg(&component);
                let printed = process::output(command.args(["--tenant", tenant, "--grant", "default"]))?;
                let expected = format!("run {run}, keys [\"runs\"]\n");
                ensure!(printed == expected, "{} for {tenant} printed {printed:?}, not {expected:?}", program.name);
            }
        }
        println!(
            "   {}: {}, runs {} and {} of each tenant",
            program.name,
            said["home"]["because"],
            before + 1,
            before + 2
        );
        Ok(before + 2)
    }
}
