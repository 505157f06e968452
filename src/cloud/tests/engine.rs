//! The engines that keep worlds, for tests that hold on each of them.

use std::fmt::Write as _;
use std::path::PathBuf;

use tempfile::TempDir;

use super::postgres_server::{self as server, Server};
use crate::cloud::store::schema::TABLES;
use crate::cloud::store::{self, Access};
use crate::cloud::{PostgresUrl, PostgresVariables, WorldLocation};

/// An engine with two new worlds.
pub(in crate::cloud) enum Engine {
    File(TempDir),
    /// Two connection strings.
    Postgres(String, String),
}

impl Engine {
    pub(in crate::cloud) fn location(&self) -> WorldLocation {
        match self {
            Self::File(folder) => WorldLocation::File(folder.path().join("world.db")),
            Self::Postgres(text, _) => postgres(text),
        }
    }

    /// As a configuration's `world` has it.
    pub(in crate::cloud) fn text(&self) -> String {
        match self {
            Self::File(folder) => folder.path().join("world.db").display().to_string(),
            Self::Postgres(text, _) => text.clone(),
        }
    }

    pub(in crate::cloud) fn another_location(&self) -> WorldLocation {
        match self {
            Self::File(folder) => WorldLocation::File(folder.path().join("another.db")),
            Self::Postgres(_, text) => postgres(text),
        }
    }
}

/// Runs a test on every engine; on PostgreSQL if this machine has it.
pub(in crate::cloud) fn for_each_engine(test: impl Fn(&Engine)) {
    test(&Engine::File(tempfile::tempdir().unwrap()));
    if let Some(server) = server::shared() {
        let world = || server.url(&server::new_world());
        test(&Engine::Postgres(world(), world()));
    }
}

/// A new world for a test of a rule, which has to hold on every engine: on the one that is asked for.
pub(in crate::cloud) fn of_rules() -> WorldLocation {
    if crate::environment::variable("SIMCLOUD_TEST_ENGINE").as_deref() == Some("postgres") {
        return postgres(&new_postgres_world().unwrap().1);
    }
    WorldLocation::Memory
}

/// Everything that is in a world.
pub(in crate::cloud) fn contents(location: &WorldLocation) -> String {
    let store = store::open(location, || 1).unwrap();
    let mut tx = store.begin(Access::Read).unwrap();
    let mut text = String::new();
    for table in TABLES {
        let key = table.columns[..table.key].join(", ");
        let (table, columns) = (table.name, table.columns.join(", "));
        for row in tx.query(&format!("SELECT {columns} FROM {table} ORDER BY {key}"), &[]).unwrap() {
            writeln!(text, "{table} {row:?}").unwrap();
        }
    }
    text
}

/// What a configuration's `world` says.
pub(in crate::cloud) fn location(text: &str) -> WorldLocation {
    if PostgresUrl::is_meant_by(text) { postgres(text) } else { WorldLocation::File(PathBuf::from(text)) }
}

/// A new world on the shared server.
pub(in crate::cloud) fn new_postgres_world() -> Option<(&'static Server, String)> {
    let server = server::shared()?;
    Some((server, server.url(&server::new_world())))
}

pub(in crate::cloud) fn place(text: &str) -> PostgresUrl {
    PostgresUrl::parse(text, &PostgresVariables::default()).unwrap()
}

pub(in crate::cloud) fn postgres(text: &str) -> WorldLocation {
    WorldLocation::Postgres(Box::new(place(text)))
}
