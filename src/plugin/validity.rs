//! From when until when a certificate is valid: the one field of X.509 that is read here.

use rustls::pki_types::{CertificateDer, UnixTime};

/// Both ends as `YYYYMMDDHHMMSS` in UTC, which sorts like time.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Validity {
    not_before: String,
    not_after: String,
}

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

impl Validity {
    /// `None` for what is not a certificate.
    pub(super) fn of_certificate(certificate: &CertificateDer<'_>) -> Option<Self> {
        let (signed, _) = element(certificate, SEQUENCE)?;
        let (fields, _) = element(signed, SEQUENCE)?;
        // In order: version (absent in version 1), serial number, algorithm, issuer, validity.
        let fields = element(fields, VERSION).map_or(fields, |(_, rest)| rest);
        let fields = (0..3).try_fold(fields, |fields, _| any_element(fields).map(|(_, _, rest)| rest))?;
        let (validity, _) = element(fields, SEQUENCE)?;
        let (not_before, rest) = time(validity)?;
        let (not_after, _) = time(rest)?;
        Some(Self { not_before, not_after })
    }

    pub(super) fn is_after(&self, now: UnixTime) -> bool {
        self.not_before > text(now)
    }

    pub(super) fn is_before(&self, now: UnixTime) -> bool {
        self.not_after < text(now)
    }
}

/// A time beyond what calendars hold is later than any certificate.
fn text(time: UnixTime) -> String {
    let timestamp = i64::try_from(time.as_secs()).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    timestamp.map_or_else(|| "99999999999999".to_owned(), |timestamp| timestamp.strftime("%Y%m%d%H%M%S").to_string())
}

/// A time of either encoding. Two-digit years before 50 are of this century (RFC 5280 4.1.2.5.1).
fn time(bytes: &[u8]) -> Option<(String, &[u8])> {
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

/// The content of an element of a given tag, and what follows it.
fn element(bytes: &[u8], wanted: u8) -> Option<(&[u8], &[u8])> {
    let (tag, content, rest) = any_element(bytes)?;
    (tag == wanted).then_some((content, rest))
}

/// Tag, content and rest. Lengths of more than four bytes do not occur.
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
    fn both_encodings_of_time_are_read() {
        let validity = Validity::of_certificate(&certificate(1999, 2056)).unwrap();
        assert_eq!(validity.not_before, "19990203000000");
        assert_eq!(validity.not_after, "20561231000000");
    }

    proptest! {
        #[test]
        fn damaged_certificates_do_no_harm(position: proptest::sample::Index, byte: u8) {
            let mut bytes = certificate(2020, 2050).to_vec();
            let position = position.index(bytes.len());
            bytes[position] = byte;
            let _ = Validity::of_certificate(&bytes.clone().into());
            bytes.truncate(position);
            let _ = Validity::of_certificate(&bytes.into());
        }
    }
}
