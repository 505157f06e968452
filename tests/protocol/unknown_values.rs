//! Every argument and every block of every resource, unknown in the plan and another value in the apply.
//!
//! Terraform plans twice: once with what is unknown, and again, in the apply, with what it has become. Anything that
//! the first plan shows as known and the second one does not repeat is "Provider produced inconsistent final plan",
//! and anything that the apply changes about the second plan "Provider produced inconsistent result after apply".

use simcloud::plugin::proto::tfplugin6 as proto;
use simcloud::tf::schema::Mode;
use simcloud::tf::{Attribute, Block, Nesting, Path, Step, Type, Value};

use crate::client::{Client, Planned, Said, Stored, completed};
use crate::fixtures::{Kind, Place, TestWorld, places, with};

/// What a place becomes: what it was without the test, nothing, and values that it may have.
fn outcomes(world: &TestWorld, place: &Place, config: &Value) -> Vec<Value> {
    let now = config.at(&place.path).clone();
    let others = match &place.kind {
        Kind::Argument(attribute) if may_be_chosen(attribute) => {
            [world.samples(attribute).to_vec(), vec!["".into()]].concat()
        }
        Kind::Argument(attribute) => world.samples(attribute).to_vec(),
        Kind::Block(Nesting::Single) => vec![Value::Null],
        Kind::Block(_) => {
            let twice: Vec<Value> =
                now.as_list().unwrap_or_default().iter().flat_map(|block| [block.clone(), block.clone()]).collect();
            vec![Value::List(Vec::new()), Value::List(twice)]
        }
    };
    let mut all = vec![now, Value::Null];
    all.extend(others);
    all.dedup();
    if matches!(place.kind, Kind::Block(nesting) if nesting != Nesting::Single) {
        all.retain(|value| !value.is_null());
    }
    all
}

/// Whether `""` stands for a value that the provider chooses.
fn may_be_chosen(attribute: &Attribute) -> bool {
    attribute.mode == Mode::OptionalComputed && attribute.default.is_none() && attribute.value_type() == Type::String
}

/// Whether an actual value may stand where a planned one was shown, by Terraform's own rules; the first difference.
fn difference(planned: &Value, actual: &Value, at: &str) -> Option<String> {
    match (planned, actual) {
        (Value::Unknown, _) => None,
        (Value::Map(members), Value::Map(_)) => {
            members.iter().find_map(|(name, planned)| difference(planned, actual.get(name), &format!("{at}.{name}")))
        }
        (Value::List(elements), Value::List(others)) if elements.len() == others.len() => {
            let mut ordered = elements.iter().zip(others).enumerate();
            let found = ordered.find_map(|(index, (one, other))| difference(one, other, &format!("{at}[{index}]")))?;
            let (mut one, mut other) = (elements.clone(), others.clone());
            one.sort();
            other.sort();
            // A set has no order.
            (one != other).then_some(found)
        }
        _ if planned == actual => None,
        _ => Some(format!("{at} was {planned}, but is {actual}")),
    }
}

/// Whether a plan is one that Terraform accepts for the configuration; the first fault.
///
/// A plan of the legacy type system may choose a value in place of `""`.
fn fault(
    block: &Block,
    config: &Value,
    prior: &Value,
    (planned, uses_legacy_type_system): (&Value, bool),
    at: &str,
) -> Option<String> {
    for attribute in &block.attributes {
        let [config, prior, planned] = [config, prior, planned].map(|value| value.get(&attribute.name));
        let at = format!("{at}.{}", attribute.name);
        if config.is_null() {
            if !attribute.is_computed() && !planned.is_null() {
                return Some(format!("{at} is absent, but planned as {planned}"));
            }
        } else if attribute.is_computed() || !attribute.write_only {
            let same = planned.same_as(config, &attribute.value_type());
            let is_chosen = uses_legacy_type_system && may_be_chosen(attribute) && config.as_str() == Some("");
            if !same && !is_chosen && (prior.is_null() || !planned.same_as(prior, &attribute.value_type())) {
                return Some(format!("{at} is {config}, but planned as {planned}"));
            }
        }
    }
    for nested in &block.blocks {
        let [config, prior, planned] = [config, prior, planned].map(|value| value.get(&nested.name));
        let at = format!("{at}.{}", nested.name);
        let (Some(configs), Some(plans)) = (config.as_list(), planned.as_list()) else {
            if planned.is_unknown() != config.is_unknown() {
                return Some(format!("{at} is {config}, but planned as {planned}"));
            }
            continue;
        };
        if configs.len() != plans.len() {
            return Some(format!("{at} has {} blocks, but {} are planned", configs.len(), plans.len()));
        }
        for (index, (config, planned)) in configs.iter().zip(plans).enumerate() {
            let plan = (planned, uses_legacy_type_system);
            let found = fault(&nested.block, config, prior.element(index), plan, &format!("{at}[{index}]"));
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

fn errors(said: &[Said]) -> Vec<&Said> {
    said.iter().filter(|said| said.is_error).collect()
}

/// Everything that is about one type of resource.
struct Case<'w> {
    world: &'w TestWorld,
    type_name: &'w str,
    faults: Vec<String>,
    applied: usize,
}

impl Case<'_> {
    async fn plan(&mut self, client: &mut Client, prior: &Stored, config: &Value, what: &str) -> Option<Planned> {
        if !errors(&client.validate(self.type_name, config.clone()).await).is_empty() {
            return None;
        }
        let planned = client.plan(self.type_name, prior, config).await;
        if let Some(error) = errors(&planned.diagnostics).first() {
            if error.summary.contains("Panicked") {
                self.faults.push(format!("{what}: {error:?}"));
            }
            return None;
        }
        let complete = completed(client.resource(self.type_name), config);
        let block = &self.world.blocks[self.type_name];
        let plan = (&planned.state, planned.uses_legacy_type_system);
        if let Some(found) = fault(block, &complete, &prior.state, plan, "") {
            self.faults.push(format!("{what}: an invalid plan: {found}"));
        }
        Some(planned)
    }

    /// Plans with something unknown; in a second process plans again with what it became, and applies that.
    async fn resolve(&mut self, prior: &Stored, unknown: &Value, known: &Value, what: &str) -> Option<Stored> {
        let first = self.plan(&mut self.world.client().await, prior, unknown, what).await?;
        let mut client = self.world.client().await;
        let second = self.plan(&mut client, prior, known, what).await?;
        let creates = prior.state.is_null();
        if !creates && !first.requires_replace.is_empty() {
            // A replacement is planned as a creation, which is another case.
            return None;
        }
        if !creates && !second.requires_replace.is_empty() {
            self.faults.push(format!("{what}: an update that becomes a replacement by {:?}", second.requires_replace));
            return None;
        }
        if let Some(found) = difference(&first.state, &second.state, "") {
            self.faults.push(format!("{what}: inconsistent final plan: {found}"));
        }
        let after = client.apply(self.type_name, prior, &second, known).await;
        if let Some(error) = errors(&after.diagnostics).first() {
            // The service may refuse the value, which it does as well where nothing was unknown.
            let again = self.world.client().await.change(self.type_name, prior, known).await;
            if !again.diagnostics.contains(error) || error.summary.contains("Panicked") {
                self.faults.push(format!("{what}: {error:?}"));
            }
            return Some(after).filter(|after| !after.state.is_null());
        }
        self.applied += 1;
        if let Some(found) = difference(&second.state, &after.state, "") {
            self.faults.push(format!("{what}: inconsistent result after apply: {found}"));
        }
        if !after.state.is_wholly_known() {
            self.faults.push(format!("{what}: unknown after the apply: {}", after.state));
        }
        self.settled(&after, known, what).await;
        Some(after)
    }

    /// A refresh and a plan after an apply find nothing to do.
    async fn settled(&mut self, after: &Stored, known: &Value, what: &str) {
        let mut client = self.world.client().await;
        let read = client.read(self.type_name, after).await;
        if read.state != after.state {
            let found = difference(&after.state, &read.state, "").unwrap_or_default();
            self.faults.push(format!("{what}: the refresh after the apply differs: {found}"));
        }
        let again = client.plan(self.type_name, &read, known).await;
        if again.state != read.state {
            let found = difference(&read.state, &again.state, "").unwrap_or_else(|| again.state.to_string());
            self.faults.push(format!("{what}: a plan after the apply is not empty: {found}"));
        }
    }

    async fn delete(&mut self, stored: &Stored, what: &str) {
        let gone = self.world.client().await.change(self.type_name, stored, &Value::Null).await;
        // What is protected against deletion stays, and so does the configuration that a scaling group launches from.
        let is_protected = gone.diagnostics.iter().any(|said| {
            said.path.ends_with("deletion_protection") || said.summary == "IncorrectScalingConfigurationLifecycleState"
        });
        if !gone.state.is_null() && !is_protected {
            self.faults.push(format!("{what}: it cannot be deleted: {:?}", gone.diagnostics));
        }
    }

    /// A creation in which the place is unknown; whether it was applied.
    async fn create(&mut self, place: &Place, config: &Value, unknown: &Value, outcome: &Value) -> bool {
        let what = format!("{} created with {} = {unknown} that becomes {outcome}", self.type_name, place.path);
        let unknown = with(config, &place.path, unknown.clone());
        let known = with(config, &place.path, outcome.clone());
        let applied = self.applied;
        if let Some(made) = self.resolve(&Stored::nothing(), &unknown, &known, &what).await {
            self.delete(&made, &what).await;
        }
        self.applied > applied
    }

    /// An update of an object, in which the place is unknown; what the object became, if it was applied.
    async fn update(&mut self, prior: &Stored, place: &Place, config: &Value, outcome: &Value) -> Option<Stored> {
        let what = format!("{} changed with {} that becomes {outcome}", self.type_name, place.path);
        let unknown = with(config, &place.path, Value::Unknown);
        let known = with(config, &place.path, outcome.clone());
        self.resolve(prior, &unknown, &known, &what).await
    }

    /// Creations with the first of the configurations with which the place can become a value: it becomes what it was, and
    /// something else, of which also the elements alone are unknown. That configuration, if there is one. Of a block the
    /// arguments in it have values.
    async fn create_each(&mut self, number: usize, place: &Place, effort: Effort) -> Option<Value> {
        let is_block = matches!(place.kind, Kind::Block(_));
        for config in configs(self.world, self.type_name, place) {
            let [now, others @ ..] = &outcomes(self.world, place, &config)[..] else { return None };
            let mut has_value =
                self.create(place, &config, &Value::Unknown, now).await && (is_block || !is_nothing(now));
            for outcome in rotated(others, number) {
                if !self.create(place, &config, &Value::Unknown, outcome).await {
                    continue;
                }
                if let Some(unknown) = with_unknown_elements(place, outcome) {
                    self.create(place, &config, &unknown, outcome).await;
                }
                has_value |= is_block || !is_nothing(outcome);
                if has_value && matches!(effort, Effort::One) {
                    break;
                }
            }
            if has_value {
                return Some(config);
            }
        }
        None
    }

    /// Updates of an object that was made with this configuration; the object as it goes on.
    async fn update_each(
        &mut self,
        mut object: Stored,
        number: usize,
        place: &Place,
        config: &Value,
        effort: Effort,
    ) -> Stored {
        for outcome in rotated(&outcomes(self.world, place, config), number + 2) {
            let applied = self.applied;
            object = self.update(&object, place, config, outcome).await.unwrap_or(object);
            if self.applied > applied && matches!(effort, Effort::One) {
                break;
            }
        }
        object
    }
}

/// Whether a value is what a place has that is not configured.
fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_list() == Some(&[])
}

/// All values, beginning with another one for each number.
fn rotated(values: &[Value], number: usize) -> impl Iterator<Item = &Value> {
    values.iter().cycle().skip(number % values.len().max(1)).take(values.len())
}

/// A list or a map that is known but for what is in it.
fn with_unknown_elements(place: &Place, outcome: &Value) -> Option<Value> {
    match (&place.kind, outcome) {
        (Kind::Argument(_), Value::List(elements)) if !elements.is_empty() => {
            Some(Value::List(vec![Value::Unknown; elements.len()]))
        }
        (Kind::Argument(_), Value::Map(members)) if !members.is_empty() => {
            Some(Value::object(members.keys().map(|key| (key.clone(), Value::Unknown))))
        }
        _ => None,
    }
}

/// Configurations that may have something at the place: the one for it, and each without one of the arguments that the
/// place may exclude.
fn configs(world: &TestWorld, type_name: &str, place: &Place) -> Vec<Value> {
    let config = world.config_for(type_name, place);
    let steps = place.path.steps();
    let beside = (0..steps.len()).filter(|length| !matches!(steps[*length], Step::Index(_))).flat_map(|length| {
        let block: Path = steps[..length].iter().cloned().fold(Path::default(), Path::append);
        let members = config.at(&block).as_map().into_iter().flatten().map(|(name, _)| name.clone());
        let others = members.filter(|name| steps[length] != Step::Attribute(name.clone()));
        others.map(|name| block.clone().attribute(name)).collect::<Vec<_>>()
    });
    let others: Vec<Value> = beside.map(|path| with(&config, &path, Value::Null)).collect();
    std::iter::once(config).chain(others).collect()
}

/// How many of the values that a place may become are tried, beside what it was.
#[derive(Clone, Copy)]
enum Effort {
    /// One for its creation and another for its change.
    One,
    All,
}

async fn resolve_everything(type_name: &str, effort: Effort) {
    let world = TestWorld::new().await;
    let config = world.config(type_name, "next");
    let mut case = Case { world: &world, type_name, faults: Vec::new(), applied: 0 };
    let all = places(&world.blocks[type_name]);
    if type_name == "simcloud_world_change" {
        world.enable_scaling_group().await;
    }
    let mut accepted = Vec::new();
    for (number, place) in all.iter().enumerate() {
        let found = case.create_each(number, place, effort).await;
        if found.is_none() {
            case.faults.push(format!("{type_name} was created with no value of {}", place.path));
        }
        accepted.push(found);
    }
    let mut object = world.client().await.change(type_name, &Stored::nothing(), &config).await;
    for (number, (place, own)) in all.iter().zip(accepted).enumerate() {
        let Some(own) = own else { continue };
        if own == config {
            object = case.update_each(object, number, place, &config, effort).await;
        }
    }
    world.client().await.change(type_name, &object, &Value::Null).await;
    let applied = case.applied;
    assert!(case.faults.is_empty(), "{} of {applied} applies:\n{}", case.faults.len(), case.faults.join("\n"));
}

macro_rules! resources {
    ($($test:ident $type_name:literal;)*) => {
        $(
            #[tokio::test]
            async fn $test() {
                resolve_everything($type_name, Effort::One).await;
            }
        )*

        #[tokio::test]
        async fn every_resource_is_resolved() {
            assert_eq!(TestWorld::new().await.resources(), [$($type_name),*]);
        }

        #[tokio::test]
        #[ignore = "minutes: every value that an unknown argument may become"]
        async fn soak_every_value_of_every_unknown_argument() {
            for type_name in [$($type_name),*] {
                resolve_everything(type_name, Effort::All).await;
            }
        }
    };
}

resources! {
    groups_keep_to_the_plan_of_unknown_arguments "simcloud_auto_provisioning_group";
    disks_keep_to_the_plan_of_unknown_arguments "simcloud_ecs_disk";
    attachments_of_disks_keep_to_the_plan_of_unknown_arguments "simcloud_ecs_disk_attachment";
    key_pairs_keep_to_the_plan_of_unknown_arguments "simcloud_ecs_key_pair";
    launch_templates_keep_to_the_plan_of_unknown_arguments "simcloud_ecs_launch_template";
    network_interfaces_keep_to_the_plan_of_unknown_arguments "simcloud_ecs_network_interface";
    attachments_of_network_interfaces_keep_to_the_plan_of_unknown_arguments "simcloud_ecs_network_interface_attachment";
    elastic_addresses_keep_to_the_plan_of_unknown_arguments "simcloud_eip_address";
    associations_of_elastic_addresses_keep_to_the_plan_of_unknown_arguments "simcloud_eip_association";
    scaling_configurations_keep_to_the_plan_of_unknown_arguments "simcloud_ess_scaling_configuration";
    scaling_groups_keep_to_the_plan_of_unknown_arguments "simcloud_ess_scaling_group";
    scaling_rules_keep_to_the_plan_of_unknown_arguments "simcloud_ess_scaling_rule";
    instances_keep_to_the_plan_of_unknown_arguments "simcloud_instance";
    nat_gateways_keep_to_the_plan_of_unknown_arguments "simcloud_nat_gateway";
    policies_keep_to_the_plan_of_unknown_arguments "simcloud_ram_policy";
    roles_keep_to_the_plan_of_unknown_arguments "simcloud_ram_role";
    roles_of_instances_keep_to_the_plan_of_unknown_arguments "simcloud_ram_role_attachment";
    policies_of_roles_keep_to_the_plan_of_unknown_arguments "simcloud_ram_role_policy_attachment";
    route_entries_keep_to_the_plan_of_unknown_arguments "simcloud_route_entry";
    reservations_keep_to_the_plan_of_unknown_arguments "simcloud_run_instances";
    security_groups_keep_to_the_plan_of_unknown_arguments "simcloud_security_group";
    security_group_rules_keep_to_the_plan_of_unknown_arguments "simcloud_security_group_rule";
    snat_entries_keep_to_the_plan_of_unknown_arguments "simcloud_snat_entry";
    vpcs_keep_to_the_plan_of_unknown_arguments "simcloud_vpc";
    vswitches_keep_to_the_plan_of_unknown_arguments "simcloud_vswitch";
    changes_of_the_world_keep_to_the_plan_of_unknown_arguments "simcloud_world_change";
}

/// An empty answer would be taken for one: an apply destroyed a fleet by it.
#[tokio::test]
async fn no_data_source_answers_while_the_provider_block_is_unknown() {
    let world = TestWorld::new().await;
    for name in ["region", "world", "clock", "scenario"] {
        let mut client = world.unconfigured_client().await;
        assert_eq!(client.configure(Value::object([(name, Value::Unknown)])).await, []);
        for type_name in world.data_sources() {
            let config = world.config(&type_name, "next");
            let (answer, diagnostics) = client.read_data(&type_name, config.clone()).await;
            assert!(answer.is_null());
            let [error] = &diagnostics[..] else { panic!("{type_name}: {diagnostics:?}") };
            assert!(error.is_error && error.detail.starts_with(name), "{error:?}");

            client.capabilities.deferral_allowed = true;
            let (answer, diagnostics) = client.read_data(&type_name, config).await;
            assert_eq!(diagnostics, []);
            assert_eq!(client.deferred, Some(proto::deferred::Reason::ProviderConfigUnknown));
            assert!(answer.get("id").is_unknown());
            client.capabilities.deferral_allowed = false;
        }
    }
}

/// Nothing is invented about a resource either: where the client allows it, a later plan looks at it.
#[tokio::test]
async fn resources_wait_for_the_provider_block_where_the_client_allows_it() {
    const UNKNOWN: Option<proto::deferred::Reason> = Some(proto::deferred::Reason::ProviderConfigUnknown);
    let world = TestWorld::new().await;
    for type_name in world.resources() {
        let config = world.config(&type_name, "next");
        let mut known = world.client().await;
        known.capabilities.deferral_allowed = true;
        let made = known.change(&type_name, &Stored::nothing(), &config).await;
        assert_eq!((known.deferred, known.read(&type_name, &made).await.state), (None, made.state.clone()));

        let mut client = world.unconfigured_client().await;
        assert_eq!(client.configure(Value::object([("scenario", Value::Unknown)])).await, []);
        for deferral_allowed in [false, true] {
            client.capabilities.deferral_allowed = deferral_allowed;
            let expected = UNKNOWN.filter(|_| deferral_allowed);

            let read = client.read(&type_name, &made).await;
            assert_eq!((read.state, read.private), (made.state.clone(), made.private.clone()), "{type_name}");
            assert_eq!((read.diagnostics, client.deferred), (Vec::new(), expected), "{type_name}: read");

            let planned = client.plan(&type_name, &Stored::nothing(), &config).await;
            assert!(planned.state.as_map().unwrap().values().any(Value::is_unknown), "{type_name}");
            assert_eq!((planned.diagnostics, client.deferred), (Vec::new(), expected), "{type_name}: plan");

            // A change of the world cannot be imported.
            if type_name == "simcloud_world_change" {
                continue;
            }
            let imported = client.import(&type_name, "some-id").await;
            assert_eq!(imported.state.is_null(), deferral_allowed, "{type_name}");
            assert_eq!(client.deferred, expected, "{type_name}: import");
        }
    }
}
