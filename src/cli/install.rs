//! `install`: copies the executable into the local mirror that Terraform and `OpenTofu` search by default.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::ArgMatches;

use super::output::{Failure, Output};
use super::surroundings::Surroundings;
use super::version::{VERSION, platform};

/// Each CLI searches the part of the mirror for its own registry.
const HOSTS: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// The version under another provider's name: above every release of that provider, below its next major version.
const VERSION_UNDER_ANOTHER_NAME: &str = "1.999.0";

pub(super) fn run(matches: &ArgMatches, surroundings: &Surroundings, output: &mut Output) -> Result<(), Failure> {
    let address = matches.get_one::<String>("as").map(String::as_str).unwrap_or_default();
    let (namespace, name) = parse(address)?;
    let is_own_name = name == "simcloud";
    let version = matches.get_one::<String>("version").map(String::as_str);
    let version = version.unwrap_or(if is_own_name { VERSION } else { VERSION_UNDER_ANOTHER_NAME });
    check_version(version)?;
    let mirror = matches.get_one::<PathBuf>("plugin-dir").or(surroundings.plugin_directory.as_ref());
    let Some(mirror) = mirror else {
        return Err(Failure::new("the home folder is unknown; name the mirror with --plugin-dir"));
    };
    let Some(program) = &surroundings.program else {
        return Err(Failure::new("the path of this executable is unknown; start it with its full path"));
    };
    let suffix = if cfg!(windows) { ".exe" } else { "" };
    let mut types = Vec::new();
    for host in HOSTS {
        let folder = mirror.join(host).join(namespace).join(name);
        let file = folder.join(version).join(platform()).join(format!("terraform-provider-{name}_v{version}{suffix}"));
        copy_atomically(program, &file)
            .map_err(|error| Failure::new(format!("{} cannot be written: {error}", file.display())))?;
        output.line(&format!("installed {}", file.display()));
        types.push(folder);
    }
    output.print(&format!(
        "\nterraform {{\n  required_providers {{\n    {name} = {{\n      source  = \"{address}\"\n      \
         version = \"{version}\"\n    }}\n  }}\n}}\n"
    ));
    if !is_own_name {
        output.line(&format!(
            "\nFrom now on `init` installs the simulation for configurations that name {address}. To use the real provider \
             again, delete"
        ));
        for folder in types {
            output.line(&format!("  {}", folder.display()));
        }
    }
    Ok(())
}

fn parse(address: &str) -> Result<(&str, &str), Failure> {
    let wrong = |why: &str| Failure::new(format!("--as {address}: {why}; give simcloud/simcloud or aliyun/alicloud"));
    let Some((namespace, name)) = address.split_once('/') else { return Err(wrong("it is not NAMESPACE/TYPE")) };
    let is_part = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
    };
    if !is_part(namespace) || !["simcloud", "alicloud"].contains(&name) {
        return Err(wrong("this provider cannot be served under that name"));
    }
    Ok((namespace, name))
}

/// Three numbers and an optional suffix; the version becomes the name of a folder, so it has no path separators.
fn check_version(version: &str) -> Result<(), Failure> {
    let (numbers, rest) = version.split_at(version.find(['-', '+']).unwrap_or(version.len()));
    let parts: Vec<&str> = numbers.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let is_rest = rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'));
    if parts.len() == 3 && parts.iter().all(is_number) && is_rest {
        return Ok(());
    }
    Err(Failure::new(format!("--version {version}: it is not a version such as 1.2.3")))
}

/// Copies under another name and then renames, so that no process finds an incomplete file and a running executable is
/// not overwritten.
fn copy_atomically(program: &Path, file: &Path) -> io::Result<()> {
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder)?;
    let new = folder.join(".new");
    fs::copy(program, &new)?;
    fs::rename(&new, file)
}
