//! The validity period of an X.509 certificate.
//!
//! Only this field is read, so the few rules of DER that lead to it are written here; `DESIGN.md` says what a library
//! would cost.

use rustls::pki_types::{CertificateDer, UnixTime};

/// The first and the last moment as `YYYYMMDDHHMMSS` in UTC; such texts sort by time.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Validity {
    not_before: String,
    not_after: String,
}

/// The tags of DER elements (X.690).
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

impl Validity {
    /// Reads the validity period; `None` if the bytes are not a certificate.
    pub(super) fn of_certificate(certificate: &CertificateDer<'_>) -> Option<Self> {
        let (certificate, _) = element(certificate, SEQUENCE)?;
        let (fields, _) = element(certificate, SEQUENCE)?;
        // In order: version (absent in version 1), serial number, algorithm, issuer, validity.
        let fields = element(fields, VERSION).map_or(fields, |(_, rest)| rest);
        let fields = (0..3).try_fold(fields, |fields, _| any_element(fields).map(|(_, _, rest)| rest))?;
        let (validity, _) = element(fields, SEQUENCE)?;
        let (not_before, rest) = read_time(validity)?;
        let (not_after, _) = read_time(rest)?;
        Some(Self { not_before, not_after })
    }

    pub(super) fn begins_after(&self, now: UnixTime) -> bool {
        self.not_before > format_time(now)
    }

    pub(super) fn ends_before(&self, now: UnixTime) -> bool {
        self.not_after < format_time(now)
    }
}

/// Formats a time. One that jiff cannot represent is later than the end of any certificate.
fn format_time(time: UnixTime) -> String {
    let timestamp = i64::try_from(time.as_secs()).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    timestamp.map_or_else(|| "99999999999999".to_owned(), |timestamp| timestamp.strftime("%Y%m%d%H%M%S").to_string())
}

/// Reads a time of either encoding and the bytes after it. A two-digit year below 50 is in the 21st century (RFC 5280,
/// 4.1.2.5.1).
fn read_time(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (tag, content, rest) = any_element(bytes)?;
    let digits = std::str::from_utf8(content).ok()?.strip_suffix('Z')?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let time = match (tag, digits.len()) {
        (UTC_TIME, 12) if digits < "50" => format!("20{digits}"),
        (UTC_TIME, 12) => format!("19{digits}"),
        (GENERALIZED_TIME, 14) => digits.to_owned(),
        _ => return None,
    };
    Some((time, rest))
}

/// The content of an element with the given tag, and the bytes after the element.
fn element(bytes: &[u8], expected_tag: u8) -> Option<(&[u8], &[u8])> {
    let (tag, content, rest) = any_element(bytes)?;
    (tag == expected_tag).then_some((content, rest))
}

/// The tag and content of an element, and the bytes after it. A length of more than four bytes is refused.
fn any_element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, short], rest) = bytes.split_first_chunk()?;
    let (length, rest) = match short {
        0..=0x7f => (usize::from(short), rest),
        0x81..=0x84 => {
            let (length, rest) = rest.split_at_checked(usize::from(short & 0x7f))?;
            (length.iter().fold(0, |length, &byte| length << 8 | usize::from(byte)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn certificate(from: i32, until: i32) -> CertificateDer<'static> {
        let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(from, 2, 3);
        params.not_after = rcgen::date_time_ymd(until, 12, 31);
        params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().der().clone()
    }

    #[test]
    fn both_time_encodings_are_read() {
        let validity = Validity::of_certificate(&certificate(1999, 2056)).unwrap();
        assert_eq!(validity.not_before, "19990203000000");
        assert_eq!(validity.not_after, "20561231000000");
    }

    proptest! {
        #[test]
        fn damaged_certificates_never_panic(position: proptest::sample::Index, byte: u8) {
            let mut bytes = certificate(2020, 2050).to_vec();
            let position = position.index(bytes.len());
            bytes[position] = byte;
            let _ = Validity::of_certificate(&bytes.clone().into());
            bytes.truncate(position);
            let _ = Validity::of_certificate(&bytes.into());
        }
    }
}
