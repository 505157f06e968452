//! Resource Access Management: roles, policies, and what they are attached to. They are kept, and allow and deny nothing
//! (N11).
//!
//! They belong to the account: each operation looks at them outside of its own region, and those that change them use the
//! whole world.

mod instance_role;
mod policy;
mod role;
mod role_policy;

use crate::base::RegionId;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::world::World;

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// Does something where the account's own objects lie.
fn in_account<T>(world: &mut World, body: impl FnOnce(&mut World) -> Result<T>) -> Result<T> {
    body(&mut world.in_region(&RegionId::from(RegionId::GLOBAL)))
}

/// A name of letters, digits and some other characters.
fn check_name(name: &str, most: usize, others: &str, member: Member) -> Result<()> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || others.contains(c);
    if (1..=most).contains(&name.len()) && name.chars().all(is_allowed) {
        return Ok(());
    }
    let listed: Vec<String> = others.chars().map(|c| format!("`{c}`")).collect();
    let message = format!("the name `{name}` is not 1 to {most} letters, digits and {}", listed.join(", "));
    Err(CloudError::of(member, codes::INVALID_PARAMETER, message))
}

/// A document is a JSON object.
fn check_document(text: &str, member: Member) -> Result<()> {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(serde_json::Value::Object(_)) => Ok(()),
        Ok(_) => Err(CloudError::of(member, codes::MALFORMED_POLICY_DOCUMENT, "the document is no JSON object")),
        Err(error) => {
            let message = format!("the document is not JSON: {error}");
            Err(CloudError::of(member, codes::MALFORMED_POLICY_DOCUMENT, message))
        }
    }
}
