//! Data sources that list objects of the provider's region: what they have in common is to filter, page and name them.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;

use async_trait::async_trait;

use super::configured::Configured;
use super::context::ProviderContext;
use super::data_source::{self, Answer};
use crate::tf::{DataSource, Diagnostics, Schema, Value};

/// A kind of object that a data source lists.
///
/// Its schema has the arguments `ids` and `name_regex`, the computed lists `ids`, `names` and [`Self::LIST`], and, if it
/// is paged, `page_number`, `page_size` and `total_count`.
#[async_trait]
pub(crate) trait Listing: Debug + Send + Sync + 'static {
    type Object: Send + Sync;

    /// The computed list of objects.
    const LIST: &'static str;

    /// Objects on a page if the configuration asks for pages without a size; `None` if there are no pages.
    const PAGE_SIZE: Option<usize> = Some(50);

    fn schema() -> Schema;

    /// What the filters select, in the order of the service; `None` after an error, which is reported.
    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<Self::Object>>;

    fn id(object: &Self::Object) -> &str;

    /// What `name_regex` is matched against.
    fn name(object: &Self::Object) -> &str;

    /// The object as an element of [`Self::LIST`].
    fn row(object: &Self::Object) -> Value;
}

/// The data source of a [`Listing`].
#[derive(Debug)]
pub(crate) struct ListingDataSource<L> {
    context: Arc<ProviderContext>,
    listing: PhantomData<L>,
}

impl<L: Listing> ListingDataSource<L> {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context), listing: PhantomData }
    }

    fn answer(all: &[L::Object], config: &Value, diagnostics: &mut Diagnostics) -> Value {
        let mut answer = Answer::empty(&L::schema(), config);
        let objects = L::PAGE_SIZE.map_or(all, |size| data_source::page(all, config, size));
        let ids: Vec<&str> = objects.iter().map(L::id).collect();
        answer.set("ids", Value::list(ids.iter().copied()));
        answer.set("names", Value::list(objects.iter().map(L::name)));
        if L::PAGE_SIZE.is_some() {
            answer.set("total_count", all.len());
        }
        answer.list(L::LIST, &ids, objects.iter().map(L::row).collect(), diagnostics);
        answer.into_value()
    }
}

#[async_trait]
impl<L: Listing> DataSource for ListingDataSource<L> {
    fn schema(&self) -> Schema {
        L::schema()
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        data_source::regex(config, "name_regex", diagnostics);
        if L::PAGE_SIZE.is_some() {
            data_source::check_page(config, diagnostics);
        }
    }

    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value {
        if let Some(configured) = data_source::configured(&self.context, diagnostics)
            && let Some(all) = L::find(config, &configured, diagnostics).await
        {
            return Self::answer(&all, config, diagnostics);
        }
        Answer::empty(&L::schema(), config).into_value()
    }
}
