//! A PostgreSQL server for tests and benchmarks: made from the `initdb` and `postgres` of this machine, in a temporary
//! folder, on a Unix socket, gone with the process that started it.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "shared by several programs"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The name of the role and of its database.
pub const ROLE: &str = "sim";

/// A server with an empty database `sim` that the role `sim` owns.
#[derive(Debug)]
pub struct Server {
    programs: Programs,
    folder: PathBuf,
    port: u16,
    /// Ends the server and removes the folder when the other end of its input closes.
    keeper: Child,
}

#[derive(Clone, Debug)]
struct Programs {
    folder: PathBuf,
    /// Words in front of every command: the server refuses to run as root.
    as_user: Vec<String>,
    user: Option<String>,
}

/// The server that all tests of one program share; `None`, and said so, where there is no PostgreSQL.
pub fn shared() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(|| Server::start(&["fsync=off", "max_connections=200"])).as_ref()
}

/// What a test with `#[needs(postgres)]` uses.
pub fn needed<T>(found: Option<T>) -> T {
    found.expect("the program was there when this test was compiled; without it, compile the test again")
}

/// A name that no other test of this program has.
pub fn new_world() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("w{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

impl Server {
    /// Starts a server with these settings beside its own.
    pub fn start(settings: &[&str]) -> Option<Self> {
        Self::start_with(settings, &[], 5432)
    }

    /// With these files among its data, and known to listen on this port.
    pub fn start_with(settings: &[&str], files: &[(&str, &str)], port: u16) -> Option<Self> {
        let Some(programs) = Programs::find() else {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "there is no PostgreSQL on this machine: install its server (Debian: postgresql)"
            );
            println!("skipped: there is no initdb and postgres on PATH or in /usr/lib/postgresql");
            return None;
        };
        let folder = programs.make_folder();
        let data = folder.join("data");
        let initdb = |more: &[&str]| {
            let mut command = programs.command("initdb");
            command.args(["--no-sync", "--auth=trust", "--encoding=UTF8", "--username", ROLE, "--pgdata"]);
            command.arg(&data).args(more).stdout(Stdio::null()).stderr(Stdio::null());
            command.status().expect("initdb runs").success()
        };
        // An order of letters that differs from the order of bytes, where the server can have one.
        let with_order = initdb(&["--locale=C", "--locale-provider=icu", "--icu-locale=en"]);
        assert!(with_order || initdb(&["--locale=C"]), "initdb cannot make a database in {}", data.display());
        let mut text = format!("listen_addresses = ''\nunix_socket_directories = '{}'\n", folder.display());
        for setting in settings {
            text.push_str(setting);
            text.push('\n');
        }
        let mut file =
            std::fs::OpenOptions::new().append(true).open(data.join("postgresql.conf")).expect("the configuration");
        file.write_all(text.as_bytes()).expect("the configuration");
        // The role `locked` has to say a password.
        let rules = data.join("pg_hba.conf");
        let known = std::fs::read_to_string(&rules).expect("the rules of access");
        std::fs::write(&rules, format!("local all locked scram-sha-256\n{known}")).expect("the rules of access");
        for (name, text) in files {
            programs.write(&data.join(name), text);
        }
        let keeper = programs.keeper(&folder);
        let server = Self { programs, folder, port, keeper };
        server.start_again();
        let made = server.psql("postgres", &format!("CREATE DATABASE {ROLE}"));
        assert!(made, "the database cannot be made");
        Some(server)
    }

    /// Where its socket is.
    pub fn socket(&self) -> &Path {
        &self.folder
    }

    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// A connection string for a world of this name.
    pub fn url(&self, world: &str) -> String {
        format!("postgres://{ROLE}@/{ROLE}?host={}&world={world}", self.folder.display())
    }

    /// Runs SQL as the owner; whether it succeeded.
    pub fn psql(&self, database: &str, sql: &str) -> bool {
        let mut command = self.programs.command("psql");
        command.args(["-qX", "-v", "ON_ERROR_STOP=1", "-h"]).arg(&self.folder).args([
            "-p",
            &self.port.to_string(),
            "-U",
            ROLE,
            "-d",
            database,
            "-c",
            sql,
        ]);
        command.stdout(Stdio::null()).status().expect("psql runs").success()
    }

    /// What a query answers, one row per line.
    pub fn ask(&self, sql: &str) -> String {
        let mut command = self.programs.command("psql");
        command.args(["-qXAt", "-h"]).arg(&self.folder).args([
            "-p",
            &self.port.to_string(),
            "-U",
            ROLE,
            "-d",
            ROLE,
            "-c",
            sql,
        ]);
        let output = command.output().expect("psql runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Stops it as a crash would.
    pub fn stop_immediately(&self) {
        self.control(&["-m", "immediate", "stop"]);
    }

    pub fn start_again(&self) {
        let log = self.folder.join("log");
        self.control(&["-l", &log.display().to_string(), "-t", "60", "start"]);
    }

    fn control(&self, arguments: &[&str]) {
        let mut command = self.programs.command("pg_ctl");
        command.arg("-D").arg(self.data()).args(["-s", "-w"]).args(arguments);
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().expect("pg_ctl runs");
        let log = || std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        assert!(status.success(), "pg_ctl {arguments:?} fails:\n{}", log());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

impl Programs {
    fn find() -> Option<Self> {
        let on_path = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
        let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let mut folders: Vec<PathBuf> = installed.map(|entry| entry.path().join("bin")).collect();
        folders.sort();
        folders.reverse();
        folders.extend(on_path.into_iter().flatten());
        let has_all =
            |folder: &PathBuf| ["initdb", "postgres", "pg_ctl", "psql"].iter().all(|name| folder.join(name).is_file());
        let folder = folders.into_iter().find(has_all)?;
        if id(&["-u"]).as_deref() != Some("0") {
            return Some(Self { folder, as_user: Vec::new(), user: None });
        }
        let user = ["postgres", "nobody"].into_iter().find(|user| id(&["-u", user]).is_some())?;
        let (uid, gid) = (id(&["-u", user])?, id(&["-g", user])?);
        let words =
            ["setpriv".to_owned(), format!("--reuid={uid}"), format!("--regid={gid}"), "--clear-groups".to_owned()];
        Some(Self { folder, as_user: words.to_vec(), user: Some(user.to_owned()) })
    }

    fn command(&self, name: &str) -> Command {
        let program = self.folder.join(name);
        let mut command = match self.as_user.split_first() {
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.current_dir("/").env_remove("PGOPTIONS");
        command
    }

    /// Short, because the path of a socket has at most 107 bytes.
    fn make_folder(&self) -> PathBuf {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("simcloud-pg-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder for the server");
        if let Some(user) = &self.user {
            let status = Command::new("chown").arg(user).arg(&folder).status().expect("chown runs");
            assert!(status.success(), "chown {user} {}", folder.display());
        }
        folder
    }

    /// A file of the server's that no other user may read.
    fn write(&self, path: &Path, text: &str) {
        std::fs::write(path, text).expect("a file of the server");
        let run = |program: &str, argument: &str| {
            assert!(Command::new(program).arg(argument).arg(path).status().expect("it runs").success());
        };
        run("chmod", "0600");
        if let Some(user) = &self.user {
            run("chown", user);
        }
    }

    /// Outlives this process by a moment, however it ends, and puts things away.
    fn keeper(&self, folder: &Path) -> Child {
        let script = "cat >/dev/null; \"$@\" -D \"$0/data\" -m immediate -s stop 2>/dev/null; rm -rf \"$0\"";
        let mut command = Command::new("sh");
        command.args(["-c", script]).arg(folder).args(&self.as_user).arg(self.folder.join("pg_ctl"));
        command.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::null());
        command.spawn().expect("sh runs")
    }
}

fn id(arguments: &[&str]) -> Option<String> {
    let output = Command::new("id").args(arguments).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// PgBouncer in front of a server, on a Unix socket; it ends with this value.
#[derive(Debug)]
pub struct Bouncer {
    folder: PathBuf,
    process: Child,
}

impl Bouncer {
    /// Starts it with a pool of few connections; `None`, and said so, where it is not installed.
    pub fn start(server: &Server, pool_mode: &str, pool_size: u32) -> Option<Self> {
        let folders = ["/usr/sbin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].map(PathBuf::from);
        let Some(program) = folders.iter().map(|folder| folder.join("pgbouncer")).find(|program| program.is_file())
        else {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "there is no PgBouncer on this machine: install it (Debian: pgbouncer)"
            );
            println!("skipped: there is no pgbouncer");
            return None;
        };
        let folder = server.programs.make_folder();
        let configuration = folder.join("pgbouncer.ini");
        let text = format!(
            "[databases]\n{ROLE} = host={} port={} dbname={ROLE} user={ROLE}\n[pgbouncer]\nlisten_port = 6432\n\
             listen_addr =\nunix_socket_dir = {}\nauth_type = any\npool_mode = {pool_mode}\n\
             default_pool_size = {pool_size}\nmax_client_conn = 200\n",
            server.folder.display(),
            server.port,
            folder.display()
        );
        server.programs.write(&configuration, &text);
        let mut command = match server.programs.as_user.split_first() {
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(program);
                command
            }
            None => Command::new(program),
        };
        let log = std::fs::File::create(folder.join("log")).expect("a log");
        command.arg("-q").arg(&configuration).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let process = command.spawn().expect("pgbouncer runs");
        let socket = folder.join(".s.PGSQL.6432");
        let bouncer = Self { folder, process };
        eventually("PgBouncer's socket", || socket.exists());
        Some(bouncer)
    }

    /// A connection string for a world of this name.
    pub fn url(&self, world: &str) -> String {
        format!("postgres://{ROLE}@/{ROLE}?host={}&port=6432&world={world}", self.folder.display())
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Waits until something is so.
pub fn eventually(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..1_000 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("{what} does not happen");
}
