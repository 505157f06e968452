//! Commands for people: install the provider, read a world and change it, serve it to other clients.
//!
//! Exit codes: 0 for success, 1 for a failure with a message on stderr, 2 for wrong arguments, 3 for a requirement that is
//! not met.

mod activities; // activities as text and as JSON
mod arguments; // the commands and their arguments
mod chart; // the history as an SVG file
mod completions; // completion scripts for shells
mod confirm; // asking before a shared world is cleared
mod costs; // world costs
mod destroy; // world destroy
mod file; // the file of an argument
mod history; // world history
mod install; // into the local mirrors of both CLIs
mod known_name; // options whose values the catalogue knows
mod market; // world market
mod market_import; // market import
mod metrics; // world metrics
mod misuse; // what to write instead of an argument that no command has
mod outlook; // a plan in many markets
mod output; // the terminal
mod report; // world report
mod requirement; // what `--require` asks of an outlook
mod series; // the series that tables and charts draw
mod serve; // the services' wire APIs
mod show; // world show
mod sparkline; // a series as one line of block characters
mod surroundings; // what commands need to know of the process's surroundings
mod table; // tables that fit the width of a terminal
mod take; // world reclaim, world terminate
mod terminal; // its size
mod version;
mod warnings; // what the layers below report meanwhile
mod world; // the world commands, and those that change a world
mod world_handle; // the world that a command works on
mod worlds; // world list, world drop
mod wrap; // sentences that fit the width of a terminal

use std::ffi::OsString;
use std::process::ExitCode;

use self::output::{Failure, Output};
pub use self::surroundings::Surroundings;

const STARTED_BY_HAND: &str = "\
This is a provider for Terraform and OpenTofu, which start it when a configuration needs it.
To use it yourself, give a command. For a debugger, --debug serves the provider until Ctrl-C.
";

/// Runs the command of the arguments, which begin after the program's name.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>, surroundings: &Surroundings) -> ExitCode {
    let mut output = Output::default();
    let mut arguments = arguments.into_iter().peekable();
    if arguments.peek().is_none() {
        output.error(&format!("{STARTED_BY_HAND}\n{}", arguments::command().render_help()));
        return ExitCode::FAILURE;
    }
    let program = OsString::from(arguments::PROGRAM);
    let matches = match arguments::command().try_get_matches_from([program].into_iter().chain(arguments)) {
        Ok(matches) => matches,
        Err(mut error) => {
            misuse::advise(&mut error);
            let text = error.render().to_string();
            if error.use_stderr() {
                output.error(&text);
            } else {
                output.print(&text);
            }
            let code = ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
            return finish(&mut output, Ok(()), code);
        }
    };
    warnings::install();
    let done = match matches.subcommand() {
        Some(("install", matches)) => install::run(matches, surroundings, &mut output),
        Some(("serve", matches)) => match serve::run(matches, surroundings, &mut output) {
            Ok(code) => return finish(&mut output, Ok(()), code),
            Err(failure) => Err(failure),
        },
        Some(("outlook", matches)) => match outlook::run(matches, &surroundings.settings, &mut output) {
            Ok(code) => return finish(&mut output, Ok(()), code),
            Err(failure) => Err(failure),
        },
        Some(("market", matches)) => match matches.subcommand() {
            Some(("import", matches)) => market_import::run(matches, &mut output),
            _ => Err(Failure::new("no command was given")),
        },
        Some(("world", matches)) => world::run(matches, &surroundings.settings, &mut output),
        Some(("version", matches)) => {
            version::run(matches, &mut output);
            Ok(())
        }
        Some(("completions", matches)) => {
            completions::run(matches, &mut output);
            Ok(())
        }
        _ => Err(Failure::new("no command was given")),
    };
    finish(&mut output, done, ExitCode::SUCCESS)
}

/// Writes the reply, or the reason why there is none; `code` is the exit code if nothing failed.
fn finish(output: &mut Output, done: Result<(), Failure>, code: ExitCode) -> ExitCode {
    let written = output.flush();
    match done.and(written) {
        Ok(()) => code,
        Err(failure) => {
            output.error(&format!("error: {failure}\n"));
            ExitCode::FAILURE
        }
    }
}
