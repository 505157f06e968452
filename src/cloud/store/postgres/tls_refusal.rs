//! What is told of a server whose encryption is not accepted, or that does not accept this client: by the type of the
//! error, so that no wording of a library decides.

use std::io;

use rustls::{AlertDescription, CertificateError, Error};

use super::url::{Host, PostgresUrl};
use crate::cloud::store::WorldError;

/// The error of TLS in an error of a socket.
pub(super) fn rustls_error(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}

/// The server has no TLS, and the mode asks for it.
pub(super) fn no_tls(place: &PostgresUrl) -> WorldError {
    let detail = "it offers no TLS: turn it on there (ssl = on), or allow a connection in clear with sslmode=disable";
    WorldError::Untrusted { world: place.to_string(), detail: detail.to_owned() }
}

/// The handshake failed, or the server ended it.
pub(super) fn refusal(place: &PostgresUrl, error: &Error) -> WorldError {
    let world = place.to_string();
    let detail = match error {
        Error::InvalidCertificate(problem) => certificate_problem(place, problem),
        Error::AlertReceived(AlertDescription::CertificateRequired) => {
            let detail = "it demands a client certificate, and worlds have none; let the user in by password";
            return WorldError::Refused { world, detail: detail.to_owned() };
        }
        Error::AlertReceived(AlertDescription::ProtocolVersion) | Error::PeerIncompatible(_) => {
            format!("it has no version of TLS in common with this program ({error})")
        }
        error => format!("the TLS handshake failed ({error})"),
    };
    WorldError::Untrusted { world, detail }
}

fn certificate_problem(place: &PostgresUrl, problem: &CertificateError) -> String {
    let host = match &place.host {
        Host::Name(name) => name.as_str(),
        Host::Socket(_) => "this host",
    };
    match problem {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("its certificate is not for {host}; name a host that it is for, or set sslmode to verify-ca")
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has expired; renew it on the server".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet; see the clocks of both machines".to_owned()
        }
        // The signature of another authority that has the name of a trusted one.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "its certificate is of an authority that is not trusted; name that authority's file in sslrootcert"
                .to_owned()
        }
        other => format!("its certificate is not accepted ({other}); see sslmode and sslrootcert"),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::sync::Arc;
    use std::thread;

    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
    use rustls::crypto::aws_lc_rs;
    use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
    use rustls::server::WebPkiClientVerifier;
    use rustls::{RootCertStore, ServerConfig, ServerConnection};

    use super::super::connection::Connection;
    use super::super::tests::encrypted::pem;
    use super::super::url::PostgresVariables;
    use super::*;

    /// An authority for the certificates of a server.
    type Authority = CertifiedIssuer<'static, KeyPair>;

    fn authority(name: &str) -> Authority {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap()
    }

    /// A server for `localhost` with a certificate of these years, which may demand one of the client.
    fn config(authority: &Authority, years: (i32, i32), demands_certificate: bool) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::new(["localhost".to_owned()]).unwrap();
        parameters.not_before = date_time_ymd(years.0, 1, 1);
        parameters.not_after = date_time_ymd(years.1, 1, 1);
        let certificate = parameters.signed_by(&key, authority).unwrap();
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
        let builder = builder.unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).unwrap();
        let builder = if demands_certificate {
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            builder.with_client_cert_verifier(verifier)
        } else {
            builder.with_no_client_auth()
        };
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Arc::new(builder.with_single_cert(vec![certificate.der().clone()], key).unwrap())
    }

    /// Answers the request for TLS with these bytes, and goes on with TLS if there is a configuration; returns the port.
    fn serve(answer: &'static [u8], config: Option<Arc<ServerConfig>>) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for mut client in listener.incoming().flatten() {
                client.read_exact(&mut [0; 8]).unwrap();
                client.write_all(answer).unwrap();
                if let Some(config) = &config {
                    shake_hands(&mut client, Arc::clone(config));
                }
                let _ = client.read_to_end(&mut Vec::new());
            }
        });
        port
    }

    /// One that fails has told the client why.
    fn shake_hands(client: &mut TcpStream, config: Arc<ServerConfig>) {
        let mut server = ServerConnection::new(config).unwrap();
        while server.is_handshaking() && server.complete_io(client).is_ok() {}
    }

    /// The refusals were told apart by the English of two libraries.
    #[test]
    fn each_refusal_says_what_is_wrong_and_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let [trusted, other, namesake] = ["ours", "theirs", "ours"].map(authority);
        let file = folder.path().join("root.crt");
        std::fs::write(&file, pem("CERTIFICATE", trusted.der())).unwrap();
        let valid = (2020, 2100);
        let servers = [
            ("another name", "127.0.0.1", serve(b"S", Some(config(&trusted, valid, false)))),
            ("an unknown authority", "localhost", serve(b"S", Some(config(&other, valid, false)))),
            ("another authority of the same name", "localhost", serve(b"S", Some(config(&namesake, valid, false)))),
            ("expired", "localhost", serve(b"S", Some(config(&trusted, (2000, 2001), false)))),
            ("not yet valid", "localhost", serve(b"S", Some(config(&trusted, (2099, 2100), false)))),
            ("no TLS", "localhost", serve(b"N", None)),
            ("a client certificate is demanded", "localhost", serve(b"S", Some(config(&trusted, valid, true)))),
            ("a yes without TLS", "localhost", serve(b"SHTTP/1.1 200 OK\r\n\r\n", None)),
        ];
        let told = servers.map(|(name, host, port)| {
            let roots = file.display();
            let text = format!("postgres://u@{host}:{port}/d?sslmode=verify-full&sslrootcert={roots}");
            let place = PostgresUrl::parse(&text, &PostgresVariables::default()).unwrap();
            let error = Connection::open(&place).unwrap_err().to_string();
            format!("{name}: {}\n", error.replace(&port.to_string(), "[port]"))
        });
        insta::assert_snapshot!(told.concat());
    }
}
