//! The handshake line on stdout, which tells the client how to connect.

use std::fmt;
use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::json;

use super::listener::Address;

/// The version of go-plugin's handshake.
const CORE_VERSION: u32 = 1;
/// The major version of the provider protocol.
const PROTOCOL_VERSION: u32 = 6;

/// The handshake line: `1|6|unix|/path|grpc|certificate`. The seventh field, multiplexing, is written only if the client
/// asks for it, because older clients would read it as part of the certificate.
#[derive(Debug)]
pub(super) struct Handshake<'a> {
    pub(super) address: &'a Address,
    /// The server certificate as DER; empty without TLS.
    pub(super) certificate: &'a [u8],
    pub(super) multiplexing_requested: bool,
}

impl Handshake<'_> {
    /// Prints the line to stdout.
    ///
    /// # Errors
    /// Stdout is closed.
    pub(super) fn print(&self) -> io::Result<()> {
        print(&format!("{self}\n"))
    }
}

impl fmt::Display for Handshake<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (network, address) = (self.address.network(), self.address);
        let certificate = STANDARD_NO_PAD.encode(self.certificate);
        write!(f, "{CORE_VERSION}|{PROTOCOL_VERSION}|{network}|{address}|grpc|{certificate}")?;
        if self.multiplexing_requested { f.write_str("|false") } else { Ok(()) }
    }
}

/// Prints the variable that makes the CLI use this process (debug mode).
///
/// # Errors
/// Stdout is closed.
pub(super) fn print_reattach(provider_address: &str, address: &Address) -> io::Result<()> {
    let value = json!({ provider_address: {
        "Protocol": "grpc",
        "ProtocolVersion": PROTOCOL_VERSION,
        "Pid": std::process::id(),
        // With `Test` the client neither kills this process nor sends `Shutdown`.
        "Test": true,
        "Addr": { "Network": address.network(), "String": address.to_string() },
    }});
    print(&format!(
        "Provider started. To use it, set this variable where terraform or tofu runs:\n\n\
         \tTF_REATTACH_PROVIDERS='{value}'\n\nIt ends with Ctrl-C.\n"
    ))
}

fn print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_certificate_has_no_padding() {
        let address = Address::Tcp("127.0.0.1:4242".parse().unwrap());
        let handshake = Handshake { address: &address, certificate: b"\xff\xfe", multiplexing_requested: false };
        assert_eq!(handshake.to_string(), "1|6|tcp|127.0.0.1:4242|grpc|//4");
        let asked = Handshake { certificate: b"", multiplexing_requested: true, ..handshake };
        assert_eq!(asked.to_string(), "1|6|tcp|127.0.0.1:4242|grpc||false");
    }
}
