//! The rule for host names: parts of letters, digits and `-`, divided by `.`, of which none begins or ends with `-`. Linux
//! takes 2 to 64 characters; Windows takes 2 to 15, no `.`, and not digits alone.

use super::limits::{HOST_NAME_LENGTH, WINDOWS_HOST_NAME_LENGTH};

/// How a host name breaks the rule; the text completes "the host name …".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostNameError {
    #[error("must have {} to {} characters", HOST_NAME_LENGTH.start(), HOST_NAME_LENGTH.end())]
    Length,
    #[error("must have {} to {} characters on Windows", WINDOWS_HOST_NAME_LENGTH.start(), WINDOWS_HOST_NAME_LENGTH.end())]
    WindowsLength,
    #[error("must not begin or end with `.` or `-`, nor have two of them in a row")]
    Separator,
    #[error("holds {0:?}; letters, digits, `.` and `-` are allowed")]
    Character(char),
    #[error("must not have `.` on Windows")]
    WindowsDot,
    #[error("must not have digits alone on Windows")]
    WindowsDigits,
}

/// Checks a host name. `${instance_id}` and a number such as `[1,4]`, which the service replaces in each instance, count
/// as they are written.
///
/// # Errors
/// The first part of the rule that the name breaks.
pub fn check_host_name(name: &str, is_windows: bool) -> Result<(), HostNameError> {
    let length = name.chars().count();
    if is_windows && !WINDOWS_HOST_NAME_LENGTH.contains(&length) {
        return Err(HostNameError::WindowsLength);
    }
    if !HOST_NAME_LENGTH.contains(&length) {
        return Err(HostNameError::Length);
    }
    let name = without_placeholders(name);
    let is_separator = |c: char| c == '.' || c == '-';
    let is_double = name.chars().zip(name.chars().skip(1)).any(|(one, next)| is_separator(one) && is_separator(next));
    if name.starts_with(is_separator) || name.ends_with(is_separator) || is_double {
        Err(HostNameError::Separator)
    } else if let Some(stray) = name.chars().find(|c| !c.is_ascii_alphanumeric() && !is_separator(*c)) {
        Err(HostNameError::Character(stray))
    } else if is_windows && name.contains('.') {
        Err(HostNameError::WindowsDot)
    } else if is_windows && name.chars().all(|c| c.is_ascii_digit()) {
        Err(HostNameError::WindowsDigits)
    } else {
        Ok(())
    }
}

/// The name with a digit in place of the instance's id and of its number.
fn without_placeholders(name: &str) -> String {
    let name = name.replace("${instance_id}", "0");
    let Some((before, rest)) = name.split_once('[') else { return name };
    let Some((number, after)) = rest.split_once(']') else { return name };
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    match number.split_once(',') {
        Some((begin, digits)) if is_number(begin) && is_number(digits) => format!("{before}0{after}"),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_name_that_breaks_the_rule_is_told_how() {
        let (longest, too_long) = ("a".repeat(64), "a".repeat(65));
        for (name, on_linux, on_windows) in [
            ("web-1", Ok(()), Ok(())),
            ("web.example.com", Ok(()), Err(HostNameError::WindowsDot)),
            ("web-${instance_id}", Ok(()), Err(HostNameError::WindowsLength)),
            ("web[1,4]a", Ok(()), Ok(())),
            ("12345", Ok(()), Err(HostNameError::WindowsDigits)),
            ("a", Err(HostNameError::Length), Err(HostNameError::WindowsLength)),
            (longest.as_str(), Ok(()), Err(HostNameError::WindowsLength)),
            (too_long.as_str(), Err(HostNameError::Length), Err(HostNameError::WindowsLength)),
            ("-bad_", Err(HostNameError::Separator), Err(HostNameError::Separator)),
            ("bad.", Err(HostNameError::Separator), Err(HostNameError::Separator)),
            ("b.-ad", Err(HostNameError::Separator), Err(HostNameError::Separator)),
            ("bad_1", Err(HostNameError::Character('_')), Err(HostNameError::Character('_'))),
            ("bad[1", Err(HostNameError::Character('[')), Err(HostNameError::Character('['))),
            ("größe", Err(HostNameError::Character('ö')), Err(HostNameError::Character('ö'))),
        ] {
            assert_eq!(check_host_name(name, false), on_linux, "{name}");
            assert_eq!(check_host_name(name, true), on_windows, "{name}");
        }
    }
}
