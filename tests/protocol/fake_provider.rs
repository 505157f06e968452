//! A provider of instances that exist in memory alone and fail on request.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use simcloud::tf::action::Progress;
use simcloud::tf::list::{FoundObject, FoundObjects, ListRequest};
use simcloud::tf::provider::{
    ApplyRequest, ApplyResponse, ConfigureRequest, FunctionError, ImportRequest, ImportResponse, MoveSource, Parameter,
    PlanRequest, PlanResponse, ReadRequest, ReadResponse, Signature,
};
use simcloud::tf::schema::{IdentityAttribute, IdentitySchema};
use simcloud::tf::{
    Action, Attribute, Block, DataSource, Diagnostics, Function, ListResource, NestedBlock, Number, Path, Provider,
    Resource, Schema, Type, Value,
};

/// A provider whose instances fail by their name: `fail`, `panic`, `slow`, `unreadable`.
#[derive(Default)]
pub(crate) struct FakeProvider {
    instances: Arc<InstanceStore>,
}

#[derive(Default)]
pub(crate) struct InstanceStore {
    by_id: Mutex<BTreeMap<String, Value>>,
    created: AtomicUsize,
    listed: AtomicUsize,
    booted: AtomicUsize,
}

impl FakeProvider {
    pub(crate) fn instances(&self) -> Arc<InstanceStore> {
        self.instances.clone()
    }
}

impl InstanceStore {
    pub(crate) fn count(&self) -> usize {
        self.by_id.lock().unwrap().len()
    }

    /// How many objects lists have made.
    pub(crate) fn listed(&self) -> usize {
        self.listed.load(Ordering::Relaxed)
    }

    /// How often something was booted to the end.
    pub(crate) fn booted(&self) -> usize {
        self.booted.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Provider for FakeProvider {
    fn schema(&self) -> Schema {
        Schema::new("A provider of tests.")
            .attributes([Attribute::string("region").optional().deprecated("the provider has one region")])
    }

    fn resources(&self) -> BTreeMap<String, Arc<dyn Resource>> {
        BTreeMap::from([(
            "fake_instance".to_owned(),
            Arc::new(FakeInstance(self.instances.clone())) as Arc<dyn Resource>,
        )])
    }

    fn data_sources(&self) -> BTreeMap<String, Arc<dyn DataSource>> {
        BTreeMap::from([(
            "fake_instance_count".to_owned(),
            Arc::new(InstanceCount(self.instances.clone())) as Arc<dyn DataSource>,
        )])
    }

    fn list_resources(&self) -> BTreeMap<String, Arc<dyn ListResource>> {
        BTreeMap::from([(
            "fake_instance".to_owned(),
            Arc::new(EndlessList(self.instances.clone())) as Arc<dyn ListResource>,
        )])
    }

    fn functions(&self) -> BTreeMap<String, Arc<dyn Function>> {
        BTreeMap::from([("half".to_owned(), Arc::new(Half) as Arc<dyn Function>)])
    }

    fn actions(&self) -> BTreeMap<String, Arc<dyn Action>> {
        BTreeMap::from([("fake_boot".to_owned(), Arc::new(Boot(self.instances.clone())) as Arc<dyn Action>)])
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        if config.get("region").as_str() == Some("closed") {
            diagnostics.error_at(Path::root("region"), "Closed Region", "`closed` takes no instances");
        }
    }

    async fn configure(&self, request: &ConfigureRequest, diagnostics: &mut Diagnostics) {
        assert_ne!(request.config.get("region").as_str(), Some("panic"), "the region `panic` is never configured");
        if request.config.get("region").is_unknown() {
            diagnostics.warning("Unknown Region", "the region is known during apply only");
        }
    }
}

struct FakeInstance(Arc<InstanceStore>);

#[async_trait]
impl Resource for FakeInstance {
    fn schema(&self) -> Schema {
        Schema::new("An instance.")
            .version(2)
            .attributes([
                Attribute::string("id").computed().use_state_for_unknown(),
                Attribute::string("name"),
                Attribute::string("image").optional().requires_replace(),
                Attribute::string("label").optional().computed(),
                Attribute::number("size").default(1),
                Attribute::string("secret").optional().write_only(),
                Attribute::set("zones", Type::String).optional(),
                Attribute::nested_list("cards", [Attribute::string("serial"), Attribute::number("queues")]).computed(),
            ])
            .blocks([NestedBlock::list("disk", Block::new("A disk.").attributes([Attribute::number("size_gib")]))])
    }

    fn identity_schema(&self) -> Option<IdentitySchema> {
        Some(IdentitySchema::new([IdentityAttribute::string("id", "The id of the instance.")]))
    }

    async fn plan(&self, request: &PlanRequest, response: &mut PlanResponse) {
        if request.config.get("name").as_str() == Some("panic-in-plan") {
            response.diagnostics.warning("About To Panic", "this stays");
            panic!("planned to");
        }
        if request.destroys {
            response.diagnostics.warning("Instance Is Deleted", "its data is lost");
        }
    }

    async fn create(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let id = format!("f-{}", self.0.created.fetch_add(1, Ordering::Relaxed));
        let mut state = request.planned_state.clone();
        state.set("id", id.as_str());
        response.state = state.clone();
        response.private = b"made".to_vec();
        match request.planned_state.get("name").as_str() {
            Some("fail") => return response.diagnostics.error("Creation Failed", format!("`{id}` cannot start")),
            Some("panic") => panic!("{id} has no state"),
            Some("slow") => tokio::time::sleep(Duration::from_millis(50)).await,
            _ => {}
        }
        self.finish(state, response);
    }

    async fn read(&self, request: &ReadRequest, response: &mut ReadResponse) {
        if request.state.get("name").as_str() == Some("unreadable") {
            return response.diagnostics.error("Read Failed", "the instance cannot be read");
        }
        let instances = self.0.by_id.lock().unwrap();
        response.state = request.state.get("id").as_str().and_then(|id| instances.get(id)).cloned().unwrap_or_default();
    }

    async fn update(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        if request.planned_state.get("name").as_str() == Some("fail") {
            return response.diagnostics.error_at(Path::root("name"), "Rename Failed", "the name cannot be changed");
        }
        self.finish(request.planned_state.clone(), response);
    }

    async fn delete(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        if request.prior_state.get("label").as_str() == Some("protected") {
            return response.diagnostics.error("Instance Is Protected", "the instance cannot be deleted");
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
            diagnostics.error("State Too Old", "version 0 was never released");
        }
        // Version 1 called the name a title.
        state["name"] = state["title"].take();
        state
    }

    fn move_from(&self, source: &MoveSource) -> Option<serde_json::Value> {
        (source.type_name == "old_instance").then(|| source.state.clone())
    }
}

impl FakeInstance {
    fn finish(&self, mut state: Value, response: &mut ApplyResponse) {
        if state.get("label").is_unknown() {
            state.set("label", format!("a {}", state.get("name").as_str().unwrap()));
        }
        state.set("cards", vec![Value::object([("serial", Value::from("s-1")), ("queues", 3.into())])]);
        self.0.by_id.lock().unwrap().insert(state.get("id").as_str().unwrap().to_owned(), state.clone());
        response.state = state;
    }
}

/// Finds instances without end, or fails as its configuration says.
struct EndlessList(Arc<InstanceStore>);

#[async_trait]
impl ListResource for EndlessList {
    fn schema(&self) -> Schema {
        Schema::new("Instances without end.").attributes([Attribute::string("mode").optional()])
    }

    async fn list(&self, request: &ListRequest, diagnostics: &mut Diagnostics) -> FoundObjects {
        let mode = request.config.get("mode").as_str().unwrap_or_default().to_owned();
        match mode.as_str() {
            "warn" => diagnostics.warning("Slow", "there are many instances"),
            "fail" => diagnostics.error_at(Path::root("mode"), "Not Listed", "the instances cannot be listed"),
            _ => {}
        }
        let instances = self.0.clone();
        Box::new((0..).map(move |number| {
            assert!(mode != "panic" || number < 2, "there are two instances");
            instances.listed.fetch_add(1, Ordering::Relaxed);
            let id = format!("f-{number}");
            FoundObject { identity: Value::object([("id", id.clone())]), display_name: id, state: None }
        }))
    }
}

struct InstanceCount(Arc<InstanceStore>);

#[async_trait]
impl DataSource for InstanceCount {
    fn schema(&self) -> Schema {
        Schema::new("The number of instances.")
            .attributes([Attribute::number("at_least").optional(), Attribute::number("instance_count").computed()])
    }

    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value {
        let count = self.0.count();
        let least = config.get("at_least").as_number().and_then(Number::to_u64).unwrap_or_default();
        if u64::try_from(count).unwrap() < least {
            diagnostics.error_at(
                Path::root("at_least"),
                "Too Few Instances",
                format!("at least {least} are expected, {count} exist"),
            );
        }
        let mut result = config.clone();
        result.set("instance_count", count);
        result
    }
}

/// Boots by name: `fail`, `panic`, `slow`, `talkative`.
struct Boot(Arc<InstanceStore>);

#[async_trait]
impl Action for Boot {
    fn schema(&self) -> Schema {
        Schema::new("Boots.").attributes([Attribute::string("name").optional()])
    }

    async fn plan(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let name = config.get("name").as_str().unwrap_or("nobody");
        diagnostics.warning("Something Would Boot", format!("{name} would boot"));
    }

    async fn invoke(&self, config: &Value, progress: &Progress, diagnostics: &mut Diagnostics) {
        let name = config.get("name").as_str().unwrap_or("nobody");
        progress.report(format!("booting {name}"));
        match name {
            "fail" => {
                diagnostics.warning("About To Fail", "this is said too");
                return diagnostics.error("Boot Failed", "it cannot boot");
            }
            "panic" => panic!("no boot"),
            "slow" => tokio::time::sleep(Duration::from_millis(50)).await,
            "talkative" => (1..103).for_each(|step| progress.report(format!("step {step}"))),
            _ => {}
        }
        self.0.booted.fetch_add(1, Ordering::Relaxed);
    }
}

/// The number whose half takes seconds.
pub(crate) const SLOW: i64 = 4_000;

struct Half;

#[async_trait]
impl Function for Half {
    fn signature(&self) -> Signature {
        let parameter = Parameter { name: "number", value_type: Type::Number, description: "An even number.".into() };
        Signature { summary: "Half", description: "Half of it.", parameters: vec![parameter], result: Type::Number }
    }

    async fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let number = arguments[0].as_number().unwrap().to_i64().expect("small numbers");
        if number == SLOW {
            // A computation, which does not give way to other calls by itself.
            std::thread::sleep(std::time::Duration::from_secs(3));
        }
        if number % 2 == 0 {
            Ok((number / 2).into())
        } else {
            Err(FunctionError { text: format!("`{number}` is odd"), argument: Some(0) })
        }
    }
}
