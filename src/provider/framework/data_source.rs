//! What the data sources share: common arguments, the parts of an answer, and the file that receives it.

use std::collections::BTreeSet;
use std::sync::Arc;

use regex_lite::{Regex, RegexBuilder};

use super::choice::Choice;
use super::context::ProviderContext;
use super::dynamic_value::to_json;
use super::enumerations::ChargeType;
use super::{check, diagnostic, without_effect};
use crate::base::collect::IntoOrdered;
use crate::base::wording::with_separators;
use crate::base::{ApiEnum, Decimal, Seed, regular_file};
use crate::cloud::is_database_file;
use crate::cloud::model::{SpotStrategy, Tags};
use crate::provider::framework::configured::Configured;
use crate::tf::path::Step;
use crate::tf::{Attribute, Diagnostics, Path, Schema, Type, Value, model};

/// The answer of a data source while it is put together: the configuration and what was found.
#[derive(Debug)]
pub(crate) struct Answer {
    value: Value,
}

impl Answer {
    /// The answer that found nothing: lists are empty, and everything else computed is null.
    pub(crate) fn empty(schema: &Schema, config: &Value) -> Self {
        let mut value = config.clone();
        for attribute in schema.block.attributes.iter().filter(|attribute| attribute.is_computed()) {
            if config.get(&attribute.name).is_null() {
                let nothing = match attribute.value_type() {
                    Type::List(_) | Type::Set(_) => Value::List(Vec::new()),
                    _ => Value::Null,
                };
                value.set(&*attribute.name, nothing);
            }
        }
        value.set("id", id_of(&[]));
        Self { value }
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.value.set(name, value);
    }

    /// Sets a list and the id made of the ids in it, and writes the list to `output_file` if one is named.
    pub(crate) fn list(&mut self, name: &str, ids: &[&str], rows: Vec<Value>, diagnostics: &mut Diagnostics) {
        let rows = Value::List(rows);
        write_output(check::text(&self.value, "output_file"), &rows, diagnostics);
        self.set(name, rows);
        self.set("id", id_of(ids));
    }

    pub(crate) fn into_value(self) -> Value {
        self.value
    }
}

/// The configured provider; without one, an error.
pub(crate) fn configured(context: &ProviderContext, diagnostics: &mut Diagnostics) -> Option<Arc<Configured>> {
    let configured = context.configured();
    if configured.is_none() {
        diagnostic::not_configured(diagnostics);
    }
    configured
}

/// The cloud's reply; `None` after an error, which is reported.
pub(crate) fn reply<T>(
    action: diagnostic::ActionText<'_>,
    configured: &Configured,
    reply: Result<T, crate::cloud::CloudError>,
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    reply_with_advice(action, configured, reply, "", diagnostics)
}

/// Like [`reply`], with advice after the service's message of an error.
pub(crate) fn reply_with_advice<T>(
    action: diagnostic::ActionText<'_>,
    configured: &Configured,
    reply: Result<T, crate::cloud::CloudError>,
    advice: &str,
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    diagnostic::clock_warnings(configured, diagnostics);
    reply.map_err(|error| diagnostic::cloud_error_with_advice(action, &error, advice, diagnostics)).ok()
}

/// An id that is the same for two answers only if they have the same parts.
pub(crate) fn id_of(parts: &[&str]) -> String {
    format!("{:016x}", Seed::new(0).derive(parts).number())
}

pub(crate) fn id_attribute() -> Attribute {
    Attribute::string("id").computed().description("A hash of the result: equal results have equal ids.")
}

pub(crate) fn output_file() -> Attribute {
    Attribute::string("output_file")
        .optional()
        .description("File to write the answer to as JSON, relative to the working directory.")
}

/// The argument `ids`, which afterwards holds the ids found.
pub(crate) fn ids(things: &str) -> Attribute {
    let text = format!("Returns only these {things}; unknown ids are ignored. After the read: the ids of the results.");
    Attribute::list("ids", Type::String).optional().computed().description(text)
}

/// Checks `page_number` and `page_size`.
pub(crate) fn check_page(config: &Value, diagnostics: &mut Diagnostics) {
    for name in ["page_number", "page_size"] {
        check::integer(config, &Path::default(), name, 1, diagnostics);
    }
}

/// The page that the configuration asks for; everything if it asks for none.
pub(crate) fn page<'i, T>(all: &'i [T], config: &Value, usual_size: usize) -> &'i [T] {
    let asked = |name| check::number(config, name).filter(|number| !number.is_zero());
    let (page, size) = (asked("page_number"), asked("page_size"));
    if page.is_none() && size.is_none() {
        return all;
    }
    let whole =
        |number: Option<Decimal>, usual| number.and_then(|number| usize::try_from(number).ok()).unwrap_or(usual);
    let (page, size) = (whole(page, 1), whole(size, usual_size));
    let first = page.saturating_sub(1).saturating_mul(size).min(all.len());
    &all[first..first.saturating_add(size).min(all.len())]
}

/// Tags as a data source shows them.
pub(crate) fn tags_value(tags: &Tags) -> Value {
    Value::object(tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))
}

/// Arguments without effect in the simulation.
pub(crate) fn optional_without_effect(
    attributes: impl IntoIterator<Item = Attribute>,
) -> impl Iterator<Item = Attribute> {
    attributes.into_iter().map(|attribute| without_effect::without_effect(attribute.optional()))
}

pub(crate) fn charge_type() -> Attribute {
    let what = "Subscription is not simulated; both values give the same result: ";
    Attribute::choice::<ChargeType>("instance_charge_type", what)
}

pub(crate) fn spot_strategy_attribute() -> Attribute {
    let [none, free, limited] =
        [SpotStrategy::NoSpot, SpotStrategy::SpotAsPriceGo, SpotStrategy::SpotWithPriceLimit].map(SpotStrategy::name);
    Attribute::string("spot_strategy").optional().one_of_names::<SpotStrategy>().description(format!(
        "Whose stock counts: `{none}` asks for pay-as-you-go, `{free}` and `{limited}` for spot. Default: `{none}`."
    ))
}

/// The value at an argument; `None` after an error, which is reported at the argument.
pub(crate) fn choice<E: ApiEnum>(
    config: &Value,
    name: &'static str,
    diagnostics: &mut Diagnostics,
) -> Option<Choice<E>> {
    let value = model::from_value(config.get(name));
    let value = value.map_err(|error| error.within(Step::Attribute(name.to_owned())));
    value.map_err(|error| diagnostic::conversion_error(error, diagnostics)).ok()
}

/// The billing that a configuration asks about; `None` after an error, which is reported.
pub(crate) fn spot_strategy(config: &Value, diagnostics: &mut Diagnostics) -> Option<SpotStrategy> {
    Some(choice(config, "spot_strategy", diagnostics)?.0.unwrap_or_default())
}

/// The longest expression that is looked at: reading one takes a hundred times its length.
const MAX_REGEX_LENGTH: usize = 10_000;

/// The memory of a compiled expression. Nested repetitions of a short text could ask for a gigabyte.
const MAX_REGEX_BYTES: usize = 1 << 20;

/// The ids that a filter lists; `None` if it lists none, which filters nothing.
pub(crate) fn ids_of<I: From<String> + Ord>(config: &Value, name: &str) -> Option<BTreeSet<I>> {
    let ids: BTreeSet<I> = check::texts(config, name).into_iter().map(I::from).into_set();
    Some(ids).filter(|ids| !ids.is_empty())
}

/// The regular expression at an argument; an error at the argument if it is invalid.
pub(crate) fn regex(config: &Value, name: &str, diagnostics: &mut Diagnostics) -> Option<Regex> {
    let given = check::text(config, name)?;
    if given.len() > MAX_REGEX_LENGTH {
        let length = with_separators(MAX_REGEX_LENGTH);
        let detail = format!("{name} is longer than {length} bytes. Name what is looked for in fewer words.");
        diagnostics.error_at(Path::root(name), "Invalid Regular Expression", detail);
        return None;
    }
    RegexBuilder::new(given)
        .size_limit(MAX_REGEX_BYTES)
        .build()
        .map_err(|error| {
            diagnostics.error_at(
                Path::root(name),
                "Invalid Regular Expression",
                format!("{name} is {given:?}, which is not a regular expression: {error}."),
            );
        })
        .ok()
}

fn write_output(file: Option<&str>, rows: &Value, diagnostics: &mut Diagnostics) {
    let Some(file) = file else { return };
    if is_database_file(std::path::Path::new(file)) {
        let detail = format!("{file:?} is a world and is not overwritten. Name another file.");
        diagnostics.error_at(Path::root("output_file"), "Output File Not Written", detail);
        return;
    }
    if let Err(error) = regular_file::write(file.as_ref(), &format!("{:#}\n", to_json(rows))) {
        diagnostics.error_at(
            Path::root("output_file"),
            "Output File Not Written",
            format!("{file:?} cannot be written: {error}. Name a file in a directory that exists."),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_regexes_of_public_configurations_are_understood() {
        for (pattern, image, expected) in [
            ("^ubuntu", "ubuntu_22_04_x64_20G_alibase_20250623.vhd", true),
            ("^ubuntu_18.*64", "ubuntu_18_04_64_20G_alibase_20190624.vhd", true),
            ("^ubuntu_18.*64", "ubuntu_20_04_x64_20G_alibase_20250623.vhd", false),
            ("^ubuntu_[0-9]+_[0-9]+_uefi_x64.*", "ubuntu_24_04_uefi_x64_20G_alibase_20250527.vhd", true),
            ("^ubuntu_[0-9]+_[0-9]+_uefi_x64.*", "ubuntu_22_04_x64_20G_alibase_20250623.vhd", false),
        ] {
            let mut diagnostics = Diagnostics::new();
            let config = Value::object([("name_regex", pattern)]);
            let regex = regex(&config, "name_regex", &mut diagnostics).unwrap();
            assert_eq!(regex.is_match(image), expected, "{pattern} and {image}");
        }
    }

    #[test]
    fn what_is_no_regex_is_an_error_at_its_argument() {
        let mut diagnostics = Diagnostics::new();
        assert!(regex(&Value::object([("name_regex", "ubuntu(")]), "name_regex", &mut diagnostics).is_none());
        let [error] = diagnostics.iter().collect::<Vec<_>>()[..] else { panic!("one error") };
        assert_eq!(error.path.to_string(), "name_regex");
        assert!(error.detail.contains("ubuntu("), "{}", error.detail);
    }

    #[test]
    fn an_empty_answer_is_wholly_known_and_keeps_the_configuration() {
        let schema = Schema::new("").attributes([
            id_attribute(),
            Attribute::list("ids", Type::String).optional().computed(),
            Attribute::string("arn").computed(),
            output_file(),
        ]);
        let config = Value::object([("ids", Value::Null), ("output_file", "a.json".into())]);
        let answer = Answer::empty(&schema, &config).into_value();
        assert!(answer.is_wholly_known());
        let shown = answer.to_string();
        assert!(shown.contains("ids = []") && shown.contains(r#"output_file = "a.json""#), "{shown}");
    }
}
