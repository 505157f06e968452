//! `install`: the mirror layout that both CLIs look into by themselves. That they find it is an acceptance test.

use crate::sandbox::Sandbox;

#[cfg(unix)]
fn is_executable(path: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().unwrap().permissions().mode() & 0o111 == 0o111
}

#[cfg(not(unix))]
fn is_executable(path: &std::path::Path) -> bool {
    path.exists()
}

/// The platform differs from machine to machine, the version from release to release.
fn portable(text: &str, platform: &str) -> String {
    text.replace(platform, "[platform]").replace(env!("CARGO_PKG_VERSION"), "[version]")
}

/// Where a shell finds the commands, so that nothing about `PATH` is printed.
fn program_directory() -> &'static std::path::Path {
    std::path::Path::new(env!("CARGO_BIN_EXE_terraform-provider-simcloud")).parent().unwrap()
}

fn platform(sandbox: &Sandbox) -> String {
    let json: serde_json::Value = serde_json::from_str(&sandbox.run(&["version", "--json"]).stdout).unwrap();
    json["platform"].as_str().unwrap().to_owned()
}

#[test]
fn both_registries_mirrors_get_the_executable_and_the_block_is_printed() {
    let sandbox = Sandbox::new();
    let platform = platform(&sandbox);
    for (arguments, name, version) in [
        (vec!["install"], "simcloud/simcloud", env!("CARGO_PKG_VERSION")),
        (vec!["install", "--as", "aliyun/alicloud"], "aliyun/alicloud", "1.999.0"),
        (vec!["install", "--as", "aliyun/alicloud", "--version", "1.220.1"], "aliyun/alicloud", "1.220.1"),
        (vec!["install", "--plugin-dir", "mirror"], "simcloud/simcloud", env!("CARGO_PKG_VERSION")),
    ] {
        let mut command = sandbox.command(&arguments);
        command.env("HOME", sandbox.path("home")).env("APPDATA", sandbox.path("home"));
        command.env("PATH", program_directory());
        let printed = sandbox.finish(command);
        assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{printed:?}");
        let base = if arguments.contains(&"mirror") {
            sandbox.path("mirror")
        } else {
            sandbox.path(if cfg!(windows) { "home/terraform.d/plugins" } else { "home/.terraform.d/plugins" })
        };
        let type_name = name.split('/').nth(1).unwrap();
        let names = if type_name == "alicloud" { vec![name, "hashicorp/alicloud"] } else { vec![name] };
        let hosts = ["registry.terraform.io", "registry.opentofu.org"];
        for (host, name) in hosts.iter().flat_map(|host| names.iter().map(move |name| (host, name))) {
            let folder = base.join(host).join(name).join(version).join(&platform);
            let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
            assert_eq!(files.len(), 1, "{files:?}");
            let suffix = if cfg!(windows) { ".exe" } else { "" };
            assert!(files[0].ends_with(format!("terraform-provider-{type_name}_v{version}{suffix}")), "{files:?}");
            assert!(is_executable(&files[0]));
        }
        if cfg!(not(windows)) {
            insta::assert_snapshot!(
                format!("install_{type_name}_{}", arguments.len()),
                portable(&printed.stdout, &platform)
            );
        }
    }
}

/// After `install`, `terraform-provider-simcloud world show` was a command not found.
#[test]
fn how_to_call_the_commands_is_said_where_a_shell_does_not_find_them() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path("bin")).unwrap();
    let install = || {
        let mut command = sandbox.command(&["install", "--plugin-dir", "mirror"]);
        command.env("PATH", sandbox.path("bin"));
        sandbox.finish(command).stdout
    };
    let command = format!("terraform-provider-simcloud{}", std::env::consts::EXE_SUFFIX);
    let program = env!("CARGO_BIN_EXE_terraform-provider-simcloud");
    let hint = format!("\"{program}\" \"{}\"", std::path::Path::new("[folder]/bin").join(&command).display());
    let text = install();
    assert!(text.contains("put it into a folder of PATH") && text.contains(&hint), "{hint}: {text}");
    std::fs::write(sandbox.path("bin").join(command), "").unwrap();
    let text = install();
    assert!(!text.contains("PATH"), "{text}");
}

/// A second time replaces the file, even while the first is running.
#[test]
fn installing_again_replaces_what_is_there() {
    let sandbox = Sandbox::new();
    for _ in 0..2 {
        assert_eq!(sandbox.run(&["install", "--plugin-dir", "mirror"]).code, 0);
    }
}

/// The schemas lie beside each executable, once per version, and an installation without them removes them.
#[test]
fn a_schema_is_installed_beside_the_executable() {
    let sandbox = Sandbox::new();
    let platform = platform(&sandbox);
    let schema = serde_json::json!({ "format_version": "1.0", "provider_schemas": {
        "registry.terraform.io/hashicorp/aws": {
            "provider": { "version": 0, "block": { "attributes": { "region": { "type": "string", "optional": true } } } },
            "resource_schemas": { "aws_lb": { "version": 0, "block": {} } },
            "data_source_schemas": { "aws_region": { "version": 0, "block": {} } },
        },
    } });
    std::fs::write(sandbox.path("aws.json"), schema.to_string()).unwrap();
    let install = ["install", "--as", "hashicorp/aws", "--plugin-dir", "mirror", "--schema", "aws.json"];
    let versions = ["--version", "5.90.0", "--version", "6.0.1"];
    let mut command = sandbox.command(&[&install[..], &versions].concat());
    command.env("PATH", program_directory());
    let printed = sandbox.finish(command);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{printed:?}");
    let folder = |host: &str, version: &str| {
        sandbox.path("mirror").join(host).join("hashicorp/aws").join(version).join(&platform)
    };
    for host in ["registry.terraform.io", "registry.opentofu.org"] {
        for version in ["5.90.0", "6.0.1"] {
            let entries = std::fs::read_dir(folder(host, version)).unwrap();
            let mut files: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            files.sort();
            let suffix = if cfg!(windows) { ".exe" } else { "" };
            let program = format!("terraform-provider-aws_v{version}{suffix}");
            assert_eq!(files, ["stand-in-schemas.bin".to_owned(), program]);
        }
    }
    if cfg!(not(windows)) {
        insta::assert_snapshot!("install_with_a_schema", portable(&printed.stdout, &platform));
    }
    let alicloud = ["install", "--as", "aliyun/alicloud", "--plugin-dir", "mirror"];
    std::fs::write(sandbox.path("alicloud.json"), schema.to_string().replace("hashicorp/aws", "aliyun/alicloud"))
        .unwrap();
    assert_eq!(sandbox.run(&[&alicloud[..], &["--schema", "alicloud.json"]].concat()).code, 0);
    let kept = sandbox
        .path("mirror/registry.terraform.io/aliyun/alicloud/1.999.0")
        .join(&platform)
        .join("stand-in-schemas.bin");
    assert!(kept.exists());
    assert_eq!(sandbox.run(&alicloud).code, 0);
    assert!(!kept.exists());
}

#[test]
fn what_cannot_be_installed_is_explained() {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path("file"), "").unwrap();
    let platform = platform(&sandbox);
    std::fs::write(sandbox.path("no.json"), "{}").unwrap();
    std::fs::write(
        sandbox.path("other.json"),
        r#"{"format_version":"1.0","provider_schemas":{"registry.terraform.io/a/b":{}}}"#,
    )
    .unwrap();
    let refused: [&[&str]; 9] = [
        &["install", "--as", "alicloud"],
        &["install", "--as", "hashicorp/random"],
        &["install", "--as", "../simcloud"],
        &["install", "--version", "../../1.0.0"],
        &["install", "--version", "latest"],
        &["install", "--plugin-dir", "file"],
        &["install", "--as", "aliyun/alicloud", "--schema", "no.json"],
        &["install", "--as", "aliyun/alicloud", "--schema", "other.json"],
        &["install", "--as", "aliyun/alicloud", "--schema", "missing.json"],
    ];
    insta::assert_snapshot!(portable(&sandbox.refusals(&refused), &platform).replace('\\', "/"));
    // The CLIs read every version in a mirror, and fail or end with a panic at these.
    let mut versions = String::new();
    for version in [
        "999999999999999999999.0.0",
        "1.2",
        "01.2.3",
        "1.2.3+5",
        "1.2.3-",
        "1.2.3-a..b",
        "1.2.3-01",
        "1.2.3-99999999999999999999",
        "1.2.3-\u{e9}",
        "",
    ] {
        let option = format!("--version={version}");
        versions += &sandbox.refusals(&[&["install", "--plugin-dir", "mirror", &option]]);
        assert!(!sandbox.path("mirror").exists(), "{version}");
    }
    insta::assert_snapshot!("versions_that_no_mirror_may_hold", versions);
    let mut command = sandbox.command(&["install"]);
    command.env_remove("HOME").env_remove("APPDATA");
    let printed = sandbox.finish(command);
    assert_eq!((printed.code, printed.stdout.as_str()), (1, ""));
    insta::assert_snapshot!("install_without_a_home", printed.stderr);
}
