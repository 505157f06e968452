//! What `terraform show -json` prints of a plan or a state: the resources as they will be, and what their arguments refer to.

use std::collections::BTreeMap;

use serde_json::Value;

use super::change::{Destroyed, ResourceChange};

/// A plan as far as an outlook reads it.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) resources: Vec<PlannedResource>,
    /// What the plan destroys of what exists.
    pub(super) destroyed: Destroyed,
    /// What data sources have read.
    data: Vec<PlannedResource>,
    /// The blocks of the configuration, by their addresses without indexes.
    blocks: BTreeMap<String, ConfiguredBlock>,
    /// The region of each provider configuration, by its key.
    regions: BTreeMap<String, String>,
}

/// A resource that will exist.
#[derive(Clone, Debug)]
pub(super) struct PlannedResource {
    pub(super) address: String,
    pub(super) type_name: String,
    /// What is known; what is known only after apply is absent.
    pub(super) values: Value,
    /// What the plan does with it.
    pub(super) change: ResourceChange,
}

#[derive(Clone, Debug)]
struct ConfiguredBlock {
    /// `module.network.`, or nothing.
    module: String,
    provider: String,
    expressions: Value,
}

impl Plan {
    /// Reads a plan; a state without a plan will do.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let json: Value = serde_json::from_str(text)
            .map_err(|error| format!("it is not JSON: {error}; `terraform show -json plan` prints it"))?;
        let values = ["planned_values", "values"].iter().find_map(|key| json.get(key));
        let Some(root) = values.and_then(|values| values.get("root_module")) else {
            return Err("it has no `planned_values`: it is not what `terraform show -json` prints of a plan".to_owned());
        };
        let mut resources = Vec::new();
        collect_resources(root, "managed", &mut resources);
        let destroyed = read_changes(&json, &mut resources);
        let mut data = Vec::new();
        if let Some(read) = json.pointer("/prior_state/values/root_module") {
            collect_resources(read, "data", &mut data);
        }
        let configuration = json.get("configuration").unwrap_or(&Value::Null);
        let mut blocks = BTreeMap::new();
        collect_blocks(configuration.get("root_module").unwrap_or(&Value::Null), "", &mut blocks);
        Ok(Self {
            resources,
            destroyed,
            data,
            blocks,
            regions: regions(configuration, json.get("variables").unwrap_or(&Value::Null)),
        })
    }

    /// The same with every resource as it is before the plan is applied.
    pub(super) fn before(&self) -> Self {
        let mut plan = self.clone();
        for resource in &mut plan.resources {
            if !resource.change.before.is_null() {
                resource.values = resource.change.before.clone();
            }
        }
        plan
    }

    /// The region of the provider that makes a resource, if the configuration names it.
    pub(super) fn region(&self, resource: &PlannedResource) -> Option<&str> {
        let block = self.blocks.get(&without_indexes(&resource.address))?;
        self.regions.get(&block.provider).map(String::as_str)
    }

    /// The resources and data sources of these types that an argument refers to, in the order of the plan. The path leads to the argument
    /// through nested blocks.
    pub(super) fn referred<'p>(
        &'p self,
        resource: &PlannedResource,
        path: &[PathStep<'_>],
        types: &[&str],
    ) -> Vec<&'p PlannedResource> {
        let Some(block) = self.blocks.get(&without_indexes(&resource.address)) else { return Vec::new() };
        let mut expression = &block.expressions;
        for step in path {
            let next = match step {
                PathStep::Member(name) => expression.get(name),
                PathStep::Index(index) => expression.get(index),
            };
            let Some(next) = next else { return Vec::new() };
            expression = next;
        }
        let names = expression.get("references").and_then(Value::as_array);
        let names: Vec<String> = names
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(|name| format!("{}{name}", block.module))
            .collect();
        let is_named = |candidate: &&PlannedResource| {
            let bare = without_indexes(&candidate.address);
            names.iter().any(|name| {
                let name_bare = without_indexes(name);
                let is_same =
                    name_bare == bare || name_bare.strip_prefix(&bare).is_some_and(|rest| rest.starts_with('.'));
                // A reference with an index means that instance alone.
                is_same && (!name.contains('[') || name.starts_with(&candidate.address))
            })
        };
        self.of_types(types).filter(is_named).collect()
    }

    /// The resources of these types, then the data sources.
    pub(super) fn of_types<'p>(&'p self, types: &[&str]) -> impl Iterator<Item = &'p PlannedResource> {
        self.resources.iter().chain(&self.data).filter(move |resource| types.contains(&resource.type_name.as_str()))
    }
}

/// A step of a path through an expression.
#[derive(Clone, Copy, Debug)]
pub(super) enum PathStep<'n> {
    Member(&'n str),
    Index(usize),
}

/// Gives each resource its change, and returns what is destroyed. Objects that an earlier apply has left for destruction
/// are deposed: they have the address of another one.
fn read_changes(json: &Value, resources: &mut [PlannedResource]) -> Destroyed {
    let mut changes: BTreeMap<&str, ResourceChange> = BTreeMap::new();
    let mut destroyed = Destroyed::default();
    for element in json.get("resource_changes").and_then(Value::as_array).into_iter().flatten() {
        let (Some(type_name), Some(change)) = (text(element, "type"), element.get("change")) else { continue };
        destroyed.add(type_name, change);
        let address = text(element, "address").filter(|_| element.get("deposed").is_none());
        if let Some((address, change)) = address.zip(ResourceChange::of(change)) {
            changes.insert(address, change);
        }
    }
    for resource in resources {
        let change = changes.remove(resource.address.as_str());
        resource.change = change.unwrap_or_else(|| ResourceChange::of_unnamed(&resource.values));
    }
    destroyed
}

fn collect_resources(module: &Value, mode: &str, found: &mut Vec<PlannedResource>) {
    let list = |key| module.get(key).and_then(Value::as_array).into_iter().flatten();
    for resource in list("resources").filter(|resource| text(resource, "mode") == Some(mode)) {
        if let (Some(address), Some(type_name)) = (text(resource, "address"), text(resource, "type")) {
            let values = resource.get("values").cloned().unwrap_or(Value::Null);
            let (address, type_name) = (address.to_owned(), type_name.to_owned());
            found.push(PlannedResource { address, type_name, values, change: ResourceChange::default() });
        }
    }
    for child in list("child_modules") {
        collect_resources(child, mode, found);
    }
}

fn collect_blocks(module: &Value, prefix: &str, found: &mut BTreeMap<String, ConfiguredBlock>) {
    for resource in module.get("resources").and_then(Value::as_array).into_iter().flatten() {
        if let Some(address) = text(resource, "address") {
            let block = ConfiguredBlock {
                module: prefix.to_owned(),
                provider: text(resource, "provider_config_key").unwrap_or_default().to_owned(),
                expressions: resource.get("expressions").cloned().unwrap_or(Value::Null),
            };
            found.insert(format!("{prefix}{address}"), block);
        }
    }
    for (name, call) in module.get("module_calls").and_then(Value::as_object).into_iter().flatten() {
        if let Some(inner) = call.get("module") {
            collect_blocks(inner, &format!("{prefix}module.{name}."), found);
        }
    }
}

/// A region that is written out, or that a variable has.
fn regions(configuration: &Value, variables: &Value) -> BTreeMap<String, String> {
    let mut regions = BTreeMap::new();
    for (key, provider) in configuration.get("provider_config").and_then(Value::as_object).into_iter().flatten() {
        let Some(expression) = provider.pointer("/expressions/region") else { continue };
        let of_variable = || {
            let names = expression.get("references")?.as_array()?.iter();
            let name = names.filter_map(Value::as_str).find_map(|name| name.strip_prefix("var."))?;
            variables.get(name)?.get("value")?.as_str()
        };
        if let Some(region) = text(expression, "constant_value").or_else(of_variable) {
            regions.insert(key.clone(), region.to_owned());
        }
    }
    regions
}

/// `module.a["x"].aws_instance.web[0]` without what stands in brackets.
fn without_indexes(address: &str) -> String {
    let (mut bare, mut depth, mut quoted, mut escaped) = (String::with_capacity(address.len()), 0_u32, false, false);
    for c in address.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if depth > 0 => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            _ if depth == 0 => bare.push(c),
            _ => {}
        }
    }
    bare
}

pub(super) fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use PathStep::{Index, Member};

    #[test]
    fn brackets_with_any_key_are_left_out() {
        for (address, bare) in [
            ("aws_instance.web", "aws_instance.web"),
            ("aws_instance.web[12]", "aws_instance.web"),
            (r#"module.a["x]\"y["].aws_instance.web["z"]"#, "module.a.aws_instance.web"),
        ] {
            assert_eq!(without_indexes(address), bare);
        }
    }

    #[test]
    fn references_regions_and_child_modules_are_found() {
        let resource =
            |address: &str, kind: &str| json!({ "address": address, "mode": "managed", "type": kind, "values": {} });
        let plan = json!({
            "planned_values": { "root_module": { "resources": [
                resource("aws_subnet.a[0]", "aws_subnet"), resource("aws_subnet.a[1]", "aws_subnet"),
                { "address": "data.aws_ami.x", "mode": "data", "type": "aws_ami", "values": {} }
            ], "child_modules": [{ "resources": [resource("module.m.aws_ec2_fleet.f", "aws_ec2_fleet"),
                resource("module.m.aws_subnet.a", "aws_subnet")] }] } },
            "variables": { "region": { "value": "eu-west-1" } },
            "configuration": {
                "provider_config": {
                    "aws": { "expressions": { "region": { "references": ["var.region"] } } },
                    "aws.x": { "expressions": { "region": { "constant_value": "us-east-1" } } }
                },
                "root_module": {
                    "resources": [],
                    "module_calls": { "m": { "module": { "resources": [{
                        "address": "aws_ec2_fleet.f", "provider_config_key": "aws.x",
                        "expressions": { "launch_template_config": [{ "override": [
                            { "subnet_id": { "references": ["aws_subnet.a.id", "aws_subnet.a"] } }
                        ] }] }
                    }] } } }
                }
            }
        });
        let plan = Plan::parse(&plan.to_string()).unwrap();
        let fleet = plan.of_types(&["aws_ec2_fleet"]).next().unwrap();
        assert_eq!(plan.region(fleet), Some("us-east-1"));
        assert_eq!(plan.regions["aws"], "eu-west-1");
        let path = [Member("launch_template_config"), Index(0), Member("override"), Index(0), Member("subnet_id")];
        let subnets = plan.referred(fleet, &path, &["aws_subnet"]);
        assert_eq!(subnets.iter().map(|subnet| subnet.address.as_str()).collect::<Vec<_>>(), ["module.m.aws_subnet.a"]);
        assert_eq!(plan.resources.len(), 4);
    }

    #[test]
    fn what_is_no_plan_is_refused() {
        assert!(Plan::parse("{").unwrap_err().contains("not JSON"));
        assert!(Plan::parse(r#"{"format_version": "1.0"}"#).unwrap_err().contains("planned_values"));
        assert!(Plan::parse(r#"{"values": {"root_module": {}}}"#).unwrap().resources.is_empty());
    }
}
