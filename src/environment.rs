//! The only reader of the process's environment; it is passed to everything else as arguments.

use std::path::PathBuf;

/// A variable's value; variables that are empty or not Unicode count as absent.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one file that reads the environment")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The system's folder for temporary files.
#[must_use]
pub fn temporary_directory() -> PathBuf {
    std::env::temp_dir()
}

/// The working directory of this process; `None` if it was removed.
#[must_use]
pub fn working_directory() -> Option<PathBuf> {
    std::env::current_dir().ok()
}

/// The file name by which this process was started, without a folder: for a link, the name of the link.
#[must_use]
pub fn program_name() -> String {
    let started_as = std::env::args_os().next().map(PathBuf::from).filter(|path| path.file_name().is_some());
    let path = started_as.or_else(program_path).unwrap_or_default();
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The path of this process's executable.
#[must_use]
pub fn program_path() -> Option<PathBuf> {
    std::env::current_exe().ok()
}

/// The folders in which a shell looks for commands.
#[must_use]
pub fn command_directories() -> Vec<PathBuf> {
    variable("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

/// The local mirror that both CLIs search by default.
#[must_use]
pub fn plugin_directory() -> Option<PathBuf> {
    let (base, folder) = if cfg!(windows) { ("APPDATA", "terraform.d") } else { ("HOME", ".terraform.d") };
    variable(base).map(|base| PathBuf::from(base).join(folder).join("plugins"))
}
