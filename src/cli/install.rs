//! `install`: copies the executable into the local mirror that Terraform and `OpenTofu` search by default, and beside it
//! the schemas of types that stand in.

use std::fs::{self, File};
use std::io::{self, BufReader, Cursor};
use std::path::{Path, PathBuf};

use clap::ArgMatches;

use super::arguments::PROGRAM;
use super::output::{Failure, Output};
use super::surroundings::Surroundings;
use super::version::{VERSION, platform};
use crate::provider::SimcloudProvider;
use crate::schemas::{FILE_NAME, SchemaFile, SchemaFileError, Written};
use crate::tf::{Provider, SchemaKind};

/// Each CLI searches the part of the mirror for its own registry.
const HOSTS: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// The version under another provider's name: above every release of that provider, below its next major version.
const VERSION_UNDER_ANOTHER_NAME: &str = "1.999.0";

/// Where it was installed, and what for.
struct Installation<'a> {
    namespace: &'a str,
    name: &'a str,
    versions: Vec<&'a str>,
    /// The folders of the provider's addresses, which hold its versions.
    folders: Vec<PathBuf>,
    /// The folder that `--plugin-dir` names, which a CLI searches only when it is told to.
    plugin_dir: Option<&'a Path>,
}

pub(super) fn run(matches: &ArgMatches, surroundings: &Surroundings, output: &mut Output) -> Result<(), Failure> {
    let address = matches.get_one::<String>("as").map(String::as_str).unwrap_or_default();
    let (namespace, name) = parse(address)?;
    let schema = matches.get_one::<PathBuf>("schema");
    if !SIMULATED.contains(&name) && schema.is_none() {
        return Err(Failure::new(format!(
            "--as {address}: nothing of this provider is simulated; give its schema with --schema, and all of its types \
             stand in"
        )));
    }
    let mirror = matches.get_one::<PathBuf>("plugin-dir").or(surroundings.plugin_directory.as_ref());
    let Some(mirror) = mirror else {
        return Err(Failure::new("the home folder is unknown; name the mirror with --plugin-dir"));
    };
    let Some(program) = &surroundings.program else {
        return Err(Failure::new("the path of this executable is unknown; start it with its full path"));
    };
    let default_version = if name == OWN_NAME { VERSION } else { VERSION_UNDER_ANOTHER_NAME };
    let given = matches.get_many::<String>("version").into_iter().flatten().map(String::as_str);
    let versions: Vec<&str> = if matches.contains_id("version") { given.collect() } else { vec![default_version] };
    versions.iter().try_for_each(|version| check_version(version))?;

    let compact = schema.map(|schema| compact_schemas(schema, namespace, name, surroundings)).transpose()?;
    let folders = folders(mirror, address, namespace, name);
    let suffix = if cfg!(windows) { ".exe" } else { "" };
    for (folder, version) in folders.iter().flat_map(|folder| versions.iter().map(move |version| (folder, version))) {
        let folder = folder.join(version).join(platform());
        let file = folder.join(format!("terraform-provider-{name}_v{version}{suffix}"));
        install_schemas(compact.as_ref().map(|(bytes, _)| bytes.as_slice()), &folder.join(FILE_NAME))?;
        copy_atomically(program, &file).map_err(|error| cannot_write(&file, &error))?;
        output.line(&format!("installed {}", file.display()));
    }
    if let Some((_, written)) = &compact {
        output.line(&format!(
            "\nStand-ins: {} resources and {} data sources of {}.",
            written.resources, written.data_sources, written.address
        ));
    }
    let plugin_dir = matches.get_one::<PathBuf>("plugin-dir").map(PathBuf::as_path);
    print_use(&Installation { namespace, name, versions, folders, plugin_dir }, output);
    print_command_hint(program, &surroundings.command_directories, output);
    Ok(())
}

/// The provider's own name, and the names under which something is simulated.
const OWN_NAME: &str = "simcloud";
const SIMULATED: [&str; 2] = [OWN_NAME, "alicloud"];

/// The real provider, and the namespace that a configuration without a source means: nearly all of its own examples.
const ALICLOUD: &str = "aliyun/alicloud";
const NAMESPACE_WITHOUT_SOURCE: &str = "hashicorp";

/// The folders of all addresses that the installation is for.
fn folders(mirror: &Path, address: &str, namespace: &str, name: &str) -> Vec<PathBuf> {
    let mut namespaces = vec![namespace];
    if address == ALICLOUD {
        namespaces.push(NAMESPACE_WITHOUT_SOURCE);
    }
    let places = HOSTS.iter().flat_map(|host| namespaces.iter().map(move |namespace| (host, namespace)));
    places.map(|(host, namespace)| mirror.join(host).join(namespace).join(name)).collect()
}

/// Says what the configuration needs, which configurations the installation catches, and how to undo it.
fn print_use(installation: &Installation<'_>, output: &mut Output) {
    let Installation { namespace, name, versions, folders, plugin_dir } = installation;
    let version = versions.first().copied().unwrap_or_default();
    output.print(&format!(
        "\nterraform {{\n  required_providers {{\n    {name} = {{\n      source  = \"{namespace}/{name}\"\n      \
         version = \"{version}\"\n    }}\n  }}\n}}\n"
    ));
    if *name == OWN_NAME {
        return;
    }
    let address = format!("{namespace}/{name}");
    let without_source = format!("{NAMESPACE_WITHOUT_SOURCE}/{name}");
    let which = if address == ALICLOUD {
        format!("name {address}, {without_source} or no source at all")
    } else if address == without_source {
        format!("name {address} or no source at all")
    } else {
        format!("name {address}")
    };
    let when = match plugin_dir {
        Some(folder) => format!("Where {} is the mirror,", folder.display()),
        None => "From now on".to_owned(),
    };
    output.line(&format!(
        "\n{when} `init` installs the simulation for configurations that {which}. One that allows only other versions \
         needs `--version` with one of those; a lock file has the checksums of the real provider, so leave it out of the \
         folder that you rehearse in. To use the real provider again, delete"
    ));
    for folder in folders {
        output.line(&format!("  {}", folder.display()));
    }
}

/// Ends of folders into which people put commands of their own.
const FOR_PEOPLE: [&str; 2] = [".local/bin", "local/bin"];

/// Says how to call the commands by name, unless a shell finds them already.
fn print_command_hint(program: &Path, directories: &[PathBuf], output: &mut Output) {
    let command = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
    if directories.iter().any(|directory| directory.join(&command).is_file()) {
        return;
    }
    let what = if cfg!(windows) { "copy" } else { "ln -s" };
    let usable = || directories.iter().filter(|directory| directory.is_absolute() && directory.is_dir());
    let for_people = |directory: &&PathBuf| FOR_PEOPLE.iter().any(|end| directory.ends_with(end));
    let target = usable().find(for_people).or_else(|| usable().next());
    let target = target.map_or_else(|| PathBuf::from(&command), |directory| directory.join(&command));
    output.line(&format!(
        "\nTo call its commands as {PROGRAM}, such as `{PROGRAM} world show`, put it into a folder of PATH under that \
         name:\n  {what} \"{}\" \"{}\"",
        program.display(),
        target.display()
    ));
}

/// The schemas for stand-ins in compact form, without the types that the provider offers itself.
fn compact_schemas(
    path: &Path,
    namespace: &str,
    name: &str,
    surroundings: &Surroundings,
) -> Result<(Vec<u8>, Written), Failure> {
    let provider = SimcloudProvider::new(name, surroundings.settings.clone());
    let (resources, data_sources) = (provider.resources(), provider.data_sources());
    let is_offered = |kind, name: &str| match kind {
        SchemaKind::Resource => resources.contains_key(name),
        SchemaKind::DataSource => data_sources.contains_key(name),
    };
    let mut bytes = Cursor::new(Vec::new());
    let json = || File::open(path).map(BufReader::new);
    let written = SchemaFile::write(json, (Some(namespace), name), &is_offered, &mut bytes);
    let written = written.map_err(|problem| Failure::new(SchemaFileError::new(path, &problem).to_string()))?;
    Ok((bytes.into_inner(), written))
}

/// Writes the schemas, or removes those of an earlier installation.
fn install_schemas(bytes: Option<&[u8]>, file: &Path) -> Result<(), Failure> {
    let done = match bytes {
        Some(bytes) => write_atomically(file, |new| fs::write(new, bytes)),
        None => match fs::remove_file(file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound || error.kind() == io::ErrorKind::NotADirectory => {
                Ok(())
            }
            removed => removed,
        },
    };
    done.map_err(|error| cannot_write(file, &error))
}

fn cannot_write(file: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("{} cannot be written: {error}", file.display()))
}

fn parse(address: &str) -> Result<(&str, &str), Failure> {
    let wrong = |why: &str| Failure::new(format!("--as {address}: {why}; give an address such as aliyun/alicloud"));
    let Some((namespace, name)) = address.split_once('/') else { return Err(wrong("it is not NAMESPACE/TYPE")) };
    let is_part = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
    };
    if !is_part(namespace) || !is_part(name) || name.contains('_') {
        return Err(wrong("no provider can have this address"));
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

/// Copies so that no process finds an incomplete file and a running executable is not overwritten.
fn copy_atomically(program: &Path, file: &Path) -> io::Result<()> {
    write_atomically(file, |new| fs::copy(program, new).map(drop))
}

/// Writes under another name and then renames.
fn write_atomically(file: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder)?;
    let new = folder.join(".new");
    write(&new)?;
    fs::rename(&new, file)
}
