//! What the errors of a PostgreSQL connection mean, by their types and codes: texts are in the server's language.

use std::error::Error as _;
use std::io;

use tokio_postgres::error::DbError;

use super::connection::LOCK_SECONDS;
use super::url::PostgresUrl;
use crate::cloud::store::WorldError;

/// What an error of a connection means.
pub(super) fn failed(place: &PostgresUrl, error: &tokio_postgres::Error) -> WorldError {
    let world = place.to_string();
    let Some(told) = error.as_db_error() else {
        let detail = cause_of(error);
        let is_broken = error.is_closed() || io_error(error).is_some();
        return if is_broken { WorldError::Interrupted { world, detail } } else { WorldError::Other { world, detail } };
    };
    // Without the server's detail, which repeats values.
    let detail = format!("{} ({})", told.message(), told.code().code());
    // PgBouncer says this with the code of a broken protocol and nothing else; its texts are in English everywhere.
    if told.code().code() == "08P01" && told.message().contains("statement pooling") {
        let detail = "PgBouncer pools single statements there, and a world needs transactions: set pool_mode to \
                      transaction or session"
            .to_owned();
        return WorldError::Refused { world, detail };
    }
    match told.code().code() {
        // Serialization failures and deadlocks; the server shuts down, has crashed, starts; an idle transaction.
        "40001" | "40P01" | "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "08006" | "08003" | "08P01" => {
            WorldError::Interrupted { world, detail }
        }
        "55P03" => WorldError::Busy { world, seconds: LOCK_SECONDS },
        "53100" => WorldError::DiskFull { world },
        "53300" => {
            let limit = exhausted_limit(told);
            let detail = format!(
                "the server has no connection left: let others end, raise {limit}, or put PgBouncer before it ({detail})"
            );
            WorldError::Interrupted { world, detail }
        }
        // The message names what is denied, in any language: the schema, or a table in it.
        "42501" if told.message().contains(&place.schema()) => {
            let detail = format!("{detail}: the role needs USAGE on that schema, which its owner grants");
            WorldError::NotAllowed { world, detail }
        }
        // A schema that the role may not use is not on its search path, so that nothing could be made in it.
        "3F000" => {
            let detail = format!(
                "{detail}: the schema {} is there, and the role needs USAGE and CREATE on it, which its owner grants",
                place.schema()
            );
            WorldError::NotAllowed { world, detail }
        }
        "42501" => WorldError::NotAllowed { world, detail },
        "25006" => WorldError::NotAllowed { world, detail: "the server only reads; name the primary".to_owned() },
        // A page is damaged; a table or a column of the world is missing.
        "XX001" | "XX002" | "42P01" | "42703" => WorldError::Damaged { world, detail },
        _ => WorldError::Other { world, detail },
    }
}

/// Which limit of connections is reached. All have one code, and the message is in the server's language; the function of
/// the server that reports it is not.
fn exhausted_limit(told: &DbError) -> &'static str {
    match told.routine() {
        Some("InitializeSessionUserId") => "the CONNECTION LIMIT of the role",
        Some("CheckMyDatabase") => "the CONNECTION LIMIT of the database",
        _ => "max_connections",
    }
}

/// The text of an error's cause, or its own.
pub(super) fn cause_of(error: &tokio_postgres::Error) -> String {
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}

/// The error of the socket, if it is one.
pub(super) fn io_error(error: &tokio_postgres::Error) -> Option<&io::Error> {
    error.source()?.downcast_ref()
}

/// The server sent more than an answer may have; the same again would do no better.
pub(super) fn flooded(place: &PostgresUrl, bytes: usize) -> WorldError {
    let mebibytes = bytes >> 20;
    other(
        place.to_string(),
        format!("the server sent more than {mebibytes} MiB for one answer; see what answers there"),
    )
}

pub(super) fn interrupted(place: &str, detail: &str) -> WorldError {
    WorldError::Interrupted { world: place.to_owned(), detail: detail.to_owned() }
}

pub(super) fn other(world: String, detail: String) -> WorldError {
    WorldError::Other { world, detail }
}
