//! `completions`: a script for a shell.

use clap::{ArgMatches, ValueEnum as _};
use clap_complete::Shell;

use super::arguments::{self, PROGRAM};
use super::output::Output;

/// What the generator for bash calls the states of this program: a hyphen becomes `__` where a state is set, and
/// `__subcmd__` where it is looked for, so that no subcommand is ever found (clap issue 6386).
const SET: &str = "terraform__provider__simcloud";
const LOOKED_FOR: &str = "terraform__subcmd__provider__subcmd__simcloud";

pub(super) fn run(matches: &ArgMatches, output: &mut Output) {
    let Some(shell) = matches.get_one::<Shell>("shell") else { return };
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut arguments::command(), PROGRAM, &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    output.print(&match shell {
        Shell::Bash => script.replace(LOOKED_FOR, SET),
        Shell::Fish => with_commands_after_help(&script) + &fish_shells(),
        _ => script,
    });
}

/// The generator for fish leaves out the values of arguments without a name, such as the shell's.
fn fish_shells() -> String {
    let shells: Vec<String> = Shell::value_variants().iter().map(ToString::to_string).collect();
    format!("complete -c {PROGRAM} -n \"__fish_seen_subcommand_from completions\" -f -a \"{}\"\n", shells.join(" "))
}

/// In fish the generator offers a command after `help` only while no command is seen, and takes `help` itself for one.
fn with_commands_after_help(script: &str) -> String {
    let condition = "using_subcommand help; and not __fish_seen_subcommand_from";
    let line = |line: &str| {
        let line = if line.contains(condition) { line.replacen(" help\" ", "\" ", 1) } else { line.to_owned() };
        line + "\n"
    };
    script.lines().map(line).collect()
}
