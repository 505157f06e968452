//! `setup-simcloud/install.sh`, which the action and the `Containerfile` run, with a release in a folder.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use sha2::{Digest, Sha256};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::sandbox::{Printed, Sandbox};

const SUMS: &str = "terraform-provider-simcloud_0.1.0_SHA256SUMS";

/// Writes what it is called with into a file, in place of an installation.
const EXECUTABLE: &str = "#!/bin/sh\necho \"$@\" >> \"$CALLS\"\n";

/// A folder with `releases`, whose archive is the one of this machine.
struct Release {
    sandbox: Sandbox,
    archive: String,
}

impl Release {
    fn new() -> Self {
        let machine = if cfg!(target_arch = "x86_64") { "amd64" } else { "arm64" };
        let system = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
        let archive = format!("terraform-provider-simcloud_0.1.0_{system}_{machine}.zip");
        let release = Self { sandbox: Sandbox::new(), archive };
        fs::create_dir_all(release.sandbox.path("releases/v0.1.0")).unwrap();
        let mut zip = ZipWriter::new(File::create(release.path(&release.archive)).unwrap());
        let options = SimpleFileOptions::default().unix_permissions(0o755);
        zip.start_file("terraform-provider-simcloud_v0.1.0", options).unwrap();
        zip.write_all(EXECUTABLE.as_bytes()).unwrap();
        zip.finish().unwrap();
        let sum = Sha256::digest(fs::read(release.path(&release.archive)).unwrap());
        let digits: Vec<String> = sum.iter().map(|byte| format!("{byte:02x}")).collect();
        let sum = digits.concat();
        fs::write(release.path(SUMS), format!("{sum}  {}\n{sum}  another.zip\n", release.archive)).unwrap();
        release
    }

    /// A file of the release.
    fn path(&self, name: &str) -> std::path::PathBuf {
        self.sandbox.path("releases/v0.1.0").join(name)
    }

    fn install(&self) -> Printed {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("setup-simcloud/install.sh");
        let mut command = self.sandbox.command_of("bash", &[script.to_str().unwrap()]);
        command.env("VERSION", "0.1.0").env("ADDRESS", "aliyun/alicloud").env("CALLS", self.sandbox.path("calls"));
        command.env("RELEASES", format!("file://{}", self.sandbox.path("releases").display()));
        command.env("FOLDER", self.sandbox.path("bin")).env("GITHUB_PATH", self.sandbox.path("github_path"));
        self.sandbox.finish(command)
    }

    /// What the executable was called with.
    fn calls(&self) -> String {
        fs::read_to_string(self.sandbox.path("calls")).unwrap_or_default()
    }
}

#[needs(bash, curl, unzip)]
#[test]
fn a_release_with_its_checksum_is_installed_and_downloaded_once() {
    let release = Release::new();
    let printed = release.install();
    assert_eq!((printed.code, printed.stdout), (0, format!("{}: OK\n", release.archive)), "{}", printed.stderr);
    assert_eq!(release.calls(), "install\ninstall --as aliyun/alicloud\n");
    let on_path = fs::read_to_string(release.sandbox.path("github_path")).unwrap();
    assert_eq!(on_path.trim_end(), release.sandbox.path("bin").display().to_string());
    let installed = fs::read_dir(release.sandbox.path("bin")).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(installed.collect::<Vec<_>>(), ["terraform-provider-simcloud"]);
    // The second time needs no release.
    fs::remove_dir_all(release.sandbox.path("releases")).unwrap();
    assert_eq!(release.install().code, 0);
}

#[needs(bash, curl, unzip)]
#[test]
fn an_archive_without_its_checksum_is_not_unpacked() {
    let release = Release::new();
    fs::write(release.path(SUMS), format!("{}  {}\n", "0".repeat(64), release.archive)).unwrap();
    let printed = release.install();
    assert_eq!(printed.code, 1, "{printed:?}");
    assert!(printed.stdout.ends_with(": FAILED\n"), "{printed:?}");
    fs::write(release.path(SUMS), format!("{}  another.zip\n", "0".repeat(64))).unwrap();
    let printed = release.install();
    let message = format!("{SUMS} has no checksum of {}\n", release.archive);
    assert_eq!((printed.code, printed.stderr), (1, message));
    assert_eq!(release.calls(), "");
    assert!(!release.sandbox.path("bin/terraform-provider-simcloud").exists());
}
