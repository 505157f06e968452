//! Finding a world in a schema, and making or migrating it.

use super::connection::Connection;
use super::url::PostgresUrl;
use super::{WORLD, text};
use crate::base::WorldId;
use crate::cloud::store::WorldError;
use crate::cloud::store::schema::{NEWEST_VERSION, check_version, identification, migrations_from};

/// "simc", the first key of the lock while a world is made or migrated.
const MIGRATION: i32 = 0x7369_6d63;

/// What the server has in the schema of the world, before it is made or migrated.
pub(super) struct ExistingSchema {
    /// The schema's own number, under which its locks are.
    pub(super) lock_space: i32,
    /// Drawn by the server.
    pub(super) session: String,
    /// 0 for nothing at all.
    version: i64,
    has_schema: bool,
}

impl ExistingSchema {
    /// Makes or migrates the world if need be.
    pub(super) fn of_newest_version(
        place: &PostgresUrl,
        random_number: fn() -> u64,
        connection: &Connection,
    ) -> Result<Self, WorldError> {
        let found = Self::look(place, connection)?;
        if found.is_newest() {
            return Ok(found);
        }
        migrate(place, random_number, connection)?;
        Self::look(place, connection)
    }

    pub(super) const fn is_a_world(&self) -> bool {
        self.version > 0
    }

    pub(super) const fn is_newest(&self) -> bool {
        self.version == NEWEST_VERSION
    }

    /// Looks, and changes nothing.
    pub(super) fn look(place: &PostgresUrl, connection: &Connection) -> Result<Self, WorldError> {
        let schema = place.schema();
        let row = connection.look(&format!(
            "SELECT n.oid::int8 - CASE WHEN n.oid::int8 > 2147483647 THEN 4294967296 ELSE 0 END,
                 (SELECT count(*) FROM pg_class c WHERE c.relnamespace = n.oid),
                 (SELECT count(*) FROM pg_class c WHERE c.relnamespace = n.oid AND relname = 'simcloud_format'),
                 gen_random_uuid(), current_setting('server_encoding')
             FROM (SELECT 1) one LEFT JOIN pg_namespace n ON n.nspname = '{schema}'"
        ))?;
        let encoding = text(row.as_ref(), 4).unwrap_or_default();
        if !["UTF8", "SQL_ASCII"].contains(&encoding) {
            let detail = format!(
                "the database has the encoding {encoding}, which lacks characters of names: create one with ENCODING 'UTF8' \
                 TEMPLATE template0"
            );
            return Err(WorldError::Refused { world: place.to_string(), detail });
        }
        let number = |column| text(row.as_ref(), column).and_then(|text| text.parse::<i64>().ok());
        let mut found = Self {
            lock_space: number(0).and_then(|space| i32::try_from(space).ok()).unwrap_or(0),
            session: text(row.as_ref(), 3).unwrap_or_default().to_owned(),
            version: 0,
            has_schema: number(0).is_some(),
        };
        if number(2) == Some(1) {
            found.version = version(place, connection)?;
        } else if number(1) != Some(0) {
            let found = "its schema holds tables of another program";
            return Err(WorldError::NotAWorld { world: place.to_string(), found });
        }
        check_version(&place.to_string(), found.version)?;
        Ok(found)
    }
}

fn version(place: &PostgresUrl, connection: &Connection) -> Result<i64, WorldError> {
    let row = connection
        .look(&format!("SELECT version FROM {}.simcloud_format WHERE application = 'simcloud'", place.schema()))?;
    let version = text(row.as_ref(), 0).and_then(|text| text.parse().ok());
    let found = "its schema is of another program";
    version.ok_or_else(|| WorldError::NotAWorld { world: place.to_string(), found })
}

/// Several processes may be here at once: the first migrates, the others find it done.
fn migrate(place: &PostgresUrl, random_number: fn() -> u64, connection: &Connection) -> Result<(), WorldError> {
    let schema = place.schema();
    connection.batch(&format!(
        "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({MIGRATION}, hashtext('{schema}'))"
    ))?;
    let migrated = ExistingSchema::look(place, connection).and_then(|found| {
        if found.is_newest() {
            return Ok(());
        }
        if found.version > 0 {
            connection.batch(&format!("SELECT pg_advisory_xact_lock({}, {WORLD})", found.lock_space))?;
        } else if !found.has_schema {
            connection.batch(&format!("CREATE SCHEMA {schema}"))?;
        }
        connection.batch(&format!("SET LOCAL search_path TO {schema}"))?;
        if found.version == 0 {
            connection.batch(POSTGRES_TABLES)?;
        }
        for statements in migrations_from(found.version) {
            connection.batch(&to_postgres_dialect(statements))?;
        }
        connection.batch(&identification(&WorldId::of_number(random_number())))?;
        if found.version == 0 {
            connection.batch(POSTGRES_STORAGE)?;
        }
        connection.batch(&format!("UPDATE simcloud_format SET version = {NEWEST_VERSION}"))
    });
    connection.batch(if migrated.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    migrated
}

/// What only this engine needs: the mark of a world, and which calls were made final.
const POSTGRES_TABLES: &str = "
CREATE TABLE simcloud_format (application TEXT NOT NULL, version BIGINT NOT NULL);
INSERT INTO simcloud_format VALUES ('simcloud', 0);
CREATE TABLE commits (
    session TEXT NOT NULL,
    number BIGINT NOT NULL,
    claimed BOOLEAN NOT NULL,
    at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (session, number)
);
";

/// Addresses in use lie scattered, so that the server would compress them without benefit, at every launch.
const POSTGRES_STORAGE: &str = "ALTER TABLE address_use ALTER COLUMN taken SET STORAGE EXTERNAL";

/// Texts are ordered by their bytes, whatever the database's own order is; tables keep no order of their own.
fn to_postgres_dialect(statements: &str) -> String {
    let code = statements.lines().map(|line| line.split("--").next().unwrap_or_default());
    code.collect::<Vec<_>>().join("\n").replace(" TEXT", " TEXT COLLATE \"C\"").replace("/* clustered */", "")
}
