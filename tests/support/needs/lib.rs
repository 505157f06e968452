//! `#[needs(cli, postgres, pgbouncer)]`: a test that needs a program which this machine does not have is reported as
//! ignored, with the reason. With `CI=true` it is never ignored: it runs, and fails where the program is missing.

use std::path::PathBuf;

use proc_macro::{TokenStream, TokenTree};

/// Adds `#[ignore = "…"]` to a test while something that it needs is missing.
///
/// `cli` is Terraform or OpenTofu, `postgres` the server of PostgreSQL, and any other word a program on `PATH`. It is
/// decided when the test is compiled, and again when `PATH`, `CI` or `SIMCLOUD_TF_CLIS` change.
#[proc_macro_attribute]
pub fn needs(words: TokenStream, test: TokenStream) -> TokenStream {
    let missing: Vec<String> = words.into_iter().filter_map(|word| missing(&word)).collect();
    if missing.is_empty() || variable("CI") == "true" {
        return test;
    }
    let attribute = format!("#[ignore = {:?}]", missing.join(", "));
    // Each `option_env` has the compiler watch a variable.
    let watch = "const _: [Option<&str>; 3] = [option_env!(\"PATH\"), option_env!(\"CI\"), option_env!(\"SIMCLOUD_TF_CLIS\")];";
    let parsed = |text: &str| text.parse::<TokenStream>().unwrap_or_default();
    [parsed(watch), parsed(&attribute), test].into_iter().collect()
}

/// What is missing of the need that a word names.
fn missing(word: &TokenTree) -> Option<String> {
    let TokenTree::Ident(need) = word else { return None };
    match need.to_string().as_str() {
        "cli" => {
            let is_there = on_path("terraform") || on_path("tofu") || !variable("SIMCLOUD_TF_CLIS").is_empty();
            (!is_there).then(|| "neither terraform nor tofu is on PATH".to_owned())
        }
        "postgres" => (!has_postgres()).then(|| "PostgreSQL's server is not installed".to_owned()),
        program => (!on_path(program)).then(|| format!("{program} is not on PATH")),
    }
}

/// As `tests/support/postgres.rs` looks for it.
fn has_postgres() -> bool {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    installed.map(|entry| entry.path().join("bin/initdb")).any(|program| program.is_file()) || on_path("initdb")
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Servers stand in /usr/sbin, which not every user has on PATH.
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/opt/homebrew/bin"].map(PathBuf::from));
    folders.map(|folder| folder.join(program)).any(|file| file.is_file())
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}
