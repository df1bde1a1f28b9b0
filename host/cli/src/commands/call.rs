//! `larder call`.

use std::time::Duration;

use larder::{Export, Program, RunError, Setup, Stdio};
use serde_json::{Value, json};
use wasmtime::component::{Type, Val};

use crate::{
    args::CallArgs,
    compile,
    exit::Exit,
    failure::{Failure, Result},
    grants::Wanted,
    interrupt::unless_interrupted,
    needs,
    output::{Look, Output},
    place::Place,
    text, val_json, wave,
};

/// Call one function, or list them.
pub(super) fn run(place: &mut Place, args: &CallArgs, output: &Output) -> Result<Exit> {
    let wanted = Wanted::new(place, &args.plugin)?;
    compile::block_on(async {
        let runtime = place.runtime(args.function.is_some())?;
        let program = compile::program(&runtime, &wanted.plugin.component, output).await?;
        let Some(name) = &args.function else {
            return list(&program, output);
        };
        let export = find(&program, name)?;
        let arguments = wave::arguments(export, &args.values)?;
        let plugin = needs::link(&program, &wanted)?;
        // Whoever calls waits for the answer of the function, and for no other.
        let larder = place.open_as_host(Duration::ZERO)?;
        let mut setup = Setup::new(wanted.context(&larder)?);
        for (name, value) in &wanted.plugin.env {
            setup = setup.env(name, value);
        }
        if wanted.plugin.stdio == Stdio::Inherit {
            setup = setup.inherit_stdio();
        }
        let mut instance = plugin.instantiate(setup).await?;
        let results = unless_interrupted(instance.call(&export.path(), &arguments)).await;
        drop(instance);
        larder.close();
        print(&results??, output)
    })
}

fn find<'a>(program: &'a Program, name: &str) -> Result<&'a Export> {
    program.export(name).map_err(|error| {
        let failure = |message| Failure::new(Exit::Usage, "no-such-export", message);
        if !matches!(error, RunError::NoSuchExport { .. }) {
            return error.into();
        }
        let paths: Vec<String> = program.exports().iter().map(Export::path).collect();
        let same: Vec<String> =
            program.exports().iter().filter(|export| export.function == name).map(Export::path).collect();
        if !same.is_empty() {
            let hint = format!("write which one: {}", same.join(" or "));
            return failure(format!("several functions are called {name}")).hint(hint);
        }
        let functions = program.exports().iter().map(|export| export.function.as_str());
        let near = text::near(name, functions.chain(paths.iter().map(String::as_str)));
        failure(format!("no exported function is called {}", text::shown(name))).hint(match near.as_slice() {
            [] if paths.is_empty() => "the component exports no function".to_owned(),
            [] => format!("there are: {}", paths.join(", ")),
            near => format!("did you mean {}?", near.join(" or ")),
        })
    })
}

fn print(results: &[Val], output: &Output) -> Result<Exit> {
    if output.is_json() {
        let values = results.iter().map(val_json::to_json).collect::<Result<Vec<_>, _>>().map_err(wave::no_form)?;
        output.value(&match values.as_slice() {
            [] => Value::Null,
            [one] => one.clone(),
            _ => Value::Array(values),
        })?;
    } else {
        for result in results {
            output.line(&text::shown(&wave::shown(result)?))?;
        }
    }
    let is_error = matches!(results, [Val::Result(Err(_))]);
    Ok(if is_error { Exit::Negative } else { Exit::Ok })
}

fn list(program: &Program, output: &Output) -> Result<Exit> {
    let mut lines = output.lines();
    for export in program.exports() {
        if output.is_json() {
            lines.value(&described(export))?;
        } else {
            let name = output.styled(Look::Heading, &text::shown(&export.path()));
            lines.text(&format!("{name}: {}", text::shown(&wave::signature(&export.ty))))?;
        }
    }
    lines.finish()?;
    Ok(Exit::Ok)
}

/// A function for programs.
pub(super) fn described(export: &Export) -> Value {
    let parameter = |(name, ty): (&str, Type)| json!({ "name": name, "type": wave::type_text(&ty) });
    json!({
        "name": export.path(),
        "interface": export.interface,
        "function": export.function,
        "params": export.ty.params().map(parameter).collect::<Vec<_>>(),
        "results": export.ty.results().map(|ty| wave::type_text(&ty)).collect::<Vec<_>>(),
    })
}
