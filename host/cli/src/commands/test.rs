//! `larder test`.

use larder::{
    GrantManifest, Interfaces, Program,
    testing::{Kit, LoggedCall, Suite, Verdict},
};
use serde_json::json;

use crate::{
    args::TestArgs,
    compile,
    exit::Exit,
    failure::{Failure, Result},
    grants::Wanted,
    interrupt::unless_interrupted,
    output::{Lines, Look, Output},
    place::Place,
    text,
};

/// Run tests, or list them.
pub(super) fn run(place: &mut Place, args: &TestArgs, output: &Output) -> Result<Exit> {
    let mut wanted = Wanted::new(place, &args.plugin)?;
    if wanted.plugin.grants.is_empty() {
        // Nothing is at stake: the store is the test's own.
        wanted.plugin.grants.insert("default".into(), GrantManifest { files: true, ..GrantManifest::default() });
        wanted.plugin.interfaces = Some(Interfaces::all().iter().collect());
    }
    compile::block_on(async {
        let runtime = place.runtime(place.file.is_some())?;
        let plugin = compile::program(&runtime, &wanted.plugin.component, output).await?;
        let tests = match &args.tests {
            Some(path) => Some(compile::program(&runtime, path, output).await?),
            None => None,
        };
        let suite = suite(place, &wanted, &plugin, tests.as_ref(), args)?;
        let chosen = |name: &&str| args.filters.is_empty() || args.filters.iter().any(|filter| name.contains(filter));
        let names: Vec<&str> = suite.tests().filter(chosen).collect();
        if names.is_empty() {
            // A misspelt name is not to look like success.
            let known = suite.tests().collect::<Vec<_>>().join(", ");
            let message = "no test has a name that holds what was asked for";
            return Err(Failure::new(Exit::Negative, "not-found", message).hint(format!("there are: {known}")));
        }
        if args.list {
            return list(&names, output);
        }
        run_all(&suite, &names, args.show_output, output).await
    })
}

fn suite(place: &Place, wanted: &Wanted, plugin: &Program, tests: Option<&Program>, args: &TestArgs) -> Result<Suite> {
    let kit = Kit::builder()
        .manifest(&wanted.plugin)
        .config(place.manifest.config())
        .limits(wanted.limits.clone())
        .tenant(wanted.tenant.clone());
    let suite = Suite::new(plugin, &wanted.interfaces(), tests, kit)?;
    for other in suite.others() {
        tracing::warn!("{} is called like a test and is none: {}", other.name, other.why);
    }
    if suite.tests().next().is_none() {
        let component = args.tests.as_ref().unwrap_or(&wanted.plugin.component).display();
        let message = format!("{component} exports no test");
        let hint = match tests {
            None => "a test is a function `test-..`; name the component that has them with --tests",
            Some(_) => "a test is an exported function whose name begins with `test-`, without parameters",
        };
        return Err(Failure::new(Exit::Negative, "not-found", message).hint(hint));
    }
    Ok(suite)
}

fn list(names: &[&str], output: &Output) -> Result<Exit> {
    let mut lines = output.lines();
    for name in names {
        match output.is_json() {
            true => lines.value(&json!({ "test": name }))?,
            false => lines.text(&text::shown(name))?,
        }
    }
    lines.finish()?;
    Ok(Exit::Ok)
}

async fn run_all(suite: &Suite, names: &[&str], show_output: bool, output: &Output) -> Result<Exit> {
    let mut failed = Vec::new();
    for name in names {
        let verdict = unless_interrupted(suite.run(name)).await?;
        let mut lines = output.lines();
        match output.is_json() {
            true => lines.value(&value(&verdict))?,
            false => tell(&mut lines, &verdict, show_output, output)?,
        }
        lines.finish()?;
        if verdict.result.is_err() {
            failed.push(verdict.name);
        }
    }
    let passed = names.len() - failed.len();
    if output.is_json() {
        output.value(&json!({ "passed": passed, "failed": failed.len() }))?;
    } else {
        output.line(&format!("\n{passed} passed, {} failed", failed.len()))?;
    }
    Ok(if failed.is_empty() { Exit::Ok } else { Exit::Negative })
}

fn tell(lines: &mut Lines, verdict: &Verdict, show_output: bool, output: &Output) -> Result<()> {
    let ended = match &verdict.result {
        Ok(()) => output.styled(Look::Good, "ok"),
        Err(_) => output.styled(Look::Bad, "FAILED"),
    };
    let took = format!("{} ms", verdict.took.as_millis());
    lines.text(&format!("{} ... {ended} {}", text::shown(&verdict.name), output.styled(Look::Faint, &took)))?;
    let Err(message) = &verdict.result else {
        return if show_output { details(lines, verdict) } else { Ok(()) };
    };
    for line in message.lines() {
        lines.text(&format!("  {}", text::shown(line)))?;
    }
    details(lines, verdict)
}

fn details(lines: &mut Lines, verdict: &Verdict) -> Result<()> {
    for (name, written) in [("stdout", &verdict.output.0), ("stderr", &verdict.output.1)] {
        for line in String::from_utf8_lossy(written).lines() {
            lines.text(&format!("  {name}: {}", text::shown(line)))?;
        }
    }
    for call in &verdict.calls {
        lines.text(&format!("  call: {} -> {}", call.function, call.outcome))?;
    }
    Ok(())
}

fn value(verdict: &Verdict) -> serde_json::Value {
    let call = |call: &LoggedCall| json!({ "function": call.function, "outcome": call.outcome });
    json!({
        "test": verdict.name,
        "passed": verdict.result.is_ok(),
        "message": verdict.result.as_ref().err(),
        "stdout": String::from_utf8_lossy(&verdict.output.0),
        "stderr": String::from_utf8_lossy(&verdict.output.1),
        "calls": verdict.calls.iter().map(call).collect::<Vec<_>>(),
        "took_ms": verdict.took.as_millis() as u64,
    })
}
