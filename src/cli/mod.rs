//! Commands for people: install the provider, look at a world and change it by hand.
//!
//! Exit codes: 0 done, 1 refused or failed with a message on stderr, 2 misused.

mod arguments; // what can be asked
mod chart; // history as an SVG file
mod history; // world history
mod install; // into the local mirrors of both CLIs
mod json; // exact numbers and times in JSON
mod output; // the terminal
mod show; // world show
mod sparkline; // a series in one line of text
mod table; // columns that fit a terminal
mod version;
mod world; // the other commands about worlds

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use self::output::{Failure, Output};
use crate::provider::Settings;

/// What the edge knows and commands need.
#[derive(Clone, Debug)]
pub struct Surroundings {
    pub settings: Settings,
    /// The executable that `install` copies.
    pub program: Option<PathBuf>,
    /// Where `install` puts it.
    pub plugin_directory: Option<PathBuf>,
}

const NOT_BY_HAND: &str = "\
This is a provider for Terraform and OpenTofu, which start it when a configuration needs it.
By hand it is started with a command; --debug serves it until Ctrl-C, for a debugger.
";

/// Runs the command that the arguments ask for; they begin after the program's name.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>, surroundings: &Surroundings) -> ExitCode {
    let mut output = Output::default();
    let mut arguments = arguments.into_iter().peekable();
    if arguments.peek().is_none() {
        output.complain(&format!("{NOT_BY_HAND}\n{}", arguments::command().render_help()));
        return ExitCode::FAILURE;
    }
    let program = OsString::from(arguments::PROGRAM);
    let matches = match arguments::command().try_get_matches_from([program].into_iter().chain(arguments)) {
        Ok(matches) => matches,
        Err(error) => {
            let text = error.render().to_string();
            if error.use_stderr() {
                output.complain(&text);
            } else {
                output.print(&text);
            }
            output.flush();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let done = match matches.subcommand() {
        Some(("install", matches)) => install::run(matches, surroundings, &mut output),
        Some(("world", matches)) => world::run(matches, &surroundings.settings, &mut output),
        Some(("version", matches)) => {
            version::run(matches, &mut output);
            Ok(())
        }
        Some(("completions", matches)) => {
            arguments::completions(matches, &mut output);
            Ok(())
        }
        _ => Err(Failure::new("no command was given")),
    };
    output.flush();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.complain(&format!("error: {failure}\n"));
            ExitCode::FAILURE
        }
    }
}
