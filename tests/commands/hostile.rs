//! Hostile arguments, names and surroundings.

use crate::sandbox::Sandbox;

/// A misspelt connection string was taken as the name of a file: the file was made, and the text printed with its
/// password.
#[test]
fn a_misspelt_connection_string_is_neither_repeated_nor_made_a_file() {
    let sandbox = Sandbox::new();
    for text in [
        "Postgres://u:s3cr3t@h/d",
        "postgresql:/u:s3cr3t@h/d",
        "postgres:u:s3cr3t@h/d",
        " postgres://u:s3cr3t@h/d",
        "host=db user=u password=s3cr3t",
        "password = s3cr3t",
        "u:s3cr3t@h/d",
        "jdbc:postgresql://h/d?password=s3cr3t",
        "postgres://u@h/d;password=s3cr3t",
        "postgres://u@h/d password=s3cr3t",
        "s3cr3t\u{1b}.db",
    ] {
        let mut by_variable = sandbox.command(&["world", "reset"]);
        by_variable.env("SIMCLOUD_WORLD", text);
        let option = format!("--world={text}");
        for printed in [
            sandbox.run(&["world", "advance", "1h", &option]),
            sandbox.run(&["world", "show", &option]),
            sandbox.run(&["world", "copy", text, "x.db"]),
            sandbox.finish(by_variable),
        ] {
            assert_eq!(printed.code, 1, "{text}: {printed:?}");
            assert!(!format!("{printed:?}").contains("s3cr3t"), "{text}: {printed:?}");
            assert!(printed.stderr.contains("postgres://USER@HOST") || text.contains('\u{1b}'), "{text}: {printed:?}");
        }
        assert!(std::fs::read_dir(sandbox.path("")).unwrap().next().is_none(), "{text} leaves nothing behind");
    }
}

/// `:memory:` was a world that each process forgot; `~` and `file:` made files of these names.
#[test]
fn what_sqlite_or_a_shell_would_read_otherwise_is_no_world() {
    let sandbox = Sandbox::new();
    for (text, expected) in [
        (":memory:", "would be forgotten"),
        ("file:world.db", "is a URI"),
        ("sqlite:///world.db", "is a URI"),
        ("  ", "is blank"),
        ("~/world.db", "begins with ~"),
    ] {
        let mut by_variable = sandbox.command(&["world", "advance", "1h"]);
        by_variable.env("SIMCLOUD_WORLD", text);
        let printed = sandbox.finish(by_variable);
        assert_eq!(printed.code, 1, "{text}: {printed:?}");
        assert!(printed.stderr.contains(&format!("`SIMCLOUD_WORLD` {expected}")), "{text}: {printed:?}");
        assert!(std::fs::read_dir(sandbox.path("")).unwrap().next().is_none(), "{text} leaves nothing behind");
    }
}

/// Each hour of a clock in the year 9999 was looked at, for minutes.
#[test]
fn a_clock_moves_far_only_in_a_world_where_nothing_happens() {
    let sandbox = Sandbox::new();
    sandbox.world(&["advance", "9999-01-01T00:00:00Z"]);
    let sandbox = Sandbox::with_a_group();
    let far = ["world", "advance", "9999-01-01T00:00:00Z", "--world", "world.db"];
    let refused = sandbox.refused(&far);
    assert!(refused.contains("at most ten years at a time"), "{refused}");
    sandbox.world(&["advance", "30d"]);
}

/// A name in a shared world could move the cursor, hide lines or set the title of a reader's terminal.
#[test]
fn a_name_cannot_steer_the_terminal() {
    let sandbox = Sandbox::with_a_group();
    // Calls refuse such a name, but others may write to the file.
    let name = "a\u{1b}[2J\u{9b}31m\u{202e}\u{7}z";
    let world = rusqlite::Connection::open(sandbox.path("world.db")).unwrap();
    world.execute("UPDATE fleets SET name = ?1", [name]).unwrap();
    let document = "UPDATE fleet_documents SET request = replace(request, '\"web\"', ?1)";
    world.execute(document, [serde_json::to_string(name).unwrap()]).unwrap();
    drop(world);
    for command in [&["world", "show"][..], &["world", "history"], &["world", "show", "--json"]] {
        let printed = sandbox.run(&[command, &["--world", "world.db"]].concat());
        assert_eq!(printed.code, 0, "{printed:?}");
        assert!(!printed.stdout.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\u{7}']), "{printed:?}");
        assert!(printed.stdout.contains("1b"), "{printed:?}");
    }
    let json = sandbox.run(&["world", "show", "--json", "--world", "world.db"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["groups"][0]["name"], name);
}

/// Ended with 0, and a script went on with half a reply.
#[cfg(target_os = "linux")]
#[test]
fn a_reply_that_cannot_be_written_is_a_failure() {
    let sandbox = Sandbox::with_a_group();
    for arguments in
        [&["world", "show", "--world", "world.db"][..], &["--help"], &["version"], &["completions", "bash"]]
    {
        let mut command = sandbox.command(arguments);
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let status = command.stdout(full).stderr(std::process::Stdio::null()).status().unwrap();
        assert_eq!(status.code(), Some(1), "{arguments:?}");
    }
}

#[test]
fn a_chart_does_not_overwrite_a_world() {
    let sandbox = Sandbox::with_a_group();
    let before = std::fs::read(sandbox.path("world.db")).unwrap();
    let commands = ["world.db", "./world.db", "world.db-wal"]
        .map(|file| ["world", "history", "--world", "world.db", "--svg", file]);
    insta::assert_snapshot!(sandbox.refusals(&commands.each_ref().map(|command| &command[..])));
    assert_eq!(std::fs::read(sandbox.path("world.db")).unwrap(), before);
}

/// What was deleted could still be read in the file.
#[test]
fn nothing_of_the_user_data_stays_in_a_world_that_is_reset() {
    let sandbox = Sandbox::new();
    let mut request = crate::sandbox::group("web", 1, 0);
    request.launch_configuration.user_data = Some(b"t0p-s3cr3t-user-data".to_vec());
    sandbox.cloud().create_auto_provisioning_group(&request).unwrap();
    // Documents keep bytes in base64.
    let is_kept = || {
        let files = std::fs::read_dir(sandbox.path("")).unwrap().flatten();
        files.filter_map(|file| std::fs::read(file.path()).ok()).any(|bytes| {
            let text = String::from_utf8_lossy(&bytes);
            text.contains("t0p-s3cr3t") || text.contains("dDBwLXMzY3IzdC11c2VyLWRhdG")
        })
    };
    assert!(is_kept(), "the metadata data source needs them");
    assert_eq!(sandbox.run(&["world", "reset", "--world", "world.db"]).code, 0);
    assert!(!is_kept());
}

/// The last of two aliases of one id was taken, and nothing said so.
#[test]
fn an_alias_stands_for_one_id() {
    let refused = Sandbox::new().refused(&["serve", "--alias", "a=b", "--alias", "a=c", "--", "true"]);
    assert_eq!(refused, "error: --alias says that a stands for b and for c; give one\n");
}
