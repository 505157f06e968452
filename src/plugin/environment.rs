//! The environment variables of the plugin protocol.

use std::path::PathBuf;

use tracing::level_filters::LevelFilter;

/// The variable and value by which Terraform and `OpenTofu` mark a plugin process that they started. Every release uses
/// the same.
pub const MAGIC_COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// The settings that the CLI passes to a plugin process.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Whether Terraform or `OpenTofu` started this process.
    pub has_magic_cookie: bool,
    /// The PEM certificate of the only client to serve; `None` if the CLI was told to do without TLS.
    pub client_certificate: Option<String>,
    /// The directory in which the socket's private directory is created.
    pub socket_directory: PathBuf,
    /// Whether the client asks for multiplexing, so that the handshake must answer it.
    pub multiplexing_requested: bool,
    pub log_level: LevelFilter,
}

impl Environment {
    /// Reads the variables of the plugin protocol through a lookup function.
    #[must_use]
    pub fn read(variable: impl Fn(&str) -> Option<String>, temporary_directory: PathBuf) -> Self {
        Self {
            has_magic_cookie: variable(MAGIC_COOKIE.0).is_some_and(|value| value == MAGIC_COOKIE.1),
            client_certificate: variable("PLUGIN_CLIENT_CERT"),
            socket_directory: variable("PLUGIN_UNIX_SOCKET_DIR").map_or(temporary_directory, PathBuf::from),
            multiplexing_requested: variable("PLUGIN_MULTIPLEX_GRPC").is_some(),
            log_level: ["TF_LOG_PROVIDER_SIMCLOUD", "TF_LOG_PROVIDER", "TF_LOG"]
                .into_iter()
                .find_map(&variable)
                .map_or(LevelFilter::OFF, |level| log_level(&level)),
        }
    }
}

/// Parses a log level. As in the CLI, any other text (`JSON` for one) means `TRACE`.
fn log_level(text: &str) -> LevelFilter {
    match text.to_ascii_uppercase().as_str() {
        "OFF" => LevelFilter::OFF,
        "ERROR" => LevelFilter::ERROR,
        "WARN" => LevelFilter::WARN,
        "INFO" => LevelFilter::INFO,
        "DEBUG" => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        let lookup =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Environment::read(lookup, PathBuf::from("tmp"))
    }

    #[test]
    fn the_magic_cookie_must_have_the_right_value() {
        assert!(environment(&[MAGIC_COOKIE]).has_magic_cookie);
        assert!(!environment(&[(MAGIC_COOKIE.0, "another")]).has_magic_cookie);
        assert!(!environment(&[]).has_magic_cookie);
    }

    #[test]
    fn the_narrowest_log_variable_wins() {
        for (variables, expected) in [
            (vec![], LevelFilter::OFF),
            (vec![("TF_LOG", "warn")], LevelFilter::WARN),
            (vec![("TF_LOG", "JSON")], LevelFilter::TRACE),
            (vec![("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "ERROR")], LevelFilter::ERROR),
            (vec![("TF_LOG_PROVIDER_SIMCLOUD", "off"), ("TF_LOG_PROVIDER", "INFO")], LevelFilter::OFF),
        ] {
            assert_eq!(environment(&variables).log_level, expected, "{variables:?}");
        }
    }
}
