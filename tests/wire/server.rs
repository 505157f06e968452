//! A server that runs in a folder of its own, and ends with the value.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;

use crate::http::{self, Response};

pub(crate) struct Server {
    child: Child,
    folder: TempDir,
    /// Host and port.
    pub(crate) address: String,
    /// The file with the authorities that a client has to trust.
    pub(crate) authorities: String,
    is_ended: AtomicBool,
}

impl Server {
    /// Serves a new world with these options.
    pub(crate) fn start(options: &[&str]) -> Self {
        Self::start_with_scenario("{}", options)
    }

    pub(crate) fn start_with_scenario(scenario: &str, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("scenario.json"), scenario).unwrap();
        Self::serve(folder, options)
    }

    /// Ends, and serves the same world with other options.
    pub(crate) fn restart(mut self, options: &[&str]) -> Self {
        self.end();
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        Self::serve(folder, options)
    }

    fn serve(folder: TempDir, options: &[&str]) -> Self {
        let mut child = command(&folder)
            .args(["serve", "--world", "world.db", "--scenario", "scenario.json"])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut value_of = |name: &str| {
            let start = format!("export {name}=");
            lines.find_map(|line| line.unwrap().strip_prefix(&start).map(str::to_owned)).unwrap()
        };
        let address = value_of("ALIBABA_CLOUD_ENDPOINT_ECS");
        let authorities = value_of("SSL_CERT_FILE");
        Self { child, folder, address, authorities, is_ended: AtomicBool::new(false) }
    }

    /// Calls an action of ECS with parameters in the query.
    pub(crate) fn ecs(&self, action: &str, parameters: &[(&str, &str)]) -> Response {
        self.call("2014-05-26", action, parameters)
    }

    pub(crate) fn vpc(&self, action: &str, parameters: &[(&str, &str)]) -> Response {
        self.call("2016-04-28", action, parameters)
    }

    pub(crate) fn call(&self, version: &str, action: &str, parameters: &[(&str, &str)]) -> Response {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        let headers = [("x-acs-action", action), ("x-acs-version", version)];
        http::post(&self.address, &format!("/?{query}"), &headers, b"")
    }

    /// The executable in the server's folder, without the variables that could steer it.
    pub(crate) fn command(&self) -> Command {
        command(&self.folder)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Resident memory in KiB.
    #[cfg(target_os = "linux")]
    pub(crate) fn memory_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap().count()
    }

    /// Sends a signal, and returns the exit code; fails if the server goes on for two seconds, one of which is for a busy
    /// machine.
    pub(crate) fn end_soon(&mut self, signal: &str) -> Option<i32> {
        self.is_ended.store(true, Ordering::Relaxed);
        assert!(Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success());
        for _ in 0..200 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let _ = self.child.kill();
        panic!("the server goes on after {signal}");
    }

    /// Asks the server to end, and returns its exit code.
    pub(crate) fn end(&mut self) -> Option<i32> {
        self.is_ended.store(true, Ordering::Relaxed);
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !self.is_ended.load(Ordering::Relaxed) {
            self.end();
        }
    }
}

fn command(folder: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terraform-provider-simcloud"));
    command.current_dir(folder.path());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SIMCLOUD_") || name.starts_with("TF_")) {
        command.env_remove(name);
    }
    command
}
