//! Help texts, misuse, versions and completions.

use crate::sandbox::Sandbox;

#[test]
fn every_command_explains_itself() {
    let sandbox = Sandbox::new();
    let mut texts = Vec::new();
    for command in all_commands(&sandbox) {
        let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let printed = sandbox.run(&arguments);
        assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{arguments:?}");
        assert!(printed.stdout.lines().all(|line| line.chars().count() <= 120), "{}", printed.stdout);
        texts.push(format!("$ {}\n{}\n", arguments.join(" "), printed.stdout));
    }
    insta::assert_snapshot!(texts.concat());
}

/// A command that is not on the page is not found.
#[test]
fn every_command_and_variable_is_on_the_page_about_commands() {
    let page = include_str!("../../docs/guides/commands-and-json.md");
    let rows: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let commands = all_commands(&Sandbox::new());
    let is_group = |command: &String| commands.iter().any(|other| other.starts_with(&format!("{command} ")));
    let missing: Vec<_> =
        commands.iter().filter(|of| !of.is_empty() && !is_group(of) && !rows.contains(&of.as_str())).collect();
    assert!(missing.is_empty() && commands.len() > 20, "{missing:?} of {commands:?}");
    let variables = include_str!("../../src/main.rs").split('"').filter(|text| text.starts_with("SIMCLOUD_"));
    let missing: Vec<&str> = variables.clone().filter(|name| !page.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty() && variables.count() > 5, "{missing:?}");
}

/// The program itself, every command, and every command of a command.
fn all_commands(sandbox: &Sandbox) -> Vec<String> {
    let mut commands = vec![String::new()];
    let mut next = 0;
    while let Some(command) = commands.get(next).cloned() {
        let help = sandbox.run(&command.split_whitespace().chain(["--help"]).collect::<Vec<_>>()).stdout;
        let listed =
            help.split_once("\nCommands:\n").map_or("", |(_, listed)| listed.split("\n\n").next().unwrap_or(""));
        let names = listed.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
        commands.extend(names.filter(|name| *name != "help").map(|name| format!("{command} {name}").trim().to_owned()));
        next += 1;
    }
    commands
}

/// Misuse ends with 2, prints nothing to stdout and says what would be right.
#[test]
fn misuse_is_explained_on_stderr() {
    let misused: [&[&str]; 25] = [
        &["frobnicate"],
        &["world"],
        &["world", "shwo"],
        &["world", "advance"],
        &["world", "advance", "six hours"],
        &["world", "advance", "-6h"],
        &["world", "advance", "1h", "--to", "2h"],
        &["world", "reclaim", "--count", "-1"],
        &["world", "destroy"],
        &["world", "reclaim", "--zone", "cn-heyuan-bb"],
        &["world", "terminate", "--instance-id", "web"],
        &["world", "market"],
        &["world", "market", "rules.json", "--reset"],
        &["world", "show", "--instance-type", "ecs.g7.larg"],
        &["world", "show", "--region", "cn-heyuann"],
        &["world", "copy", "world.db"],
        &["world", "show", "--zone", "nope"],
        &["market", "import", "prices.json", "--start", "2026-01-01T00:30:00Z"],
        &["outlook", "plan.json", "--require", "fulfilled_share => 1"],
        &["world", "show", "--wrld", "x"],
        &["world", "show", "team.db"],
        &["world", "advance", "1h", "team.db"],
        &["completions", "tcsh"],
        &["install", "somewhere"],
        &["--dbug"],
    ];
    let sandbox = Sandbox::new();
    let mut texts = Vec::new();
    for arguments in misused {
        let printed = sandbox.run(arguments);
        assert_eq!((printed.code, printed.stdout.as_str()), (2, ""), "{arguments:?}: {printed:?}");
        texts.push(format!("$ {}\n{}\n", arguments.join(" "), printed.stderr));
    }
    insta::assert_snapshot!(texts.concat());
    assert!(std::fs::read_dir(sandbox.path("")).unwrap().next().is_none(), "misuse leaves nothing behind");
}

#[test]
fn started_without_a_command_it_says_what_it_is() {
    let printed = Sandbox::new().run(&[]);
    assert_eq!((printed.code, printed.stdout.as_str()), (1, ""));
    insta::assert_snapshot!(printed.stderr);
}

/// A command is a command even where a CLI's variables are inherited, and never prints a handshake line.
#[test]
fn the_magic_cookie_does_not_turn_a_command_into_a_provider() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.command(&["version"]);
    command.env("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");
    let printed = sandbox.finish(command);
    assert_eq!(printed.code, 0);
    assert!(printed.stdout.starts_with("terraform-provider-simcloud ") && !printed.stdout.contains('|'));
}

#[test]
fn the_version_is_that_of_the_package_and_names_the_platform() {
    let sandbox = Sandbox::new();
    let text = sandbox.run(&["version"]).stdout;
    assert!(text.starts_with(&format!("terraform-provider-simcloud {}\n", env!("CARGO_PKG_VERSION"))), "{text}");
    let json: serde_json::Value = serde_json::from_str(&sandbox.run(&["version", "--json"]).stdout).unwrap();
    assert_eq!(json["version"], env!("CARGO_PKG_VERSION"));
    assert!(text.contains(json["platform"].as_str().unwrap()), "{text}");
    assert_eq!(sandbox.run(&["--version"]).stdout, text.lines().next().unwrap().to_owned() + "\n");
    // The registry reads the protocol from the manifest; the two must agree.
    let manifest = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/terraform-registry-manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["metadata"]["protocol_versions"], json["protocol_versions"]);
}

#[test]
fn every_shell_gets_its_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let printed = Sandbox::new().run(&["completions", shell]);
        assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
        assert!(printed.stdout.contains("terraform-provider-simcloud"), "{shell}");
        assert!(printed.stdout.contains("reclaim"), "{shell}");
    }
}

/// A closed pipe is no error, and nothing panics.
#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_panic() {
    let sandbox = Sandbox::new();
    let mut command = std::process::Command::new("sh");
    let binary = env!("CARGO_BIN_EXE_terraform-provider-simcloud");
    command.args(["-c", &format!("{binary} world show | true; {binary} world show >&-")]);
    let printed = sandbox.finish(command);
    assert_eq!(printed.stderr, "");
}
