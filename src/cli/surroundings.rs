//! What commands need to know of the process's surroundings.

use std::path::PathBuf;

use crate::provider::Settings;

/// What commands need to know of the process's surroundings.
#[derive(Clone, Debug)]
pub struct Surroundings {
    pub settings: Settings,
    /// The executable that `install` copies.
    pub program: Option<PathBuf>,
    /// The system's folder for temporary files.
    pub temporary_directory: PathBuf,
    /// The mirror into which `install` copies it.
    pub plugin_directory: Option<PathBuf>,
    /// The folders in which a shell looks for commands.
    pub command_directories: Vec<PathBuf>,
}
