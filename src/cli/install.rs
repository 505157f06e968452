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

/// The real provider, and the address that a configuration without a source means: nearly all of its own examples.
const ALICLOUD: &str = "aliyun/alicloud";
const ALICLOUD_WITHOUT_SOURCE: &str = "hashicorp/alicloud";

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
    let mut addresses = vec![(namespace, name)];
    if address == ALICLOUD {
        addresses.push(parse(ALICLOUD_WITHOUT_SOURCE)?);
    }
    let mut types = Vec::new();
    for (host, (namespace, name)) in HOSTS.iter().flat_map(|host| addresses.iter().map(move |address| (host, address)))
    {
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
        let which = if address == ALICLOUD {
            format!("name {ALICLOUD}, {ALICLOUD_WITHOUT_SOURCE} or no source at all")
        } else {
            format!("name {address}")
        };
        output.line(&format!(
            "\nFrom now on `init` installs the simulation for configurations that {which}. To use the real provider again, \
             delete"
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

/// A version of which both CLIs read a mirror: three numbers of up to nine digits without leading zeros, and an optional
/// pre-release such as `-rc.1`. With other texts in the mirror every `init` fails, or every command; build metadata
/// (`+5`) is dropped by one of them and asked for by the other.
fn check_version(version: &str) -> Result<(), Failure> {
    let (numbers, pre_release) = match version.split_once('-') {
        Some((numbers, pre_release)) => (numbers, Some(pre_release)),
        None => (version, None),
    };
    let is_number = |part: &str| {
        (1..=9).contains(&part.len())
            && part.chars().all(|c| c.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
    };
    let is_identifier = |part: &str| {
        let is_word = !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        is_word && (!part.chars().all(|c| c.is_ascii_digit()) || is_number(part))
    };
    let has_pre_release =
        pre_release.is_none_or(|text| text.len() <= MAX_PRE_RELEASE && text.split('.').all(is_identifier));
    if numbers.split('.').count() == 3 && numbers.split('.').all(is_number) && has_pre_release {
        return Ok(());
    }
    Err(Failure::new(format!("--version {version}: it is not a version such as 1.2.3 or 1.2.3-rc.1")))
}

/// The version is part of a file's name.
const MAX_PRE_RELEASE: usize = 50;

/// Copies under another name and then renames, so that no process finds an incomplete file and a running executable is
/// not overwritten.
fn copy_atomically(program: &Path, file: &Path) -> io::Result<()> {
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder)?;
    let new = folder.join(".new");
    fs::copy(program, &new)?;
    fs::rename(&new, file)
}
