//! A page in a headless Chromium: what it asks for, what it complains of, and what it looks like.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

/// A page on a server of this test, and the browser that loads it.
pub(crate) struct Browser {
    folder: PathBuf,
    address: String,
    requested: Arc<Mutex<Vec<String>>>,
}

/// What the browser did with the page.
#[derive(Debug)]
pub(crate) struct Visit {
    /// The paths that it asked the server for.
    pub(crate) requested: Vec<String>,
    /// Every address that the page asked for, on whatever host.
    pub(crate) fetched: Vec<String>,
    pub(crate) console: Vec<String>,
    /// The document after loading.
    pub(crate) document: String,
}

impl Browser {
    /// Serves this page; profile and logs lie in the folder.
    pub(crate) fn with_page(folder: &Path, page: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let requested = Arc::new(Mutex::new(Vec::new()));
        let (seen, page) = (Arc::clone(&requested), page.to_owned());
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (seen, page) = (Arc::clone(&seen), page.clone());
                std::thread::spawn(move || serve(&connection, &page, &seen));
            }
        });
        Self { folder: folder.to_owned(), address, requested }
    }

    /// Loads the page and lists what came of it.
    pub(crate) fn visit(&self) -> Visit {
        let log = self.folder.join("net-log.json");
        let options = ["--dump-dom".to_owned(), format!("--log-net-log={}", log.display())];
        let output = self.command(&options).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let stderr = String::from_utf8_lossy(&output.stderr);
        let console = stderr.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect();
        let requested = std::mem::take(&mut *self.requested.lock().unwrap());
        let document = String::from_utf8(output.stdout).unwrap();
        Visit { requested, fetched: self.fetched(&log), console, document }
    }

    /// A picture of the page at this width and height, in pixels.
    pub(crate) fn screenshot(&self, file: &Path, (width, height): (u32, u32), is_dark: bool) {
        let scheme = u8::from(!is_dark);
        let options = [
            format!("--screenshot={}", file.display()),
            format!("--window-size={width},{height}"),
            format!("--blink-settings=preferredColorScheme={scheme}"),
            "--hide-scrollbars".to_owned(),
        ];
        let output = self.command(&options).output().unwrap();
        assert!(output.status.success() && file.is_file(), "{output:?}");
    }

    fn command(&self, options: &[String]) -> Command {
        let mut command = Command::new("chromium");
        command
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--enable-logging=stderr",
                "--timeout=60000",
            ])
            .arg(format!("--user-data-dir={}", self.folder.join("profile").display()))
            .args(options)
            .arg(format!("http://{}/", self.address));
        command
    }

    /// The addresses of requests that the page itself began, from the browser's log of its network; those that the
    /// browser makes by itself have another initiator.
    fn fetched(&self, log: &Path) -> Vec<String> {
        let log: Value = serde_json::from_str(&std::fs::read_to_string(log).unwrap()).unwrap();
        let page = format!("http://{}", self.address);
        let of_page = |event: &&Value| event["params"]["initiator"].as_str() == Some(page.as_str());
        let events = log["events"].as_array().into_iter().flatten().filter(of_page);
        events.filter_map(|event| event["params"]["url"].as_str()).map(str::to_owned).collect()
    }
}

fn serve(mut connection: &TcpStream, page: &str, seen: &Mutex<Vec<String>>) {
    connection.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut lines = BufReader::new(connection).lines();
    let Some(Ok(first)) = lines.next() else { return };
    for line in lines {
        if !line.is_ok_and(|line| !line.is_empty()) {
            break;
        }
    }
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let body = if path == "/" { page } else { "" };
    seen.lock().unwrap().push(path);
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    let _ = connection.write_all(head.as_bytes()).and_then(|()| connection.write_all(body.as_bytes()));
}
