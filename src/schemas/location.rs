//! Which schemas a process uses: those of the file that `SIMCLOUD_SCHEMA` names, or of the one beside the executable.

use std::collections::BTreeSet;
use std::io::{self, BufReader, Cursor};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::file::{FILE_NAME, SchemaFile};
use super::json::SchemaJsonError;
use crate::base::regular_file;
use crate::tf::{Schema, SchemaKind, SchemaSource};

/// Why the schemas cannot be used, as a sentence.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}. {advice}", path.display())]
pub struct SchemaFileError {
    path: PathBuf,
    problem: String,
    advice: String,
}

impl SchemaFileError {
    /// The error of a file of which a provider's schemas were wanted, with what to run instead.
    #[must_use]
    pub fn new(path: &Path, problem: &SchemaJsonError) -> Self {
        let advice = match problem {
            SchemaJsonError::Io(_) => "Name a file that can be read.".to_owned(),
            SchemaJsonError::NoSuchProvider { .. } | SchemaJsonError::Empty => format!(
                "Run `terraform init` and then `{COMMAND}` in a folder whose configuration requires that provider."
            ),
            SchemaJsonError::NotSchemas(_) | SchemaJsonError::FormatVersion(_) => {
                format!("Write it again with `{COMMAND}`, after `terraform init` has installed the real provider.")
            }
        };
        Self { path: path.to_owned(), problem: problem.to_string(), advice }
    }
}

const COMMAND: &str = "terraform providers schema -json > schema.json";

/// The schemas of a process, opened when a call needs them.
#[derive(Debug)]
pub struct LocatedSchemas {
    named: Option<PathBuf>,
    beside: Option<PathBuf>,
    provider_name: String,
    opened: OnceLock<Result<Option<SchemaFile>, String>>,
}

impl LocatedSchemas {
    /// `named` is a compact file or the JSON of a CLI, `program` the executable beside which a compact file may be.
    #[must_use]
    pub fn new(named: Option<PathBuf>, program: Option<&Path>, provider_name: &str) -> Self {
        let beside = program.and_then(Path::parent).map(|folder| folder.join(FILE_NAME));
        Self { named, beside, provider_name: provider_name.to_owned(), opened: OnceLock::new() }
    }

    fn opened(&self) -> Result<Option<&SchemaFile>, String> {
        self.opened.get_or_init(|| self.open()).as_ref().map(Option::as_ref).map_err(Clone::clone)
    }

    fn open(&self) -> Result<Option<SchemaFile>, String> {
        if let Some(named) = &self.named {
            let opened = self.open_named(named);
            return opened.map(Some).map_err(|problem| SchemaFileError::new(named, &problem).to_string());
        }
        let Some(beside) = &self.beside else { return Ok(None) };
        match regular_file::open(beside) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            opened => match opened.and_then(SchemaFile::of) {
                Ok(Some(file)) => Ok(Some(file)),
                Ok(None) => {
                    Err(format!("{} is of another release. Run `install` with --schema again.", beside.display()))
                }
                Err(error) => Err(format!("{} cannot be read: {error}", beside.display())),
            },
        }
    }

    /// A compact file, or JSON, which is brought into that form in memory.
    fn open_named(&self, path: &Path) -> Result<SchemaFile, SchemaJsonError> {
        if let Some(file) = SchemaFile::of(regular_file::open(path)?)? {
            return Ok(file);
        }
        let mut compact = Cursor::new(Vec::new());
        let json = || regular_file::open(path).map(BufReader::new);
        SchemaFile::write(json, (None, &self.provider_name), &|_, _| false, &mut compact)?;
        compact.set_position(0);
        let file = SchemaFile::of(compact)?;
        file.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData).into())
    }
}

impl SchemaSource for LocatedSchemas {
    fn names(&self, kind: SchemaKind) -> Result<BTreeSet<String>, String> {
        self.opened()?.map_or_else(|| Ok(BTreeSet::new()), |file| file.names(kind))
    }

    fn schema(&self, kind: SchemaKind, name: &str) -> Result<Option<Schema>, String> {
        self.opened()?.map_or(Ok(None), |file| file.schema(kind, name))
    }

    fn provider_schema(&self) -> Result<Option<Schema>, String> {
        self.opened()?.map_or(Ok(None), SchemaSource::provider_schema)
    }

    fn encoded(&self, wanted: &dyn Fn(SchemaKind, &str) -> bool) -> Result<Vec<u8>, String> {
        self.opened()?.map_or_else(|| Ok(Vec::new()), |file| file.encoded(wanted))
    }
}
