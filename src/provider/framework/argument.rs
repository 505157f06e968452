//! One row per argument of a resource: its schema, what a change of it does, which values are equivalent, and which
//! field of the request it fills.
//!
//! A resource's arguments are a table of rows. Its schema, its requests, the arguments whose change runs a pass, the
//! comparison of two configurations and the arguments without effect are derived from the table, so that a new argument
//! is one new row.

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::choice::Choice;
use super::dynamic_value::to_json;
use super::{check, secret};
use crate::base::ApiEnum;
use crate::cloud::model::Tags;
use crate::tf::error::ValueError;
use crate::tf::path::Step;
use crate::tf::{Attribute, Block, NestedBlock, Value, meaning, model};

/// An attribute or a block of a resource that a configuration can set, and the field of the request `R` that it fills.
#[derive(Clone)]
pub(crate) struct Argument<R> {
    schema: ArgumentSchema,
    runs_pass: bool,
    has_limit: bool,
    is_compared_as_text: bool,
    canonical: Option<Arc<Canonical>>,
    assign: Option<Arc<Assign<R>>>,
}

#[derive(Clone)]
enum ArgumentSchema {
    Attribute(Attribute),
    Block(NestedBlock),
}

impl ArgumentSchema {
    /// What a value of the argument means: null if it counts as absent, and a number if it is the text of one.
    fn meaning_of(&self, value: &Value) -> Value {
        match self {
            Self::Attribute(attribute) => meaning::of_argument(attribute, value),
            Self::Block(_) => value.clone(),
        }
    }
}

/// The value that stands for all equivalent ones. It may look at the other arguments of the same object.
type Canonical = dyn Fn(&Value, &str) -> Value + Send + Sync;

type Assign<R> = dyn Fn(&Value, &mut R) -> Result<(), ValueError> + Send + Sync;

impl<R> fmt::Debug for Argument<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Argument").field("name", &self.name()).finish_non_exhaustive()
    }
}

impl<R: 'static> Argument<R> {
    /// An argument that fills no field of the request.
    pub(crate) fn new(attribute: Attribute) -> Self {
        Self::of(ArgumentSchema::Attribute(attribute))
    }

    /// A block that fills no field of the request.
    pub(crate) fn block(block: NestedBlock) -> Self {
        Self::of(ArgumentSchema::Block(block))
    }

    /// A list of blocks, each with a table of its own. `read` makes one element of one block.
    pub(crate) fn blocks<E: 'static>(
        block: NestedBlock,
        rows: Vec<Argument<E>>,
        read: fn(&[Argument<E>], &Value) -> Result<E, ValueError>,
        assign: impl Fn(&mut R, Vec<E>) + Send + Sync + 'static,
    ) -> Self {
        let block = NestedBlock { block: with_arguments(block.block, &rows), ..block };
        let rows: Arc<[Argument<E>]> = rows.into();
        let rows_to_compare = Arc::clone(&rows);
        let mut argument = Self::of(ArgumentSchema::Block(block));
        argument.canonical =
            Some(Arc::new(move |arguments, name| canonical_blocks(&rows_to_compare, arguments.get(name))));
        argument.assign = Some(Arc::new(move |blocks, request| {
            let blocks = blocks.as_list().unwrap_or_default().iter().enumerate();
            let elements: Result<Vec<E>, ValueError> = blocks
                .map(|(index, block)| read(&rows, block).map_err(|error| error.within(Step::index(index))))
                .collect();
            assign(request, elements?);
            Ok(())
        }));
        argument
    }

    fn of(schema: ArgumentSchema) -> Self {
        Self { schema, runs_pass: false, has_limit: false, is_compared_as_text: false, canonical: None, assign: None }
    }

    /// The argument fills a field of the request: `assign` sets it to the value, read as a `T`.
    pub(crate) fn request<T: DeserializeOwned>(mut self, assign: impl Fn(&mut R, T) + Send + Sync + 'static) -> Self {
        let schema = self.schema.clone();
        self.assign = Some(Arc::new(move |value, request| {
            assign(request, model::from_value(&schema.meaning_of(value))?);
            Ok(())
        }));
        self
    }

    /// Like [`Self::request`] for a text, where an empty one counts as absent.
    pub(crate) fn request_text(self, assign: impl Fn(&mut R, Option<String>) + Send + Sync + 'static) -> Self {
        self.request(move |request, text: Option<String>| assign(request, text.filter(|text| !text.is_empty())))
    }

    /// Like [`Self::request`] for one of an enumeration's names, where an empty text counts as absent.
    pub(crate) fn request_choice<E: ApiEnum>(self, assign: impl Fn(&mut R, Option<E>) + Send + Sync + 'static) -> Self {
        self.request(move |request, choice: Choice<E>| assign(request, choice.0))
    }

    /// Like [`Self::request`] for a map of tags.
    pub(crate) fn request_tags(mut self, assign: impl Fn(&mut R, Tags) + Send + Sync + 'static) -> Self {
        self.assign = Some(Arc::new(move |value, request| {
            assign(request, check::tags_in(value));
            Ok(())
        }));
        self
    }

    /// A change of the argument runs a pass: the group is asked for other capacity than before.
    pub(crate) fn runs_pass(mut self) -> Self {
        self.runs_pass = true;
        self
    }

    /// The account's limits bound the argument: they are checked when it changes.
    pub(crate) fn has_limit(mut self) -> Self {
        self.has_limit = true;
        self
    }

    /// Compares the whole argument, although the request holds only a part of it (W2).
    pub(crate) fn compared_as_text(mut self) -> Self {
        self.is_compared_as_text = true;
        self
    }

    /// Sets the function that gives the canonical value: the one that stands for all equivalent ones.
    pub(crate) fn canonical(mut self, canonical: fn(&Value, &str) -> Value) -> Self {
        self.canonical = Some(Arc::new(canonical));
        self
    }

    /// Treats this value as equal to an absent argument. The schema does not name it, because a state shows the argument as it is
    /// configured.
    pub(crate) fn equivalent_to_absent(mut self, value: impl Into<Value>) -> Self {
        let (value, schema) = (value.into(), self.schema.clone());
        self.canonical = Some(Arc::new(move |arguments, name| {
            let given = schema.meaning_of(arguments.get(name));
            if given == value { Value::Null } else { given }
        }));
        self
    }
}

impl<R> Argument<R> {
    pub(crate) fn name(&self) -> &str {
        match &self.schema {
            ArgumentSchema::Attribute(attribute) => &attribute.name,
            ArgumentSchema::Block(block) => &block.name,
        }
    }

    fn is_sensitive(&self) -> bool {
        matches!(&self.schema, ArgumentSchema::Attribute(attribute) if attribute.sensitive)
    }

    /// Whether a change of the argument runs a pass.
    pub(crate) fn does_run_pass(&self) -> bool {
        self.runs_pass
    }

    /// Whether the account's limits bound the argument.
    pub(crate) fn is_limited(&self) -> bool {
        self.has_limit
    }
}

/// The block with an attribute or a nested block for each row, in the order of the table.
pub(crate) fn with_arguments<R>(block: Block, rows: &[Argument<R>]) -> Block {
    let attributes = rows.iter().filter_map(|row| match &row.schema {
        ArgumentSchema::Attribute(attribute) => Some(attribute.clone()),
        ArgumentSchema::Block(_) => None,
    });
    let blocks = rows.iter().filter_map(|row| match &row.schema {
        ArgumentSchema::Block(block) => Some(block.clone()),
        ArgumentSchema::Attribute(_) => None,
    });
    block.attributes(attributes).blocks(blocks)
}

/// Fills a request from wholly known arguments.
///
/// # Errors
/// The first value that does not fit its field, with its path.
pub(crate) fn fill_request<R>(rows: &[Argument<R>], arguments: &Value, request: &mut R) -> Result<(), ValueError> {
    for row in rows {
        if let Some(assign) = &row.assign {
            let within = |error: ValueError| error.within(Step::Attribute(row.name().to_owned()));
            assign(arguments.get(row.name()), request).map_err(within)?;
        }
    }
    Ok(())
}

/// A request that is made of the arguments alone.
///
/// # Errors
/// The first value that does not fit its field, with its path.
pub(crate) fn request_from_arguments<R: Default>(rows: &[Argument<R>], arguments: &Value) -> Result<R, ValueError> {
    let mut request = R::default();
    fill_request(rows, arguments, &mut request)?;
    Ok(request)
}

/// The arguments that fill no field of the request, or of which it contains only a part, as JSON by name. They have no
/// effect, but two requests that differ in them differ (W2).
pub(crate) fn arguments_without_effect<R>(rows: &[Argument<R>], arguments: &Value) -> Vec<(String, String)> {
    rows.iter()
        .filter(|row| (row.assign.is_none() || row.is_compared_as_text) && check::is_set(arguments, row.name()))
        .map(|row| {
            let given = arguments.get(row.name());
            // The request is kept in the world.
            let kept = if row.is_sensitive() { secret::digest_of(given) } else { given.clone() };
            (row.name().to_owned(), to_json(&kept).to_string())
        })
        .collect()
}

/// The value that stands for all those that are equivalent to an argument's.
pub(crate) fn canonical_value<R>(rows: &[Argument<R>], arguments: &Value, name: &str) -> Value {
    let Some(row) = rows.iter().find(|row| row.name() == name) else { return arguments.get(name).clone() };
    match &row.canonical {
        Some(canonical) => canonical(arguments, name),
        None => row.schema.meaning_of(arguments.get(name)),
    }
}

fn canonical_blocks<R>(rows: &[Argument<R>], blocks: &Value) -> Value {
    let Some(blocks) = blocks.as_list() else { return blocks.clone() };
    Value::list(blocks.iter().map(|block| match block.as_map() {
        Some(members) => Value::object(members.keys().map(|name| (name.clone(), canonical_value(rows, block, name)))),
        None => block.clone(),
    }))
}
