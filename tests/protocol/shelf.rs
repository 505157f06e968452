//! A provider small enough to know by heart: things on a shelf, which fail on request.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use simcloud::tf::provider::{
    ApplyRequest, ApplyResponse, ConfigureRequest, FunctionError, ImportRequest, ImportResponse, MoveSource, Parameter,
    PlanRequest, PlanResponse, ReadRequest, ReadResponse, Signature,
};
use simcloud::tf::schema::{IdentityAttribute, IdentitySchema};
use simcloud::tf::{
    Attribute, Block, DataSource, Diagnostics, Function, NestedBlock, Number, Path, Provider, Resource, Schema, Type,
    Value,
};

/// The things by id. A thing's name says what goes wrong with it: `fail`, `panic`, `slow`.
#[derive(Default)]
pub(crate) struct Shelf {
    things: Arc<Things>,
}

#[derive(Default)]
pub(crate) struct Things {
    by_id: Mutex<BTreeMap<String, Value>>,
    made: AtomicUsize,
}

impl Shelf {
    pub(crate) fn things(&self) -> Arc<Things> {
        self.things.clone()
    }
}

impl Things {
    pub(crate) fn count(&self) -> usize {
        self.by_id.lock().unwrap().len()
    }
}

#[async_trait]
impl Provider for Shelf {
    fn schema(&self) -> Schema {
        Schema::new("A shelf.").attributes([Attribute::string("room").optional().deprecated("shelves stand anywhere")])
    }

    fn resources(&self) -> BTreeMap<String, Arc<dyn Resource>> {
        BTreeMap::from([("shelf_thing".to_owned(), Arc::new(Thing(self.things.clone())) as Arc<dyn Resource>)])
    }

    fn data_sources(&self) -> BTreeMap<String, Arc<dyn DataSource>> {
        BTreeMap::from([("shelf_count".to_owned(), Arc::new(Count(self.things.clone())) as Arc<dyn DataSource>)])
    }

    fn functions(&self) -> BTreeMap<String, Arc<dyn Function>> {
        BTreeMap::from([("half".to_owned(), Arc::new(Half) as Arc<dyn Function>)])
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        if config.get("room").as_str() == Some("cellar") {
            diagnostics.error_at(Path::root("room"), "Damp Room", "things in the `cellar` rot");
        }
    }

    async fn configure(&self, request: &ConfigureRequest, diagnostics: &mut Diagnostics) {
        assert_ne!(request.config.get("room").as_str(), Some("attic"), "the attic is haunted");
        if request.config.get("room").is_unknown() {
            diagnostics.warning("Unknown Room", "it will be known when things are applied");
        }
    }
}

struct Thing(Arc<Things>);

#[async_trait]
impl Resource for Thing {
    fn schema(&self) -> Schema {
        Schema::new("A thing.")
            .version(2)
            .attributes([
                Attribute::string("id").computed().use_state_for_unknown(),
                Attribute::string("name"),
                Attribute::string("kind").optional().requires_replace(),
                Attribute::string("label").optional().computed(),
                Attribute::number("size").default(1),
                Attribute::string("secret").optional().write_only(),
                Attribute::set("colours", Type::String).optional(),
                Attribute::nested_list("parts", [Attribute::string("serial"), Attribute::number("weight")]).computed(),
            ])
            .blocks([NestedBlock::list("drawer", Block::new("A drawer.").attributes([Attribute::number("depth")]))])
    }

    fn identity_schema(&self) -> Option<IdentitySchema> {
        Some(IdentitySchema::new([IdentityAttribute::string("id", "The number on the thing.")]))
    }

    async fn plan(&self, request: &PlanRequest, response: &mut PlanResponse) {
        if request.proposed.get("name").as_str() == Some("panic-in-plan") {
            response.diagnostics.warning("About To Panic", "this stays");
            panic!("planned to");
        }
        if request.proposed.is_null() {
            response.diagnostics.warning("Thing Goes", "nobody will find it again");
        }
    }

    async fn create(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let id = format!("t-{}", self.0.made.fetch_add(1, Ordering::Relaxed));
        let mut state = request.planned_state.clone();
        state.set("id", id.as_str());
        response.state = state.clone();
        response.private = b"made".to_vec();
        match request.planned_state.get("name").as_str() {
            Some("fail") => return response.diagnostics.error("Dropped", format!("`{id}` fell")),
            Some("panic") => panic!("{id} exploded"),
            Some("slow") => tokio::time::sleep(Duration::from_millis(50)).await,
            _ => {}
        }
        self.finish(state, response);
    }

    async fn read(&self, request: &ReadRequest, response: &mut ReadResponse) {
        if request.state.get("name").as_str() == Some("unreadable") {
            return response.diagnostics.error("Too Dark", "nothing can be read");
        }
        let things = self.0.by_id.lock().unwrap();
        response.state = request.state.get("id").as_str().and_then(|id| things.get(id)).cloned().unwrap_or_default();
    }

    async fn update(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        if request.planned_state.get("name").as_str() == Some("fail") {
            return response.diagnostics.error_at(Path::root("name"), "Ink Dry", "the name cannot be changed");
        }
        self.finish(request.planned_state.clone(), response);
    }

    async fn delete(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        if request.prior_state.get("label").as_str() == Some("glued") {
            return response.diagnostics.error("Glued", "the thing does not come off");
        }
        self.0.by_id.lock().unwrap().remove(request.prior_state.get("id").as_str().unwrap());
        response.state = Value::Null;
    }

    async fn import(&self, request: &ImportRequest, response: &mut ImportResponse) {
        let identity = request.identity.as_ref().and_then(|identity| identity.get("id").as_str());
        let id = identity.unwrap_or(&request.id);
        if self.0.by_id.lock().unwrap().contains_key(id) {
            response.state = Value::object([("id", id)]);
        }
    }

    fn upgrade(&self, version: i64, mut state: serde_json::Value, diagnostics: &mut Diagnostics) -> serde_json::Value {
        if version == 0 {
            diagnostics.error("Too Old", "things of version 0 were never sold");
        }
        // Version 1 called the name a title.
        state["name"] = state["title"].take();
        state
    }

    fn move_from(&self, source: &MoveSource) -> Option<serde_json::Value> {
        (source.type_name == "old_thing").then(|| source.state.clone())
    }
}

impl Thing {
    fn finish(&self, mut state: Value, response: &mut ApplyResponse) {
        if state.get("label").is_unknown() {
            state.set("label", format!("a {}", state.get("name").as_str().unwrap()));
        }
        state.set("parts", vec![Value::object([("serial", Value::from("s-1")), ("weight", 3.into())])]);
        self.0.by_id.lock().unwrap().insert(state.get("id").as_str().unwrap().to_owned(), state.clone());
        response.state = state;
    }
}

struct Count(Arc<Things>);

#[async_trait]
impl DataSource for Count {
    fn schema(&self) -> Schema {
        Schema::new("How many things there are.")
            .attributes([Attribute::number("at_least").optional(), Attribute::number("count_of_things").computed()])
    }

    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value {
        let count = self.0.count();
        let least = config.get("at_least").as_number().and_then(Number::to_u64).unwrap_or_default();
        if u64::try_from(count).unwrap() < least {
            diagnostics.error_at(Path::root("at_least"), "Too Few", format!("{least} wanted, {count} found"));
        }
        let mut result = config.clone();
        result.set("count_of_things", count);
        result
    }
}

struct Half;

#[async_trait]
impl Function for Half {
    fn signature(&self) -> Signature {
        let parameter = Parameter { name: "number", value_type: Type::Number, description: "An even number." };
        Signature { summary: "Half", description: "Half of it.", parameters: vec![parameter], result: Type::Number }
    }

    async fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let number = arguments[0].as_number().unwrap().to_i64().expect("small numbers");
        if number % 2 == 0 {
            Ok((number / 2).into())
        } else {
            Err(FunctionError { text: format!("`{number}` is odd"), argument: Some(0) })
        }
    }
}
