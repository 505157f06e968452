//! `install`: puts the executable into the local mirror that Terraform and `OpenTofu` look into by themselves.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::ArgMatches;

use super::Surroundings;
use super::output::{Failure, Output};
use super::version::{VERSION, platform};

/// Each CLI asks its own registry's part of the mirror.
const HOSTS: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// What another name is found under: above every release of the real provider, below its next major version.
const VERSION_OF_ANOTHER: &str = "1.999.0";

pub(super) fn run(matches: &ArgMatches, surroundings: &Surroundings, output: &mut Output) -> Result<(), Failure> {
    let address = matches.get_one::<String>("as").map(String::as_str).unwrap_or_default();
    let (namespace, name) = parse(address)?;
    let own = name == "simcloud";
    let version = matches.get_one::<String>("version").map(String::as_str);
    let version = version.unwrap_or(if own { VERSION } else { VERSION_OF_ANOTHER });
    check_version(version)?;
    let mirror = matches.get_one::<PathBuf>("plugin-dir").or(surroundings.plugin_directory.as_ref());
    let Some(mirror) = mirror else {
        return Err(Failure::new("your home folder is not known; name the mirror with --plugin-dir"));
    };
    let Some(program) = &surroundings.program else {
        return Err(Failure::new("this executable does not know where it is; start it with its whole path"));
    };
    let suffix = if cfg!(windows) { ".exe" } else { "" };
    let mut types = Vec::new();
    for host in HOSTS {
        let folder = mirror.join(host).join(namespace).join(name);
        let file = folder.join(version).join(platform()).join(format!("terraform-provider-{name}_v{version}{suffix}"));
        put(program, &file).map_err(|error| Failure::new(format!("{} cannot be written: {error}", file.display())))?;
        output.line(&format!("installed {}", file.display()));
        types.push(folder);
    }
    output.print(&format!(
        "\nterraform {{\n  required_providers {{\n    {name} = {{\n      source  = \"{address}\"\n      \
         version = \"{version}\"\n    }}\n  }}\n}}\n"
    ));
    if !own {
        output.line(&format!(
            "\nFrom now on `init` finds the simulation where a configuration names {address}. To have the real provider \
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
    let Some((namespace, name)) = address.split_once('/') else { return Err(wrong("this is not NAMESPACE/TYPE")) };
    let is_part = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
    };
    if !is_part(namespace) || !["simcloud", "alicloud"].contains(&name) {
        return Err(wrong("nothing is served under this name"));
    }
    Ok((namespace, name))
}

/// Three numbers, and what may follow them; it becomes the name of a folder.
fn check_version(version: &str) -> Result<(), Failure> {
    let (numbers, rest) = version.split_at(version.find(['-', '+']).unwrap_or(version.len()));
    let parts: Vec<&str> = numbers.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let is_rest = rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'));
    if parts.len() == 3 && parts.iter().all(is_number) && is_rest {
        return Ok(());
    }
    Err(Failure::new(format!("--version {version}: this is not a version such as 1.2.3")))
}

/// Copies under another name and then moves, so that nobody ever finds half a file, and a running one goes on.
fn put(program: &Path, file: &Path) -> io::Result<()> {
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder)?;
    let new = folder.join(".new");
    fs::copy(program, &new)?;
    fs::rename(&new, file)
}
