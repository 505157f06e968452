//! The engines that keep worlds, for tests that hold on each of them.

use tempfile::TempDir;

use super::postgres_server::{self as server, Server};
use crate::cloud::{PostgresPlace, PostgresVariables, WorldLocation};

/// An engine with two new worlds.
pub(in crate::cloud) enum Engine {
    File(TempDir),
    Postgres(String, String),
}

impl Engine {
    pub(in crate::cloud) fn location(&self) -> WorldLocation {
        match self {
            Self::File(folder) => WorldLocation::File(folder.path().join("world.db")),
            Self::Postgres(text, _) => postgres(text),
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

/// A new world on the shared server.
pub(in crate::cloud) fn new_postgres_world() -> Option<(&'static Server, String)> {
    let server = server::shared()?;
    Some((server, server.url(&server::new_world())))
}

pub(in crate::cloud) fn place(text: &str) -> PostgresPlace {
    PostgresPlace::parse(text, &PostgresVariables::default()).unwrap()
}

pub(in crate::cloud) fn postgres(text: &str) -> WorldLocation {
    WorldLocation::Postgres(Box::new(place(text)))
}
