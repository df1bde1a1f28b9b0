//! `larder run`.

use std::process::ExitCode;

use larder::{LarderCtx, Setup, Stdio};

use crate::{
    args::RunArgs,
    compile,
    failure::Result,
    grants::Wanted,
    interrupt::unless_interrupted,
    needs,
    output::Output,
    place::{CLOSE_WAIT, Place},
    role,
};

/// Run a program to its end and answer its status.
pub(super) fn run(place: &mut Place, args: &RunArgs, output: &Output) -> Result<ExitCode> {
    let wanted = Wanted::new(place, &args.plugin)?;
    let status = compile::block_on(async {
        let runtime = place.runtime(true)?;
        let program = compile::program(&runtime, &wanted.plugin.component, output).await?;
        if !program.is_command() {
            return Err(role::not_a_command(program.home().role).about(wanted.plugin.component.display()));
        }
        let plugin = needs::link(&program, &wanted)?;
        let larder = place.open_as_host(CLOSE_WAIT)?;
        let setup = setup(&wanted, wanted.context(&larder)?, &args.args);
        let status = unless_interrupted(plugin.run_command(setup)).await;
        larder.close();
        Ok(status??)
    })?;
    // What the system keeps of a status is its lowest byte.
    Ok(ExitCode::from(status as u8))
}

fn setup(wanted: &Wanted, ctx: LarderCtx, arguments: &[String]) -> Setup {
    let plugin = &wanted.plugin;
    let mut setup = Setup::new(ctx).arg(wanted.program_name()).args(&plugin.args).args(arguments);
    for (name, value) in &plugin.env {
        setup = setup.env(name, value);
    }
    match plugin.stdio {
        Stdio::Inherit => setup.inherit_stdio(),
        Stdio::Null => setup,
    }
}
