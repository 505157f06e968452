//! Mutual TLS with exactly one client, whose certificate is in the environment (certificate pinning).
//!
//! Terraform's certificate is self-signed, uses P-521 and is marked as a CA. Chain verifiers reject a CA certificate as
//! an end entity, and there is no chain to verify. So the presented certificate must equal the pinned one byte for
//! byte, it must be valid now, and the client must have signed the handshake with its key.

use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme};

use super::validity::Validity;

/// The TLS configuration of the server.
#[derive(Debug)]
pub struct ServerTls {
    pub(super) config: Arc<ServerConfig>,
    /// The server's certificate as DER, for the handshake line.
    pub(super) certificate: CertificateDer<'static>,
}

/// The reason why no TLS configuration could be made.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("PLUGIN_CLIENT_CERT is not a valid certificate: {0}")]
    ClientCertificate(String),
    #[error("the server certificate cannot be made: {0}")]
    ServerCertificate(#[from] rcgen::Error),
    #[error("the TLS configuration is invalid: {0}")]
    Configuration(#[from] rustls::Error),
}

impl ServerTls {
    /// Makes a certificate for this process and a configuration that accepts only the client with the given certificate.
    ///
    /// # Errors
    /// The PEM text has no certificate, or its validity cannot be read.
    pub fn for_client(pem: &str) -> Result<Self, TlsError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = PinnedClientVerifier::from_pem(pem, &provider)?;

        // Ed25519 makes a key and signs in a fifth of the time of P-256: the library is built without the large tables that
        // P-256 needs.
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519)?;
        let certificate = rcgen::CertificateParams::new(["localhost".to_owned()])?.self_signed(&key)?;
        let certificate = certificate.der().clone();
        let private_key = PrivatePkcs8KeyDer::from(key.serialize_der());

        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_client_cert_verifier(Arc::new(verifier))
            .with_single_cert(vec![certificate.clone()], private_key.into())?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        // A process serves one connection, so sessions are never resumed.
        config.send_tls13_tickets = 0;
        Ok(Self { config: Arc::new(config), certificate })
    }
}

#[derive(Debug)]
struct PinnedClientVerifier {
    certificate: CertificateDer<'static>,
    validity: Validity,
    algorithms: WebPkiSupportedAlgorithms,
}

impl PinnedClientVerifier {
    fn from_pem(pem: &str, provider: &CryptoProvider) -> Result<Self, TlsError> {
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes())
            .map_err(|error| TlsError::ClientCertificate(error.to_string()))?;
        Self::new(certificate, provider)
    }

    fn new(certificate: CertificateDer<'static>, provider: &CryptoProvider) -> Result<Self, TlsError> {
        let validity = Validity::of_certificate(&certificate)
            .ok_or_else(|| TlsError::ClientCertificate("its validity period cannot be read".to_owned()))?;
        Ok(Self { certificate, validity, algorithms: provider.signature_verification_algorithms })
    }
}

impl ClientCertVerifier for PinnedClientVerifier {
    /// Empty, so that the client sends the only certificate that it has.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        presented: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        if presented.as_ref() != self.certificate.as_ref() {
            return Err(CertificateError::ApplicationVerificationFailure.into());
        }
        if self.validity.begins_after(now) {
            return Err(CertificateError::NotValidYet.into());
        }
        if self.validity.ends_before(now) {
            return Err(CertificateError::Expired.into());
        }
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verify(
        pinned: &rcgen::Certificate,
        presented: &rcgen::Certificate,
    ) -> Result<ClientCertVerified, rustls::Error> {
        let verifier = PinnedClientVerifier::new(pinned.der().clone(), &aws_lc_rs::default_provider()).unwrap();
        verifier.verify_client_cert(
            presented.der(),
            &[],
            UnixTime::since_unix_epoch(std::time::Duration::from_secs(2_000_000_000)),
        )
    }

    fn certificate(years: std::ops::Range<i32>) -> rcgen::Certificate {
        let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(years.start, 1, 1);
        params.not_after = rcgen::date_time_ymd(years.end, 1, 1);
        params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap()
    }

    #[test]
    fn only_the_pinned_certificate_is_accepted_and_only_while_it_is_valid() {
        // `verify` uses a time in the year 2033.
        let (valid, twin) = (certificate(2020..2050), certificate(2020..2050));
        assert!(verify(&valid, &valid).is_ok());
        assert!(verify(&valid, &twin).is_err());
        let expired = certificate(2020..2030);
        assert_eq!(verify(&expired, &expired).unwrap_err(), CertificateError::Expired.into());
        let early = certificate(2040..2050);
        assert_eq!(verify(&early, &early).unwrap_err(), CertificateError::NotValidYet.into());
    }

    #[test]
    fn invalid_certificates_are_refused() {
        for pem in ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            assert!(matches!(ServerTls::for_client(pem), Err(TlsError::ClientCertificate(_))), "{pem}");
        }
    }
}
