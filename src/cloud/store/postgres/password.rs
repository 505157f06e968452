//! The password file, as libpq has it.

use std::path::Path;

use super::url::PostgresUrl;
use crate::base::regular_file;

/// A password, or why one that is in a file was not taken.
pub(super) struct Password {
    pub(super) given: Option<String>,
    pub(super) note: Option<String>,
}

/// The password that was given, or the file's.
pub(super) fn of(place: &PostgresUrl) -> Password {
    if place.password.is_some() {
        return Password { given: place.password.clone(), note: None };
    }
    let absent = Password { given: None, note: None };
    let Some(file) = &place.password_file else { return absent };
    let Ok(text) = regular_file::read(file) else { return absent };
    if others_may_read(file) {
        let note =
            format!("the password file {} is passed over because others may read it: chmod 0600", file.display());
        return Password { given: None, note: Some(note) };
    }
    let (host, port) = (place.host.in_password_file(), place.port.to_string());
    Password { given: find(&text, [&host, &port, &place.database, &place.user]), note: None }
}

#[cfg(unix)]
fn others_may_read(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(file).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn others_may_read(_: &Path) -> bool {
    false
}

/// The password of the first line that is about this host, port, database and user.
fn find(text: &str, asked: [&str; 4]) -> Option<String> {
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let fields = fields(line);
        let fits = |(field, asked): (&String, &&str)| field == "*" || field == asked;
        (fields.len() == 5 && fields.iter().zip(&asked).all(fits)).then(|| fields[4].clone())
    })
}

/// Five fields with `:` between them; `\` takes the meaning of the next character away.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match c {
            ':' if fields.len() < 5 => fields.push(String::new()),
            '\\' => fields.last_mut().into_iter().for_each(|field| field.extend(characters.next())),
            _ => fields.last_mut().into_iter().for_each(|field| field.push(c)),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::super::url::PostgresVariables;
    use super::*;

    #[test]
    fn the_first_line_that_fits_counts() {
        let text =
            "# team\nother:5432:sim:ci:wrong\n*:5433:*:*:port\ndb:*:sim:ci:pass\\:word\\\\:x\ndb:5432:sim:ci:late\n";
        assert_eq!(find(text, ["db", "5432", "sim", "ci"]).as_deref(), Some("pass:word\\:x"));
        assert_eq!(find(text, ["any", "5433", "x", "y"]).as_deref(), Some("port"));
        assert_eq!(find(text, ["db", "5432", "sim", "anna"]), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_passed_over() {
        use std::os::unix::fs::PermissionsExt as _;
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "*:*:*:*:s3cr3t\n").unwrap();
        let text = format!("postgres://u@h/d?passfile={}", file.path().display());
        let place = PostgresUrl::parse(&text, &PostgresVariables::default()).unwrap();
        let mode = |mode| std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        mode(0o600);
        assert_eq!(of(&place).given.as_deref(), Some("s3cr3t"));
        mode(0o640);
        let password = of(&place);
        assert!(password.given.is_none() && password.note.unwrap().contains("0600"));
    }
}
