//! The one thing that is printed to stdout: how to reach this process.

use std::fmt;
use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::json;

use super::listener::Address;

/// go-plugin's own version, and the major version of the provider protocol.
const CORE_VERSION: u32 = 1;
const PROTOCOL_VERSION: u32 = 6;

/// `1|6|unix|/path|grpc|certificate`, and a seventh field only for those who ask: older clients would read it as part
/// of the certificate.
#[derive(Debug)]
pub(super) struct Handshake<'a> {
    pub(super) address: &'a Address,
    /// DER; empty without TLS.
    pub(super) certificate: &'a [u8],
    pub(super) asks_for_multiplexing: bool,
}

impl Handshake<'_> {
    /// # Errors
    /// A stdout that is closed.
    pub(super) fn print(&self) -> io::Result<()> {
        print(&format!("{self}\n"))
    }
}

impl fmt::Display for Handshake<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (network, address) = (self.address.network(), self.address);
        let certificate = STANDARD_NO_PAD.encode(self.certificate);
        write!(f, "{CORE_VERSION}|{PROTOCOL_VERSION}|{network}|{address}|grpc|{certificate}")?;
        if self.asks_for_multiplexing { f.write_str("|false") } else { Ok(()) }
    }
}

/// Tells a developer how to make the CLI use this process.
///
/// # Errors
/// A stdout that is closed.
pub(super) fn print_reattach(provider_address: &str, address: &Address) -> io::Result<()> {
    let value = json!({ provider_address: {
        "Protocol": "grpc",
        "ProtocolVersion": PROTOCOL_VERSION,
        "Pid": std::process::id(),
        // The client then neither kills this process nor asks it to end.
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
        let handshake = Handshake { address: &address, certificate: b"\xff\xfe", asks_for_multiplexing: false };
        assert_eq!(handshake.to_string(), "1|6|tcp|127.0.0.1:4242|grpc|//4");
        let asked = Handshake { certificate: b"", asks_for_multiplexing: true, ..handshake };
        assert_eq!(asked.to_string(), "1|6|tcp|127.0.0.1:4242|grpc||false");
    }
}
