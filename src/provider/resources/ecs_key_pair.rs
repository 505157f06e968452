//! `simcloud_ecs_key_pair`, and `simcloud_key_pair` as its older name: a key pair, created or imported.

use std::path::Path as FilePath;

use async_trait::async_trait;

use crate::base::KeyPairName;
use crate::base::collect::IntoOrdered;
use crate::base::openssh::{PrivateKey, PublicKey};
use crate::base::wording::counted;
use crate::cloud::model::{ImportKeyPairRequest, KeyPair, KeyPairRequest, ModifyKeyPairRequest};
use crate::cloud::{Cloud, CloudError, codes};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, text};
use crate::provider::framework::object_resource::{CloudObject, set_default};
use crate::provider::framework::update_plan::{changes, keep_computed};
use crate::provider::framework::{attributes, deprecated_argument, key_file, timeouts};
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Diagnostics, Path, Schema, Value};

#[derive(Debug)]
pub(crate) struct KeyPairObject;

/// A key pair, with its private key right after the cloud created it.
#[derive(Debug)]
pub(crate) struct PairAndPrivateKey {
    pair: KeyPair,
    private_key: Option<PrivateKey>,
}

impl From<KeyPair> for PairAndPrivateKey {
    fn from(pair: KeyPair) -> Self {
        Self { pair, private_key: None }
    }
}

const NAMES: [&str; 2] = ["key_pair_name", "key_name"];

/// The prefix of generated names.
const PREFIX: &str = "terraform-";

/// In characters: the rest of a generated name must fit.
const LONGEST_PREFIX: usize = 100;

#[async_trait]
impl CloudObject for KeyPairObject {
    type Object = PairAndPrivateKey;

    const NOUN: &'static str = "key pair";

    const NOT_FOUND: &'static [&'static str] = &[codes::INVALID_KEY_PAIR_NOT_FOUND];

    fn schema() -> Schema {
        Schema::new(
            "A key pair for logging in. With `public_key` it is an imported one. Without, it is an Ed25519 pair \
             derived from the seed of the scenario: the public key is on the instances \
             (`simcloud_instance_metadata`), the private key is written to `key_file` only, neither to the state nor to \
             the world. Anyone who knows the seed can derive the same key pair, so do not use it outside the simulation.\n\n\
             A key pair cannot be deleted while instances use it \
             (`InvalidParameter.KeypairAlreadyAttachedInstance`). The key pairs of the scenario, and \
             `example-key-name`, exist without a resource, and their names are taken.",
        )
        .attributes(arguments())
        .attributes([
            Attribute::string("id").computed().use_state_for_unknown().description("The name of the key pair."),
            Attribute::string("finger_print").computed().use_state_for_unknown().description("MD5 of the public key, in hexadecimal."),
            Attribute::string("create_time").computed().use_state_for_unknown().description("When the pair was created, RFC 3339."),
        ])
        .blocks([timeouts::block(&["create", "update", "delete"])])
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        let root = Path::default();
        for name in NAMES {
            check::resource_name(config, &root, name, diagnostics);
        }
        check::not_both(config, &root, "key_pair_name", "key_name", diagnostics);
        for name in NAMES {
            check::not_both(config, &root, name, "key_name_prefix", diagnostics);
        }
        check::tags(config, &root, "tags", diagnostics);
        prefix(config, diagnostics);
        public_key(config, diagnostics);
        timeouts::validate(config, diagnostics);
    }

    fn plan(configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse) {
        deprecated_argument::plan(request, "key_pair_name", "key_name", response);
        if request.prior_state.is_null() {
            plan_creation(configured, request, response);
        } else {
            plan_update(request, response);
        }
    }

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Result<PairAndPrivateKey, CloudError> {
        let pair = KeyPairRequest {
            key_pair_name: deprecated_argument::text(arguments, "key_pair_name", "key_name").map(Into::into),
            name_prefix: text(arguments, "key_name_prefix").unwrap_or(PREFIX).to_owned(),
            resource_group_id: text(arguments, "resource_group_id").map(str::to_owned),
            tags: check::tags_of(arguments, "tags"),
            configuration,
        };
        if let Some(public_key) = text(arguments, "public_key") {
            let request = ImportKeyPairRequest { pair, public_key_body: public_key.to_owned() };
            return Ok(cloud.import_key_pair(request).await?.into());
        }
        let made = cloud.create_key_pair(pair).await?;
        Ok(PairAndPrivateKey { pair: made.key_pair, private_key: Some(made.private_key_body) })
    }

    /// Writes the private key once the pair is in the state: if that fails, the pair is tainted and not lost.
    fn after_create(shown: &PairAndPrivateKey, arguments: &Value, diagnostics: &mut Diagnostics) {
        let (Some(path), Some(key)) = (text(arguments, "key_file"), &shown.private_key) else { return };
        if let Err(error) = key_file::write(FilePath::new(path), key) {
            diagnostics.error_at(
                Path::root("key_file"),
                "Key File Not Written",
                format!(
                    "The key pair {:?} was made, but its private half could not be written to {path:?}: {error}. It is \
                     handed out only once, so the next apply makes a new pair. Check that the folder exists and can \
                     be written to.",
                    shown.pair.key_pair_name.as_str()
                ),
            );
        }
    }

    async fn describe(cloud: &Cloud, id: &str) -> Result<Option<PairAndPrivateKey>, CloudError> {
        let found = cloud.describe_key_pairs(Some([KeyPairName::from(id)].into_iter().into_set())).await?.pop();
        Ok(found.map(PairAndPrivateKey::from))
    }

    async fn modify(
        cloud: &Cloud,
        prior: &Value,
        arguments: &Value,
        configuration: String,
    ) -> Result<PairAndPrivateKey, CloudError> {
        let schema = Self::schema();
        let change = ModifyKeyPairRequest {
            key_pair_name: prior.get("id").as_str().unwrap_or_default().into(),
            resource_group_id: Some(text(arguments, "resource_group_id").map(str::to_owned)),
            tags: changes(&schema, prior, arguments, "tags").then(|| check::tags_of(arguments, "tags")),
            configuration,
        };
        Ok(cloud.modify_key_pair(change).await?.into())
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Result<(), CloudError> {
        cloud.delete_key_pairs([prior.get("id").as_str().unwrap_or_default().into()].into_iter().into_set()).await
    }

    fn id(shown: &PairAndPrivateKey) -> String {
        shown.pair.key_pair_name.as_str().to_owned()
    }

    fn configuration(shown: &PairAndPrivateKey) -> &str {
        &shown.pair.configuration
    }

    fn set_computed(state: &mut Value, shown: &PairAndPrivateKey) {
        for name in NAMES {
            set_default(state, name, shown.pair.key_pair_name.as_str());
        }
        state.set("finger_print", shown.pair.finger_print.as_str());
        state.set("create_time", shown.pair.create_time.to_string());
    }
}

fn arguments() -> [Attribute; 7] {
    [
        Attribute::string("key_pair_name").optional().computed().requires_replace().follows(["key_name_prefix"]).derived(generated_name).description(
            "Name, unlike any other in the region: 2 to 128 letters, digits, `:`, `_`, `-` and `.`, beginning with a \
             letter. Generated from `key_name_prefix` if absent.",
        ),
        Attribute::string("key_name")
            .optional()
            .computed()
            .requires_replace()
            .follows(["key_pair_name"])
            .description("Older name of `key_pair_name`.")
            .deprecated("Use `key_pair_name`."),
        Attribute::string("key_name_prefix").optional().requires_replace().description(
            "Prefix of a generated name, at most 100 characters. Excludes `key_pair_name`. Default: \
             `terraform-`.",
        ),
        Attribute::string("public_key").optional().requires_replace().description(
            "Public key of a pair to import, one line as in `authorized_keys`: RSA, DSA, ECDSA or Ed25519. White \
             space around it may change in place.",
        ),
        Attribute::string("key_file").optional().requires_replace().description(
            "File to which the private key of a generated pair is written, in OpenSSH's PEM format, mode 0400. An \
             existing file is replaced; deleting the pair keeps the file. Without effect with `public_key`.",
        ),
        Attribute::string("resource_group_id")
            .optional()
            .description("Resource group. Without effect in the simulation."),
        attributes::tags("the key pair"),
    ]
}

/// The name, if it has the form of those that are made without a prefix.
fn generated_name(state: &Value) -> Value {
    let name = text(state, "key_pair_name");
    let is_generated = name.and_then(|name| name.strip_prefix(PREFIX)).is_some_and(|digits| {
        digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    });
    name.filter(|_| is_generated).map(Value::from).unwrap_or_default()
}

fn prefix(config: &Value, diagnostics: &mut Diagnostics) {
    let Some(prefix) = text(config, "key_name_prefix") else { return };
    let problem = if prefix.chars().count() > LONGEST_PREFIX {
        format!("has {}; a prefix has at most {LONGEST_PREFIX}", counted(prefix.chars().count(), "character"))
    } else if !prefix.starts_with(char::is_alphabetic) {
        "must begin with a letter".to_owned()
    } else if let Some(stray) = prefix.chars().find(|c| !c.is_alphanumeric() && !":_-.".contains(*c)) {
        format!("holds {stray:?}; letters, digits, `:`, `_`, `-` and `.` are allowed")
    } else {
        return;
    };
    let path = Path::root("key_name_prefix");
    diagnostics.error_at(path, "Invalid Name", format!("key_name_prefix {prefix:?} {problem}."));
}

fn public_key(config: &Value, diagnostics: &mut Diagnostics) {
    let Some(given) = text(config, "public_key") else { return };
    match PublicKey::parse(given) {
        Err(problem) => diagnostics.error_at(
            Path::root("public_key"),
            "Invalid Public Key",
            format!(
                "public_key {problem}. Give the line of a .pub file, such as file(\"~/.ssh/id_ed25519.pub\"), or leave \
                 public_key out to have a pair made."
            ),
        ),
        Ok(key) if key.is_placeholder() => diagnostics.warning_at(
            Path::root("public_key"),
            "Placeholder Key",
            "public_key is the placeholder of the real provider's documentation, which is no key: no user could log in \
             with it. Give the line of a .pub file, or leave public_key out to have a pair made.",
        ),
        Ok(_) => {}
    }
    if text(config, "key_file").is_some() {
        diagnostics.warning_at(
            Path::root("key_file"),
            "Argument Without Effect",
            "key_file receives the private half of a pair that is made here, but public_key brings a pair along, whose \
             private half only you have. Remove one of the two.",
        );
    }
}

/// Plans the id of a known name and the fingerprint of a known public key.
fn plan_creation(configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse) {
    if let Some(Ok(key)) = text(&request.config, "public_key").map(PublicKey::parse) {
        response.planned_state.set("finger_print", key.fingerprint());
    }
    let named = NAMES.iter().find_map(|name| Some((text(&request.config, name)?, *name)));
    let Some((name, argument)) = named else { return };
    response.planned_state.set("id", name);
    let given = configured
        .is_some_and(|configured| configured.scenario.key_pairs.iter().any(|known| known.name.as_str() == name));
    if given || name == KeyPair::ALWAYS {
        let whose = if given { "The scenario's `key_pairs` has" } else { "Every world has" };
        response.diagnostics.error_at(
            Path::root(argument),
            codes::KEY_PAIR_ALREADY_EXIST,
            format!("{whose} a key pair {name:?} already, which can be used without a resource. Choose another name."),
        );
    }
}

/// Plans an update. A different spelling of the same name or key changes in place.
fn plan_update(request: &PlanRequest, response: &mut PlanResponse) {
    let (prior, config) = (&request.prior_state, &request.config);
    keep_computed(&KeyPairObject::schema(), prior, &mut response.planned_state);
    let undecided = NAMES.iter().any(|name| config.get(name).is_unknown());
    let other_name = undecided
        || deprecated_argument::text(config, "key_pair_name", "key_name")
            .is_some_and(|name| Some(name) != prior.get("id").as_str());
    let key = |state: &Value| text(state, "public_key").map(|key| key.trim().to_owned());
    let other_key = config.get("public_key").is_unknown() || key(config) != key(prior);
    let same_absence = |name: &str| check::is_absent(config, name) && check::is_absent(prior, name);
    response.requires_replace.retain(|path| {
        if NAMES.iter().any(|name| *path == Path::root(*name)) {
            other_name
        } else if *path == Path::root("public_key") {
            other_key
        } else {
            !["key_name_prefix", "key_file"].iter().any(|name| *path == Path::root(*name) && same_absence(name))
        }
    });
}
