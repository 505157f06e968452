//! Which servers a connection trusts: the modes of libpq on rustls.

use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::url::{Roots, TlsMode};
use crate::base::regular_file;

/// A configuration for this mode.
///
/// # Errors
/// What is wrong with the authorities that should be trusted.
pub(super) fn client_config(mode: TlsMode, roots: &Roots) -> Result<Arc<ClientConfig>, String> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let trusted = if matches!(mode, TlsMode::VerifyCa | TlsMode::VerifyFull) {
        Some(Trusted::new(authorities(roots)?, mode == TlsMode::VerifyFull, &provider)?)
    } else {
        None
    };
    let verifier = Verifier { trusted, provider: Arc::clone(&provider) };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn authorities(roots: &Roots) -> Result<Vec<CertificateDer<'static>>, String> {
    match roots {
        Roots::File(file) => in_file(file),
        Roots::FileOrSystem(file) if file.is_file() => in_file(file),
        Roots::FileOrSystem(_) | Roots::System => {
            let found = rustls_native_certs::load_native_certs().certs;
            if found.is_empty() {
                return Err("the system trusts no authority; set sslrootcert to a file with the server's".to_owned());
            }
            Ok(found)
        }
    }
}

fn in_file(file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let read = || -> io::Result<Vec<CertificateDer<'static>>> {
        let mut text = Vec::new();
        regular_file::open(file)?.read_to_end(&mut text)?;
        let certificates = CertificateDer::pem_slice_iter(&text).collect::<Result<Vec<_>, _>>();
        certificates.map_err(|error| io::Error::other(error.to_string()))
    };
    let found = read().map_err(|error| format!("sslrootcert, the file {}, cannot be read: {error}", file.display()))?;
    if found.is_empty() {
        return Err(format!("sslrootcert, the file {}, holds no certificate", file.display()));
    }
    Ok(found)
}

/// Holds a server to a chain that ends at a trusted authority, or trusts any server that answers.
#[derive(Debug)]
struct Verifier {
    trusted: Option<Trusted>,
    provider: Arc<CryptoProvider>,
}

#[derive(Debug)]
struct Trusted {
    /// A server may also present one of these itself: a database that signed its own certificate.
    certificates: Vec<CertificateDer<'static>>,
    chains: Arc<WebPkiServerVerifier>,
    /// `verify-full`: the certificate must be for the host that was asked for.
    names_host: bool,
}

impl Trusted {
    fn new(
        certificates: Vec<CertificateDer<'static>>,
        names_host: bool,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, String> {
        let mut store = RootCertStore::empty();
        // A system's list may hold a few that cannot be read; a server that needs one of those is refused as untrusted.
        store.add_parsable_certificates(certificates.iter().cloned());
        let chains = WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider)).build();
        let chains = chains.map_err(|error| format!("no usable authority is trusted: {error}"))?;
        Ok(Self { certificates, chains, names_host })
    }

    fn verify(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server: &ServerName<'_>,
        response: &[u8],
        now: UnixTime,
    ) -> Result<(), Error> {
        let verified = self.chains.verify_server_cert(certificate, intermediates, server, response, now);
        let misnamed = |error: &CertificateError| {
            matches!(error, CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. })
        };
        match verified {
            Ok(_) => Ok(()),
            Err(Error::InvalidCertificate(error)) if misnamed(&error) && !self.names_host => Ok(()),
            Err(Error::InvalidCertificate(error)) if !is_out_of_date(&error) && self.is_own(certificate) => {
                if self.names_host {
                    verify_server_name(&ParsedCertificate::try_from(certificate)?, server)?;
                }
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Chains may not end where they begin, so that a self-signed certificate is compared instead.
    fn is_own(&self, certificate: &CertificateDer<'_>) -> bool {
        self.certificates.iter().any(|trusted| trusted.as_ref() == certificate.as_ref())
    }
}

const fn is_out_of_date(error: &CertificateError) -> bool {
    matches!(
        error,
        CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. }
    )
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server: &ServerName<'_>,
        response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(trusted) = &self.trusted {
            trusted.verify(certificate, intermediates, server, response, now)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
