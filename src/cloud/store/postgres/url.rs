//! Where a shared world is: connection strings and variables as libpq has them, and `?world=` beside them.
//!
//! Nothing here prints a password, nor a text that might hold one.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use crate::base::Seed;
use crate::base::collect::IntoOrdered;

/// What the environment says about PostgreSQL; the edge reads it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PostgresVariables {
    known: BTreeMap<&'static str, String>,
}

/// The variables of libpq that are heard, and those that name the user and where the password file is.
const VARIABLES: &[&str] = &[
    "PGHOST",
    "PGPORT",
    "PGUSER",
    "PGPASSWORD",
    "PGDATABASE",
    "PGSSLMODE",
    "PGSSLROOTCERT",
    "PGPASSFILE",
    "PGCONNECT_TIMEOUT",
    "HOME",
    "APPDATA",
    "USER",
    "LOGNAME",
    "USERNAME",
];

impl PostgresVariables {
    /// Asks for every variable that matters.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        Self { known: VARIABLES.iter().filter_map(|name| Some((*name, variable(name)?))).into_map() }
    }

    fn get(&self, name: &str) -> Option<String> {
        self.known.get(name).filter(|value| !value.is_empty()).cloned()
    }
}

impl fmt::Debug for PostgresVariables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresVariables").field("known", &self.known.keys()).finish()
    }
}

/// A world in a PostgreSQL database: how to get there, and which of its worlds.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl {
    pub(super) host: Host,
    pub(super) port: u16,
    pub(super) user: String,
    pub(super) database: String,
    pub(super) password: Option<String>,
    /// The connection string has the password; the environment need not.
    password_is_written: bool,
    /// Where to look for a password if none is given.
    pub(super) password_file: Option<PathBuf>,
    pub(super) tls: TlsMode,
    pub(super) roots: Roots,
    pub(super) connect_seconds: u64,
    pub(super) world: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Host {
    /// The folder of a Unix socket.
    Socket(PathBuf),
    Name(String),
}

/// `sslmode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TlsMode {
    Disable,
    /// TLS if the server has it; the server does not have to prove its identity.
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// The authorities whose certificates are trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Roots {
    /// Those in this file.
    File(PathBuf),
    /// Those in this file if there is one, else the system's.
    FileOrSystem(PathBuf),
    System,
}

/// Why a text does not say where a world is. Repeats nothing that may be secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PostgresUrlError(String);

type Result<T, E = PostgresUrlError> = std::result::Result<T, E>;

const DEFAULT_PORT: u16 = 5432;
const DEFAULT_WORLD: &str = "default";
/// With `simcloud_` in front it must fit into PostgreSQL's 63 bytes for a name.
const LONGEST_WORLD: usize = 54;
const CONNECT_SECONDS: u64 = 10;
/// Between the name of a world and the number of its fork.
const FORK: &str = "_fork_";
const MODES: [(&str, TlsMode); 5] = [
    ("disable", TlsMode::Disable),
    ("prefer", TlsMode::Prefer),
    ("require", TlsMode::Require),
    ("verify-ca", TlsMode::VerifyCa),
    ("verify-full", TlsMode::VerifyFull),
];
const PARAMETERS: &[&str] =
    &["connect_timeout", "dbname", "host", "passfile", "password", "port", "sslmode", "sslrootcert", "user", "world"];

impl PostgresUrl {
    /// Whether a text is a connection string. One that only resembles a connection string is
    /// [refused](resembles_connection_string) as a file's name.
    #[must_use]
    pub fn is_meant_by(text: &str) -> bool {
        ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme))
    }

    /// Reads `postgres://user:password@host:port/database?sslmode=…&world=…`; what it leaves out, the variables say.
    ///
    /// # Errors
    /// What is wrong with the text, or with a variable.
    pub fn parse(text: &str, variables: &PostgresVariables) -> Result<Self> {
        let mut given = parts(text)?;
        let password_is_written = given.get("password").is_some_and(|password| !password.is_empty());
        let mut setting = |name: &str, variable: &str| {
            given.remove(name).filter(|value| !value.is_empty()).or_else(|| variables.get(variable))
        };
        let host = host(setting("host", "PGHOST"))?;
        let port = match setting("port", "PGPORT") {
            None => DEFAULT_PORT,
            Some(port) => {
                port.parse().map_err(|_| PostgresUrlError("the port is not a number below 65536".to_owned()))?
            }
        };
        let user = setting("user", "PGUSER")
            .or_else(|| ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| variables.get(name)));
        let user = user.ok_or_else(|| {
            PostgresUrlError("no user is named; write postgres://USER@HOST/… or set PGUSER".to_owned())
        })?;
        let database = setting("dbname", "PGDATABASE").unwrap_or_else(|| user.clone());
        let tls = match setting("sslmode", "PGSSLMODE") {
            Some(mode) => tls_mode(&mode)?,
            None if host.is_local() => TlsMode::Prefer,
            None => TlsMode::VerifyFull,
        };
        let roots = match setting("sslrootcert", "PGSSLROOTCERT") {
            Some(file) if file == "system" => Roots::System,
            Some(file) => Roots::File(PathBuf::from(file)),
            None => home_file(variables, "root.crt").map_or(Roots::System, Roots::FileOrSystem),
        };
        let password = setting("password", "PGPASSWORD");
        let password_file = setting("passfile", "PGPASSFILE").map(PathBuf::from).or_else(|| password_file(variables));
        let connect_seconds = match setting("connect_timeout", "PGCONNECT_TIMEOUT") {
            None => CONNECT_SECONDS,
            Some(seconds) => seconds
                .parse()
                .map_err(|_| PostgresUrlError("connect_timeout is not a number of seconds".to_owned()))?,
        };
        let world = checked_world(setting("world", "").unwrap_or(DEFAULT_WORLD.to_owned()))?;
        // As in libpq, naming authorities asks for verification.
        let tls = if tls == TlsMode::Require && matches!(roots, Roots::File(_)) { TlsMode::VerifyCa } else { tls };
        Ok(Self {
            host,
            port,
            user,
            database,
            password,
            password_is_written,
            password_file,
            tls,
            roots,
            connect_seconds,
            world,
        })
    }

    /// A connection string from which [`Self::parse`] makes the same URL in the same environment. It has a password
    /// where it was made of a text with one.
    #[must_use]
    pub fn connection_string(&self) -> String {
        let host = match &self.host {
            Host::Socket(folder) => folder.display().to_string(),
            Host::Name(name) => name.clone(),
        };
        let mode = MODES.iter().find(|(_, mode)| *mode == self.tls).map(|(name, _)| (*name).to_owned());
        let roots = match &self.roots {
            Roots::File(file) => Some(file.display().to_string()),
            Roots::FileOrSystem(_) => None,
            Roots::System => Some("system".to_owned()),
        };
        let parameters = [
            ("host", Some(host)),
            ("port", Some(self.port.to_string())),
            ("user", Some(self.user.clone())),
            ("password", self.password.clone().filter(|_| self.password_is_written)),
            ("dbname", Some(self.database.clone())),
            ("passfile", self.password_file.as_ref().map(|file| file.display().to_string())),
            ("sslmode", mode),
            ("sslrootcert", roots),
            ("connect_timeout", Some(self.connect_seconds.to_string())),
            ("world", Some(self.world.clone())),
        ];
        let pairs = parameters.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", encoded(&value?))));
        format!("postgres:///?{}", pairs.collect::<Vec<_>>().join("&"))
    }

    /// The URL of one of the world's forks.
    pub(super) fn fork(&self, number: u32) -> Self {
        Self { world: format!("{}{number}", self.fork_prefix()), ..self.clone() }
    }

    /// Whether the world is named like a fork.
    #[must_use]
    pub fn is_fork(&self) -> bool {
        let number = self.world.rsplit_once(FORK).map(|(_, number)| number);
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// How the schemas of the world's forks begin.
    pub(super) fn fork_schema_prefix(&self) -> String {
        format!("simcloud_{}", self.fork_prefix())
    }

    /// A long name is cut, so that a number fits behind it.
    fn fork_prefix(&self) -> String {
        const KEPT: usize = LONGEST_WORLD - FORK.len() - "_01234567_4294967295".len();
        if self.world.len() <= KEPT {
            return format!("{}{FORK}", self.world);
        }
        let digest = Seed::new(0).derive(&["fork", &self.world]).number() >> 32;
        format!("{}_{digest:08x}{FORK}", &self.world[..KEPT])
    }

    /// How the schemas of worlds begin.
    pub(super) const SCHEMA_PREFIX: &str = "simcloud_";

    /// The URL of another world of the same database.
    pub(super) fn with_world(&self, world: &str) -> Self {
        Self { world: world.to_owned(), ..self.clone() }
    }

    /// The schema that holds the world.
    pub(super) fn schema(&self) -> String {
        format!("{}{}", Self::SCHEMA_PREFIX, self.world)
    }
}

/// Host, port, database and world, and nothing else.
impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, database, world, .. } = self;
        match host {
            Host::Name(name) if name.contains(':') => write!(f, "postgres://[{name}]:{port}/{database}?world={world}"),
            Host::Name(name) => write!(f, "postgres://{name}:{port}/{database}?world={world}"),
            Host::Socket(folder) => {
                write!(f, "postgres:///{database}?host={}&port={port}&world={world}", folder.display())
            }
        }
    }
}

/// Whether a text that is not a connection string resembles one so much that it may hold a password: it begins with a
/// scheme (`Postgres://`, `postgresql:/`, `jdbc:…`), holds one anywhere, sets a parameter of libpq
/// (`host=db password=…`), names credentials before a host (`user:password@host`), or begins or ends with a blank.
///
/// A drive letter (`C:\\worlds\\world.db`) is no scheme.
#[must_use]
pub fn resembles_connection_string(text: &str) -> bool {
    let lower = text.to_lowercase();
    let has_blank_edge = text.trim() != text;
    let scheme = lower.trim_start().split_once(':').map_or("", |(scheme, _)| scheme);
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-._".contains(c);
    let has_scheme = scheme.len() > 1 && scheme.chars().all(is_scheme) || lower.contains("://");
    let has_credentials = lower.split_once(':').is_some_and(|(_, rest)| rest.contains('@'));
    has_blank_edge || has_scheme || has_credentials || sets_parameter(&lower) || is_misspelt_scheme(&lower)
}

/// `postgres//user:…` and `postgresql @…`, but not a file or folder named `postgres.db` or `postgres/world.db`.
fn is_misspelt_scheme(lower: &str) -> bool {
    let rest = ["postgresql", "postgres"].iter().find_map(|scheme| lower.trim_start().strip_prefix(scheme));
    rest.is_some_and(|rest| ["//", ";", "\\\\", " "].iter().any(|mark| rest.starts_with(mark)))
}

/// Whether a text in lower case sets one of libpq's parameters as `name=value` or `name = value`, or its variable.
fn sets_parameter(lower: &str) -> bool {
    lower.match_indices('=').any(|(at, _)| {
        let before = lower[..at].trim_end();
        let start = before.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(0, |before| before + 1);
        let name = before[start..].strip_prefix("pg").unwrap_or(&before[start..]);
        PARAMETERS.contains(&name) || OTHER_PARAMETERS.contains(&name)
    })
}

/// Parameters of libpq and of other drivers that a connection string of this provider does not know.
const OTHER_PARAMETERS: &[&str] = &[
    "application_name",
    "data source",
    "database",
    "hostaddr",
    "options",
    "passwd",
    "pwd",
    "server",
    "service",
    "sslcert",
    "sslkey",
    "sslpassword",
    "username",
];

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PostgresUrl").field(&self.to_string()).finish()
    }
}

impl Host {
    /// Whether no other machine can listen in.
    fn is_local(&self) -> bool {
        match self {
            Self::Socket(_) => true,
            Self::Name(name) => {
                name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
            }
        }
    }

    /// How a password file names it.
    pub(super) fn in_password_file(&self) -> String {
        match self {
            Self::Socket(folder)
                if SOCKET_FOLDERS.iter().any(|known| folder.as_path() == std::path::Path::new(known)) =>
            {
                "localhost".to_owned()
            }
            Self::Socket(folder) => folder.display().to_string(),
            Self::Name(name) => name.clone(),
        }
    }
}

/// Where Debian's and PostgreSQL's own server put their sockets.
const SOCKET_FOLDERS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

fn host(given: Option<String>) -> Result<Host> {
    match given {
        Some(folder) if folder.starts_with('/') => Ok(Host::Socket(PathBuf::from(folder))),
        Some(name) if name.contains(',') => Err(PostgresUrlError("only one host can be named".to_owned())),
        Some(name) => Ok(Host::Name(name)),
        None if cfg!(unix) => Ok(Host::Socket(PathBuf::from(SOCKET_FOLDERS[0]))),
        None => Ok(Host::Name("localhost".to_owned())),
    }
}

fn tls_mode(name: &str) -> Result<TlsMode> {
    let known = MODES.iter().find(|(known, _)| *known == name).map(|(_, mode)| *mode);
    known.ok_or_else(|| {
        PostgresUrlError("the sslmode is not one of disable, prefer, require, verify-ca, verify-full".to_owned())
    })
}

fn checked_world(name: String) -> Result<String> {
    let first = |c: char| c.is_ascii_lowercase();
    let later = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.len() <= LONGEST_WORLD && name.starts_with(first) && name.chars().all(later) {
        return Ok(name);
    }
    Err(PostgresUrlError(format!(
        "the name of the world must be 1 to {LONGEST_WORLD} of a-z, 0-9 and _, and begin with a letter"
    )))
}

/// A file in libpq's own folder.
fn home_file(variables: &PostgresVariables, name: &str) -> Option<PathBuf> {
    if let Some(home) = variables.get("HOME") {
        return Some(PathBuf::from(home).join(".postgresql").join(name));
    }
    Some(PathBuf::from(variables.get("APPDATA")?).join("postgresql").join(name))
}

fn password_file(variables: &PostgresVariables) -> Option<PathBuf> {
    if let Some(home) = variables.get("HOME") {
        return Some(PathBuf::from(home).join(".pgpass"));
    }
    Some(PathBuf::from(variables.get("APPDATA")?).join("postgresql").join("pgpass.conf"))
}

/// The parts of a connection string under the names of its parameters, decoded.
fn parts(text: &str) -> Result<BTreeMap<String, String>> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    if database.contains('@') || query.contains('@') {
        return Err(PostgresUrlError("in a user, password or value, / is written %2F, ? %3F and @ %40".to_owned()));
    }
    let (credentials, address) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    let (host, port) = match address.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) => (host, port.strip_prefix(':').unwrap_or(port)),
        None => address.split_once(':').unwrap_or((address, "")),
    };
    if [address, database].iter().any(|part| part.contains(['=', ';', '&']) || part.contains(char::is_whitespace))
        || query.contains([';', ' '])
    {
        return Err(PostgresUrlError(
            "parameters begin with ? and are separated by &; in a name or value, a blank is written %20, = %3D, ; %3B \
             and & %26"
                .to_owned(),
        ));
    }
    let mut parts = BTreeMap::new();
    for (name, value) in [("user", user), ("password", password), ("host", host), ("port", port), ("dbname", database)]
    {
        if !value.is_empty() {
            parts.insert(name.to_owned(), decoded(value)?);
        }
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decoded(name)?;
        if !PARAMETERS.contains(&name.as_str()) {
            return Err(unknown_parameter(&name));
        }
        parts.insert(name, decoded(value)?);
    }
    Ok(parts)
}

/// Names the parameter only where it can be nothing but a name.
fn unknown_parameter(name: &str) -> PostgresUrlError {
    let harmless = name.len() <= 30 && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let named =
        if harmless { format!("the parameter `{name}` is not known") } else { "a parameter is not known".to_owned() };
    PostgresUrlError(format!("{named}; there are {}", PARAMETERS.join(", ")))
}

/// A value in which only letters, digits and `-_.` stand as they are.
fn encoded(value: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    value.bytes().map(encode).collect()
}

fn decoded(text: &str) -> Result<String> {
    let wrong = || PostgresUrlError("a % is not followed by two hex digits; write %25 for a % itself".to_owned());
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, tail @ ..] = rest else { return Err(wrong()) };
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        bytes.push(digit(*high).ok_or_else(wrong)? << 4 | digit(*low).ok_or_else(wrong)?);
        rest = tail;
    }
    String::from_utf8(bytes)
        .ok()
        .filter(|text| !text.contains('\0'))
        .ok_or_else(|| PostgresUrlError("what the % stand for is not UTF-8".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "s3cr3t";

    fn variables(given: &[(&'static str, &str)]) -> PostgresVariables {
        PostgresVariables { known: given.iter().map(|(name, value)| (*name, (*value).to_owned())).collect() }
    }

    fn parsed(text: &str, given: &[(&'static str, &str)]) -> PostgresUrl {
        PostgresUrl::parse(text, &variables(given)).unwrap()
    }

    #[test]
    fn a_place_reads_back_from_its_connection_string() {
        for (text, environment) in [
            ("postgres://an%40na:s3cr3t%3A%2F%3F@[::1]:6000/sim%20db?sslmode=require&world=team_a", &[][..]),
            ("postgres:///sim?host=/var/run/x&sslrootcert=system", &[("USER", "me"), ("HOME", "/home/me")]),
            ("postgres://db.example/sim?sslrootcert=/a.crt&passfile=/p", &[("PGUSER", "me"), ("PGPASSWORD", SECRET)]),
        ] {
            let place = parsed(text, environment);
            let written = place.connection_string();
            assert_eq!(parsed(&written, environment), place, "{written}");
            assert_eq!(written.contains(SECRET), text.contains(SECRET), "{written}");
        }
    }

    #[test]
    fn forks_of_any_world_have_names_of_their_own() {
        let place = |world: &str| parsed(&format!("postgres://me@h/d?world={world}"), &[]);
        assert_eq!(place("team").fork(3).world, "team_fork_3");
        assert!(place("team").fork(3).is_fork() && !place("team_fork_").is_fork() && !place("team").is_fork());
        let (one, other) = (place(&"a".repeat(LONGEST_WORLD)), place(&format!("{}b", "a".repeat(LONGEST_WORLD - 1))));
        assert_ne!(one.fork(1).world, other.fork(1).world);
        let longest = one.fork(u32::MAX);
        assert!(longest.is_fork() && longest.world.len() <= LONGEST_WORLD, "{}", longest.world);
    }

    #[test]
    fn a_text_says_everything() {
        let text =
            "postgresql://an%40na:s3cr3t%3A%2F%3F@[::1]:6000/sim%20db?sslmode=require&world=team_a&connect_timeout=3";
        let place = parsed(text, &[("PGHOST", "elsewhere"), ("PGPASSWORD", "other")]);
        assert_eq!(place.host, Host::Name("::1".to_owned()));
        assert_eq!((place.port, place.user.as_str(), place.database.as_str()), (6000, "an@na", "sim db"));
        assert_eq!(place.password.as_deref(), Some("s3cr3t:/?"));
        assert_eq!(
            (place.tls, place.connect_seconds, place.schema().as_str()),
            (TlsMode::Require, 3, "simcloud_team_a")
        );
        assert_eq!(place.to_string(), "postgres://[::1]:6000/sim db?world=team_a");
    }

    #[test]
    fn the_variables_say_the_rest() {
        let given = [
            ("PGHOST", "db.example.com"),
            ("PGPORT", "6001"),
            ("PGUSER", "ci"),
            ("PGPASSWORD", SECRET),
            ("PGDATABASE", "sim"),
            ("PGSSLROOTCERT", "/etc/team.crt"),
        ];
        let place = parsed("postgres://", &given);
        assert_eq!(place.to_string(), "postgres://db.example.com:6001/sim?world=default");
        assert_eq!((place.user.as_str(), place.password.as_deref()), ("ci", Some(SECRET)));
        assert_eq!((place.tls, place.roots), (TlsMode::VerifyFull, Roots::File("/etc/team.crt".into())));
    }

    #[test]
    fn a_remote_server_is_trusted_only_if_it_is_told() {
        let mode = |text: &str, variable: &str| parsed(text, &[("PGSSLMODE", variable)]).tls;
        assert_eq!(mode("postgres://u@db.example.com/d", ""), TlsMode::VerifyFull);
        assert_eq!(mode("postgres://u@10.0.0.7/d", ""), TlsMode::VerifyFull);
        assert_eq!(mode("postgres://u@localhost/d", ""), TlsMode::Prefer);
        assert_eq!(mode("postgres://u@127.0.0.2/d", ""), TlsMode::Prefer);
        assert_eq!(mode("postgres://u@/d?host=/run/db", ""), TlsMode::Prefer);
        assert_eq!(mode("postgres://u@db.example.com/d", "disable"), TlsMode::Disable);
        assert_eq!(mode("postgres://u@h/d?sslmode=verify-ca", "disable"), TlsMode::VerifyCa);
        assert_eq!(mode("postgres://u@h/d?sslmode=require&sslrootcert=/r", ""), TlsMode::VerifyCa);
    }

    #[test]
    fn a_user_is_also_the_database_and_a_socket_the_host() {
        let place = parsed("postgres:///?host=%2Frun%2Fdb", &[("USER", "anna"), ("HOME", "/home/anna")]);
        assert_eq!((&place.host, place.database.as_str()), (&Host::Socket("/run/db".into()), "anna"));
        assert_eq!(place.to_string(), "postgres:///anna?host=/run/db&port=5432&world=default");
        assert_eq!(place.password_file, Some("/home/anna/.pgpass".into()));
        assert_eq!(place.roots, Roots::FileOrSystem("/home/anna/.postgresql/root.crt".into()));
    }

    #[test]
    fn mistakes_are_told_without_what_was_written() {
        let mistake = |text: &str| PostgresUrl::parse(text, &variables(&[])).unwrap_err().to_string();
        for (text, said) in [
            ("postgres://u:s3cr3t@h/d?world=Team", "begin with a letter"),
            ("postgres://u:s3cr3t@h/d?world=1x", "begin with a letter"),
            ("postgres://u:s3cr3t@h/d?world=a;drop", "%3B"),
            ("postgres://u:s3cr3t@h:port/d", "the port"),
            ("postgres://u:s3cr3t%@h/d", "%25"),
            ("postgres://u:s3cr3t@h/d?sslmode=on", "verify-full"),
            ("postgres://u:s3cr3t@h/d?sslcert=s3cr3t", "`sslcert`"),
            ("postgres://u:x?s3cr3t&a@h/d", "%3F"),
            ("postgres://u:12/s3cr3t@h/d", "%2F"),
            ("postgres://u@h/d?S3CR3T=s3cr3t", "a parameter is not known"),
            ("postgres://u:s3cr3t@a,b/d", "only one host"),
            ("postgres://:s3cr3t@h/d", "no user"),
            ("postgres://u@h/d password=s3cr3t", "%20"),
            ("postgres://u@h/d;password=s3cr3t", "%3B"),
            ("postgres://u@h/d&password=s3cr3t", "%26"),
            ("postgres://u@h password=s3cr3t", "%20"),
            ("postgres://u@/d?host=/run/db password=s3cr3t", "%20"),
            ("postgres://u@/d?host=/run/db;password=s3cr3t", "%3B"),
            ("postgres:///u:s3cr3t@h/d", "%40"),
        ] {
            let told = mistake(text);
            assert!(told.contains(said) && !told.contains(SECRET), "{text}: {told}");
        }
    }

    /// Such texts were taken as the name of a file, which was made, and errors repeated them with the password.
    #[test]
    fn texts_that_resemble_a_connection_string_are_told_from_file_names() {
        for text in [
            "Postgres://u:s3cr3t@h/d",
            "POSTGRESQL://u:s3cr3t@h/d",
            "postgres:/u:s3cr3t@h/d",
            "postgresql:/h/d",
            "postgresql:h",
            "postgres//u:s3cr3t@h/d",
            "postgres;//u:s3cr3t@h/d",
            " postgres://u:s3cr3t@h/d",
            "\tpostgres://u@h/d",
            "'postgres://u:s3cr3t@h/d'",
            "postgresql+psycopg://u:s3cr3t@h/d",
            "jdbc:postgresql://h/d?password=s3cr3t",
            "postgre://u:s3cr3t@h/d",
            "host=db password=s3cr3t",
            "host = db user = u password = s3cr3t",
            "dbname=d",
            "PGPASSWORD=s3cr3t",
            "Server=db;Database=d;Pwd=s3cr3t",
            "u:s3cr3t@h/d",
            "world.db ",
        ] {
            assert!(resembles_connection_string(text) && !PostgresUrl::is_meant_by(text), "{text}");
        }
        for file in [
            "world.db",
            ".simcloud/world.db",
            "/var/lib/a b/world.db",
            "C:\\worlds\\world.db",
            "c:/worlds/world.db",
            "postgres/world.db",
            "postgresql.db",
            "me@example.com/world.db",
            "a=b.db",
            "./run-12:30.db",
        ] {
            assert!(!resembles_connection_string(file), "{file}");
        }
    }

    #[test]
    fn nothing_prints_a_password() {
        let given = variables(&[("PGPASSWORD", SECRET)]);
        let place = PostgresUrl::parse("postgres://u:s3cr3t@h/d", &given).unwrap();
        let location = crate::cloud::WorldLocation::Postgres(Box::new(place.clone()));
        for printed in [format!("{place} {place:?}"), format!("{given:?}"), format!("{location:?}")] {
            assert!(!printed.contains(SECRET), "{printed}");
        }
    }
}
