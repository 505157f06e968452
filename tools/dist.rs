//! Makes the release archive of an executable in the layout that both registries require, and verifies it.
//!
//! `dist EXECUTABLE FOLDER MAX_MIB` writes to the folder the archive for this platform, the manifest and their checksums.
//! On Linux it refuses an executable of more than `MAX_MIB` MiB. The program writes the archive itself because many
//! machines do not have `zip`.
#![expect(clippy::print_stdout, reason = "the tool prints the files that it made")]

use std::error::Error;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const NAME: &str = "terraform-provider-simcloud";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [executable, folder, max_mib] = arguments.as_slice() else {
        return Err("usage: dist EXECUTABLE FOLDER MAX_MIB".into());
    };
    let (executable, folder, max_mib) = (PathBuf::from(executable), PathBuf::from(folder), max_mib.parse::<u64>()?);
    let size = fs::metadata(&executable)?.len();
    if cfg!(target_os = "linux") && size > max_mib << 20 {
        return Err(format!("{} has {size} bytes, more than {max_mib} MiB", executable.display()).into());
    }
    fs::create_dir_all(&folder)?;
    let release = Release::of(&executable)?;
    let names = [release.archive(), release.manifest()];
    pack(&executable, &folder.join(release.archive()), &release.executable())?;
    fs::copy("terraform-registry-manifest.json", folder.join(release.manifest()))?;
    let sums: String =
        names.iter().map(|name| Ok(format!("{}  {name}\n", sum(&folder.join(name))?))).collect::<Result<_>>()?;
    fs::write(folder.join(release.sums()), sums)?;
    verify(&release, &folder)?;
    for name in names.into_iter().chain([release.sums()]) {
        println!("made and verified {}", folder.join(name).display());
    }
    Ok(())
}

/// The version and platform that the executable reports.
struct Release {
    version: String,
    platform: String,
    protocol_versions: Value,
}

impl Release {
    fn of(executable: &Path) -> Result<Self> {
        let output = Command::new(fs::canonicalize(executable)?).args(["version", "--json"]).output()?;
        if !output.status.success() {
            return Err(format!("{} version: {}", executable.display(), String::from_utf8_lossy(&output.stderr)).into());
        }
        let said: Value = serde_json::from_slice(&output.stdout)?;
        let text = |name: &str| said[name].as_str().map(str::to_owned).ok_or(format!("`version` names no {name}"));
        Ok(Self {
            version: text("version")?,
            platform: text("platform")?,
            protocol_versions: said["protocol_versions"].clone(),
        })
    }

    fn archive(&self) -> String {
        format!("{NAME}_{}_{}.zip", self.version, self.platform)
    }

    fn executable(&self) -> String {
        let suffix = if self.platform.starts_with("windows") { ".exe" } else { "" };
        format!("{NAME}_v{}{suffix}", self.version)
    }

    fn manifest(&self) -> String {
        format!("{NAME}_{}_manifest.json", self.version)
    }

    fn sums(&self) -> String {
        format!("{NAME}_{}_SHA256SUMS", self.version)
    }
}

/// Writes the archive. It contains no time, so the same executable gives the same bytes.
fn pack(executable: &Path, archive: &Path, name: &str) -> Result<()> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).unix_permissions(0o755);
    let mut zip = ZipWriter::new(File::create(archive)?);
    zip.start_file(name, options)?;
    zip.write_all(&fs::read(executable)?)?;
    zip.finish()?.sync_all()?;
    Ok(())
}

fn sum(file: &Path) -> Result<String> {
    let digits: Vec<String> = Sha256::digest(fs::read(file)?).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(digits.concat())
}

/// Verifies the folder as a registry and a CLI do.
fn verify(release: &Release, folder: &Path) -> Result<()> {
    if release.version != env!("CARGO_PKG_VERSION") {
        return Err(format!("the executable is {}, the package {}", release.version, env!("CARGO_PKG_VERSION")).into());
    }
    let sums = fs::read_to_string(folder.join(release.sums()))?;
    for name in [release.archive(), release.manifest()] {
        let line = format!("{}  {name}", sum(&folder.join(&name))?);
        if sums.lines().filter(|known| **known == line).count() != 1 {
            return Err(format!("{name} is not what its checksum says").into());
        }
    }
    let manifest: Value = serde_json::from_slice(&fs::read(folder.join(release.manifest()))?)?;
    if manifest["version"] != 1 || manifest["metadata"]["protocol_versions"] != release.protocol_versions {
        return Err(format!("the manifest says {manifest}, the executable {}", release.protocol_versions).into());
    }
    let unpacked = folder.join(".unpacked");
    let checked = unpack(&folder.join(release.archive()), &unpacked, &release.executable())
        .and_then(|executable| Release::of(&executable));
    fs::remove_dir_all(&unpacked)?;
    let again = checked?;
    if (&again.version, &again.platform) != (&release.version, &release.platform) {
        return Err("the archive holds another executable".into());
    }
    Ok(())
}

/// Unpacks the only file of the archive, which must have the given name and be executable.
fn unpack(archive: &Path, folder: &Path, name: &str) -> Result<PathBuf> {
    let mut archive = ZipArchive::new(File::open(archive)?)?;
    if archive.len() != 1 {
        return Err(format!("the archive holds {} files", archive.len()).into());
    }
    let mut entry = archive.by_index(0)?;
    if entry.name() != name || entry.unix_mode().is_none_or(|mode| mode & 0o777 != 0o755) {
        return Err(format!("the archive holds {} with mode {:?}", entry.name(), entry.unix_mode()).into());
    }
    fs::create_dir_all(folder)?;
    let path = folder.join(name);
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes)?;
    fs::write(&path, bytes)?;
    #[cfg(unix)]
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    Ok(path)
}
