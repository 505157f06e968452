//! Replies of Amazon's services to a client without a library, held against botocore's model by a process of Python's.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex};

use serde_json::json;

use crate::aws::{AWS_PYTHON, source};
use crate::http::Response;

/// Started by the first reply; it ends when this process does.
static CHECKER: LazyLock<Mutex<Checker>> = LazyLock::new(|| Mutex::new(Checker::start()));

struct Checker {
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Checker {
    fn start() -> Self {
        let mut command = Command::new(&*AWS_PYTHON);
        let checker = command.arg(source("strict_lines.py")).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let Child { stdin, stdout, .. } = checker.unwrap();
        Self { input: stdin.unwrap(), output: BufReader::new(stdout.unwrap()) }
    }

    /// What is wrong with a reply; empty if nothing is.
    fn problem(&mut self, reply: &serde_json::Value) -> String {
        writeln!(self.input, "{reply}").unwrap();
        let mut line = String::new();
        assert!(self.output.read_line(&mut line).unwrap() > 0, "the checker has ended");
        line.trim_end().to_owned()
    }
}

/// The call of one of Amazon's services that a request is: a signature names the service, or else the version does.
pub(crate) fn amazon_call(headers: &[(&str, &str)], body: &[u8]) -> Option<(String, String)> {
    let form: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    let parameter = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let signature = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let scope = signature.and_then(|(_, text)| text.split_once("Credential=")?.1.split(',').next()?.split('/').nth(3));
    let by_version = || (parameter("Version")? == "2016-11-15").then(|| "ec2".to_owned());
    Some((scope.map(str::to_owned).or_else(by_version)?, parameter("Action").unwrap_or_default()))
}

/// Fails the test whose reply is not what the model of the service says.
#[track_caller]
pub(crate) fn check((service, action): &(String, String), reply: &Response) {
    let reply = json!({ "service": service, "action": action, "status": reply.status, "body": reply.body });
    let problem = CHECKER.lock().unwrap().problem(&reply);
    assert_eq!(problem, "", "{reply}");
}
