//! A world with something of everything, whole configurations of every resource and data source in it, and values that
//! their arguments can have.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use simcloud::plugin::proto::tfplugin6 as proto;
use simcloud::provider::{Setting, Settings, SimcloudProvider};
use simcloud::tf::schema::{AttributeKind, Mode};
use simcloud::tf::{Attribute, Block, Nesting, Path, Provider as _, Step, Type, Value};
use tempfile::TempDir;

use crate::client::{Client, Stored};

pub(crate) const IMAGE: &str = "aliyun_3_x64_20G_alibase_20250629.vhd";
const FOR_ECS: &str = r#"{"Statement":[{"Principal":{"Service":["ecs.aliyuncs.com"]}}],"Version":"1"}"#;
const OTHER_IMAGE: &str = "ubuntu_22_04_x64_20G_alibase_20250623.vhd";

/// A world in a file. Each client is a new provider, as each command of a CLI is a new process.
pub(crate) struct TestWorld {
    settings: Settings,
    schemas: proto::get_provider_schema::Response,
    /// What the configurations name: ids by what they are of.
    ids: BTreeMap<&'static str, String>,
    /// Every block by the name of its resource or data source.
    pub(crate) blocks: BTreeMap<String, Block>,
    /// The block `config` of every list resource by its name.
    pub(crate) list_blocks: BTreeMap<String, Block>,
    directory: TempDir,
}

/// The arguments of a pool that choose its types, in place of `instance_type`.
const FILTERS: [&str; 6] =
    ["architectures", "burstable_performance", "cores", "excluded_instance_types", "instance_family_level", "memories"];

/// A place in a configuration that an argument or a block can be written to, and what stands there in the schema.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) path: Path,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Argument(Box<Attribute>),
    Block(Nesting),
}

impl TestWorld {
    pub(crate) async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let world = directory.path().join("world.db").display().to_string();
        let world = Some(Setting { name: "SIMCLOUD_WORLD", value: world });
        let settings = Settings { world, ..Settings::default() };
        let provider = SimcloudProvider::new("simcloud", settings.clone());
        let resources = provider.resources().into_iter().map(|(name, resource)| (name, resource.schema().block));
        let sources = provider.data_sources().into_iter().map(|(name, source)| (name, source.schema().block));
        let blocks = resources.chain(sources).collect();
        let lists = provider.list_resources().into_iter();
        let list_blocks = lists.map(|(name, list)| (name, list.schema().block)).collect();
        let mut client = Client::in_process(Arc::new(provider)).await;
        assert_eq!(client.configure(Value::object::<&str, Value>([])).await, []);
        let schemas = client.schemas.clone();
        let mut world = Self { settings, schemas, ids: BTreeMap::new(), blocks, list_blocks, directory };
        for (name, type_name) in [
            ("vpc", "simcloud_vpc"),
            ("vswitch", "simcloud_vswitch"),
            ("security_group", "simcloud_security_group"),
            ("key_pair", "simcloud_ecs_key_pair"),
            ("template", "simcloud_ecs_launch_template"),
            ("reservation", "simcloud_run_instances"),
            ("disk", "simcloud_ecs_disk"),
            ("disk_attachment", "simcloud_ecs_disk_attachment"),
            ("free_disk", "simcloud_ecs_disk"),
            ("interface", "simcloud_ecs_network_interface"),
            ("interface_attachment", "simcloud_ecs_network_interface_attachment"),
            ("free_interface", "simcloud_ecs_network_interface"),
            ("role", "simcloud_ram_role"),
            ("policy", "simcloud_ram_policy"),
            ("role_policy", "simcloud_ram_role_policy_attachment"),
            ("single", "simcloud_instance"),
            ("nat_gateway", "simcloud_nat_gateway"),
            ("eip", "simcloud_eip_address"),
            ("association", "simcloud_eip_association"),
            ("free_eip", "simcloud_eip_address"),
            ("scaling_group", "simcloud_ess_scaling_group"),
            ("scaling_configuration", "simcloud_ess_scaling_configuration"),
            ("scaling_rule", "simcloud_ess_scaling_rule"),
        ] {
            let made = client.change(type_name, &Stored::nothing(), &world.config(type_name, "base")).await;
            assert!(made.diagnostics.iter().all(|said| !said.is_error), "{:?}", made.diagnostics);
            let instance = made.state.get("instances").element(0).get("instance_id").as_str();
            world.ids.extend(instance.map(|id| ("instance", id.to_owned())));
            world.ids.insert(name, made.state.get("id").as_str().unwrap().to_owned());
            for (of, attribute, what) in [
                ("vpc", "route_table_id", "route_table"),
                ("nat_gateway", "snat_table_ids", "snat_table"),
                ("eip", "ip_address", "address"),
            ] {
                let value = made.state.get(attribute).as_str().filter(|_| of == name);
                world.ids.extend(value.map(|value| (what, value.to_owned())));
            }
        }
        world
    }

    /// A configured provider that has done nothing yet.
    pub(crate) async fn client(&self) -> Client {
        let mut client = self.unconfigured_client().await;
        assert_eq!(client.configure(Value::object::<&str, Value>([])).await, []);
        client
    }

    /// The file of the world.
    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join("world.db")
    }

    /// A configured provider on another world, in a file of this name beside this one.
    pub(crate) async fn client_elsewhere(&self, name: &str) -> Client {
        let value = self.path().with_file_name(name).display().to_string();
        let world = Some(Setting { name: "SIMCLOUD_WORLD", value });
        let settings = Settings { world, random_number: || 7, ..self.settings.clone() };
        let provider = Arc::new(SimcloudProvider::new("simcloud", settings));
        let mut client = Client::in_process_knowing(provider, self.schemas.clone()).await;
        assert_eq!(client.configure(Value::object::<&str, Value>([])).await, []);
        client
    }

    pub(crate) async fn unconfigured_client(&self) -> Client {
        let provider = SimcloudProvider::new("simcloud", self.settings.clone());
        Client::in_process_knowing(Arc::new(provider), self.schemas.clone()).await
    }

    /// The types of managed resources; an older name stands for the same resource.
    pub(crate) fn resources(&self) -> Vec<String> {
        let older = [
            "simcloud_disk",
            "simcloud_disk_attachment",
            "simcloud_eip",
            "simcloud_key_pair",
            "simcloud_launch_template",
            "simcloud_network_interface",
            "simcloud_network_interface_attachment",
        ];
        self.schemas.resource_schemas.keys().filter(|name| !older.contains(&name.as_str())).cloned().collect()
    }

    /// Those that are objects of the cloud, which can be listed and imported: a change of the world is none.
    pub(crate) fn objects(&self) -> Vec<String> {
        self.resources().into_iter().filter(|name| name != "simcloud_world_change").collect()
    }

    pub(crate) fn data_sources(&self) -> Vec<String> {
        self.schemas.data_source_schemas.keys().cloned().collect()
    }

    /// Lets the scaling group launch, so that its rule can be executed.
    pub(crate) async fn enable_scaling_group(&self) {
        let type_name = "simcloud_ess_scaling_configuration";
        let mut configuration = self.config(type_name, "next");
        configuration.set("active", true);
        configuration.set("enable", true);
        let made = self.client().await.change(type_name, &Stored::nothing(), &configuration).await;
        assert!(made.diagnostics.iter().all(|said| !said.is_error), "{:?}", made.diagnostics);
    }

    fn id(&self, of: &str) -> Value {
        self.ids.get(of).map(String::as_str).into()
    }

    /// A configuration that is valid, with names that end in a suffix.
    pub(crate) fn config(&self, type_name: &str, suffix: &str) -> Value {
        let name = Value::from(format!("web-{suffix}"));
        let item = |image: &str| {
            Value::object([("image_id", Value::from(image)), ("min_count", 1.into()), ("max_count", 2.into())])
        };
        let pool =
            |zone: &str, instance_type: &str| Value::object([("zone_id", zone), ("instance_type", instance_type)]);
        let pools = Value::list([pool("cn-heyuan-a", "ecs.g7.large"), pool("cn-heyuan-b", "ecs.g7.large")]);
        let block = if suffix == "base" { "172.16.1.0/24" } else { "172.16.2.0/24" };
        let launch = Value::list([Value::object([("image_id", IMAGE)])]);
        let members: Vec<(&str, Value)> = match type_name {
            "simcloud_vpc" => vec![("vpc_name", name), ("cidr_block", "172.16.0.0/12".into())],
            "simcloud_vswitch" => vec![
                ("vswitch_name", name),
                ("vpc_id", self.id("vpc")),
                ("zone_id", "cn-heyuan-b".into()),
                ("cidr_block", block.into()),
            ],
            "simcloud_security_group" => vec![("security_group_name", name), ("vpc_id", self.id("vpc"))],
            "simcloud_security_group_rule" => vec![
                ("security_group_id", self.id("security_group")),
                ("type", "ingress".into()),
                ("ip_protocol", "tcp".into()),
                ("port_range", "22/22".into()),
                ("cidr_ip", "10.0.0.0/8".into()),
            ],
            "simcloud_ecs_disk" => vec![
                ("disk_name", name),
                ("zone_id", "cn-heyuan-b".into()),
                ("category", "cloud_essd".into()),
                ("size", 40.into()),
            ],
            "simcloud_ecs_disk_attachment" => vec![
                ("disk_id", self.id(if suffix == "base" { "disk" } else { "free_disk" })),
                ("instance_id", self.id("instance")),
            ],
            "simcloud_ecs_network_interface" => vec![
                ("network_interface_name", name),
                ("vswitch_id", "vsw-cn-heyuan-b".into()),
                ("security_group_ids", Value::list(["default"])),
            ],
            "simcloud_ecs_network_interface_attachment" => vec![
                ("network_interface_id", self.id(if suffix == "base" { "interface" } else { "free_interface" })),
                ("instance_id", self.id("instance")),
            ],
            "simcloud_ram_role" => vec![("role_name", name), ("assume_role_policy_document", FOR_ECS.into())],
            "simcloud_ram_policy" => vec![("policy_name", name), ("policy_document", "{}".into())],
            "simcloud_ram_role_policy_attachment" => vec![
                ("role_name", self.id("role")),
                ("policy_name", if suffix == "base" { self.id("policy") } else { "AliyunECSFullAccess".into() }),
                ("policy_type", if suffix == "base" { "Custom".into() } else { "System".into() }),
            ],
            "simcloud_ram_role_attachment" => {
                vec![("role_name", self.id("role")), ("instance_ids", Value::list([self.id("single")]))]
            }
            "simcloud_eip_address" => vec![("address_name", name), ("bandwidth", "10".into())],
            "simcloud_eip_association" => vec![
                ("allocation_id", self.id(if suffix == "base" { "eip" } else { "free_eip" })),
                ("instance_id", self.id("nat_gateway")),
            ],
            "simcloud_nat_gateway" => {
                vec![("nat_gateway_name", name), ("vpc_id", self.id("vpc")), ("vswitch_id", self.id("vswitch"))]
            }
            "simcloud_route_entry" => vec![
                ("route_table_id", self.id("route_table")),
                ("destination_cidrblock", "0.0.0.0/0".into()),
                ("nexthop_type", "NatGateway".into()),
                ("nexthop_id", self.id("nat_gateway")),
            ],
            "simcloud_snat_entry" => vec![
                ("snat_table_id", self.id("snat_table")),
                ("source_cidr", block.into()),
                ("snat_ip", self.id("address")),
            ],
            "simcloud_ecs_key_pair" => vec![("key_pair_name", name)],
            "simcloud_ecs_launch_template" => vec![
                ("launch_template_name", name),
                ("instance_type", "ecs.g7.large".into()),
                ("image_id", IMAGE.into()),
            ],
            "simcloud_ess_scaling_group" => vec![
                ("scaling_group_name", name),
                ("min_size", 0.into()),
                ("max_size", 3.into()),
                ("desired_capacity", 1.into()),
                ("vswitch_ids", Value::list([self.id("vswitch")])),
            ],
            "simcloud_ess_scaling_rule" => vec![
                ("scaling_group_id", self.id("scaling_group")),
                ("scaling_rule_name", name),
                ("adjustment_type", "TotalCapacity".into()),
                ("adjustment_value", 2.into()),
            ],
            "simcloud_ess_scaling_configuration" => vec![
                ("scaling_configuration_name", name),
                ("scaling_group_id", self.id("scaling_group")),
                ("instance_type", "ecs.g7.large".into()),
                ("image_id", IMAGE.into()),
                ("security_group_id", self.id("security_group")),
            ],
            "simcloud_run_instances" => vec![
                ("instance_type", "ecs.g7.large".into()),
                ("zone_id", "cn-heyuan-b".into()),
                ("image", Value::list([item(IMAGE)])),
            ],
            "simcloud_instance" => vec![
                ("instance_name", name),
                ("instance_type", "ecs.g7.large".into()),
                ("image_id", IMAGE.into()),
                ("availability_zone", "cn-heyuan-b".into()),
            ],
            "simcloud_auto_provisioning_group" | "simcloud_launch_forecast" | "simcloud_launch_outlook" => {
                let mut group = vec![
                    ("auto_provisioning_group_name", name),
                    ("auto_provisioning_group_type", "instant".into()),
                    ("total_target_capacity", "3".into()),
                    ("pay_as_you_go_target_capacity", "1".into()),
                    ("terminate_instances", true.into()),
                    ("launch_template_config", pools),
                    ("launch_configuration", launch),
                ];
                if type_name == "simcloud_launch_outlook" {
                    group.extend([("markets", Value::from(3)), ("horizon", "2h".into())]);
                }
                group
            }
            "simcloud_world_change" => vec![
                ("triggers", Value::object([("run", name)])),
                ("reclaim_spot", Value::object([("count", Value::from(1))])),
            ],
            "simcloud_instance_forecast" => vec![
                ("instance_type", "ecs.g7.large".into()),
                ("image_id", IMAGE.into()),
                ("availability_zone", "cn-heyuan-b".into()),
                ("data_disks", Value::list([Value::object([("size", 40)])])),
            ],
            "simcloud_instance_metadata" => vec![("instance_id", self.id("instance"))],
            "simcloud_spot_price_history" => vec![("instance_type", "ecs.g7.large".into())],
            _ => Vec::new(),
        };
        Value::object(members)
    }

    /// A configuration that is valid, for a value at a place: of blocks that exclude each other it has the one around the
    /// place.
    pub(crate) fn config_for(&self, type_name: &str, place: &Place) -> Value {
        let config = self.config(type_name, "next");
        let Some(Step::Attribute(name)) = place.path.steps().first() else { return config };
        if type_name == "simcloud_ram_policy" && name == "statement" {
            let text = |text: &str| Value::list([text]);
            let statement = Value::object([
                ("effect", Value::from("Allow")),
                ("action", text("oss:GetObject")),
                ("resource", text("acs:oss:*:*:*")),
            ]);
            return Value::object([("policy_name", Value::from("web-next")), ("statement", Value::list([statement]))]);
        }
        let size = || Value::object([("size", 40)]);
        let chosen = match (type_name, name.as_str(), place.path.steps().last()) {
            ("simcloud_instance", "data_disks", _) => Some(("data_disks", size())),
            ("simcloud_ess_scaling_configuration", "instance_type_override", _) => {
                let types =
                    Value::object([("instance_type", Value::from("ecs.g7.large")), ("weighted_capacity", 1.into())]);
                Some(("instance_type_override", types))
            }
            ("simcloud_auto_provisioning_group", "launch_template_config", Some(Step::Attribute(last)))
                if FILTERS.contains(&last.as_str()) =>
            {
                let filters = [("cores", Value::list([2])), ("memories", Value::list([8]))];
                let pool = [("zone_id", Value::from("cn-heyuan-b"))].into_iter().chain(filters);
                Some(("launch_template_config", Value::object(pool)))
            }
            _ => None,
        };
        if let Some((block, content)) = chosen {
            let mut config = config;
            config.set(block, Value::list([content]));
            return config;
        }
        if type_name != "simcloud_world_change" || name == "triggers" {
            return config;
        }
        let arguments = match name.as_str() {
            "advance_clock" => vec![("by", Value::from("1h"))],
            "change_market" => vec![("scenario", rules("cn-heyuan-a"))],
            "execute_scaling_rule" => vec![("scaling_rule_id", self.id("scaling_rule"))],
            _ => vec![("count", 1.into())],
        };
        Value::object([(name.as_str(), Value::object(arguments))])
    }

    /// Two values that an argument can have, of which the service accepts at least one in most configurations.
    pub(crate) fn samples(&self, attribute: &Attribute) -> [Value; 2] {
        let texts = |one: &str, other: &str| [Value::from(one), Value::from(other)];
        let [one, other] = match &*attribute.name {
            "zone_id" | "availability_zone" => texts("cn-heyuan-b", "cn-heyuan-a"),
            "vswitch_id" | "source_vswitch_id" | "subnet_id" => [self.id("vswitch"), "vsw-cn-heyuan-b".into()],
            "disk_id" => [self.id("free_disk"), Value::Null],
            "role_name" if attribute.mode == Mode::Required => [self.id("role"), Value::Null],
            "policy_name" if attribute.mode == Mode::Required => [self.id("policy"), "AliyunECSFullAccess".into()],
            "assume_role_policy_document" | "policy_document" | "document" => texts("{}", FOR_ECS),
            "instance_ids" if attribute.mode == Mode::Required => [self.id("single"), self.id("instance")],
            "network_interface_id" => [self.id("free_interface"), Value::Null],
            "allocation_id" => [self.id("free_eip"), "eip-0web".into()],
            "instance_id" => [self.id("instance"), self.id("nat_gateway")],
            "nexthop_id" => [self.id("nat_gateway"), self.id("instance")],
            "route_table_id" => [self.id("route_table"), "vtb-cn-heyuan".into()],
            "snat_table_id" => [self.id("snat_table"), Value::Null],
            "snat_ip" => [self.id("address"), Value::Null],
            "destination_cidrblock" | "source_cidr" => texts("10.8.0.0/16", "10.9.0.0/16"),
            "ip_address" | "private_ip_address" => texts("47.98.1.2", "47.98.1.3"),
            "bandwidth" if attribute.is_number => texts("10", "20"),
            "vpc_id" => [self.id("vpc"), "vpc-cn-heyuan".into()],
            "security_group_id" | "security_group_ids" | "security_groups" | "source_security_group_id" => {
                [self.id("security_group"), "default".into()]
            }
            "image_id" | "image_name" => texts(IMAGE, OTHER_IMAGE),
            "image_family" => texts("aliyun_3_x64", "ubuntu_22_04_x64"),
            "instance_type" if attribute.names.is_empty() => texts("ecs.g7.large", "ecs.g6.large"),
            "key_name" if attribute.mode != Mode::Required => [self.id("key_pair"), "one".into()],
            "key_pair_name" if attribute.mode == Mode::Optional => [self.id("key_pair"), Value::Null],
            "scaling_group_id" => [self.id("scaling_group"), Value::Null],
            "substitute" => [self.id("scaling_configuration"), Value::Null],
            "removal_policies" => texts("OldestInstance", "NewestInstance"),
            "instance_types" if attribute.mode == Mode::Optional => texts("ecs.g7.large", "ecs.g6.large"),
            "vswitch_ids" if attribute.mode == Mode::Optional => [self.id("vswitch"), "vsw-cn-heyuan-b".into()],
            "launch_template_id" => [self.id("template"), Value::Null],
            "launch_template_name" if attribute.mode == Mode::Optional => ["web-base".into(), Value::Null],
            // A protected one could not be deleted again.
            "deletion_protection" => [false.into(), Value::Null],
            "private_ip" | "primary_ip" | "primary_ip_address" => texts("10.1.0.77", "10.1.0.78"),
            "private_ip_addresses" | "private_ips" => texts("10.1.0.87", "10.1.0.88"),
            "launch_template_version" | "version" => texts("1", "2"),
            "cidr_block" => texts("172.16.8.0/24", "172.16.9.0/24"),
            "secondary_cidr_blocks" | "user_cidrs" | "cidr_ip" => texts("10.9.0.0/16", "10.10.0.0/16"),
            "ipv6_cidr_ip" => texts("2001:db8::/32", "::/0"),
            "port_range" => texts("80/80", "443/443"),
            "user_data" | "userdata" | "user_data_base64" => texts("ZWNobw==", "c2xlZXA="),
            "public_key" => [
                "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGTn2Zt6SGXGqQy8M1X0MsFN8zwF5SAbmSmtt6Yz4Xdo one".into(),
                Value::Null,
            ],
            "by" => texts("1h", "2h"),
            "to" => texts("2026-01-01T00:00:00Z", "24h"),
            "scenario" => return ["cn-heyuan-a", "cn-heyuan-b"].map(rules),
            "valid_from" => texts("2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"),
            "valid_until" | "auto_release_time" => texts("2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z"),
            "create" | "update" | "delete" => texts("1m", "2m"),
            "password" | "password_wo" => texts("Passw0rd!", "Passw1rd!"),
            "size" | "system_disk_size" => match attribute.value_type() {
                Type::String => texts("40", "60"),
                _ => [40.into(), 60.into()],
            },
            "key_file" => {
                ["one.pem", "two.pem"].map(|name| self.directory.path().join(name).display().to_string().into())
            }
            "instance_ids" => [self.id("instance"), Value::Null],
            "system_disk_category" | "category" | "disk_category" => texts("cloud_essd", "cloud_auto"),
            "max_instance_lifetime" => [86_400.into(), 172_800.into()],
            "stop_instance_timeout" => [30.into(), 60.into()],
            "instance_type" if attribute.names.contains(&"Nat") => texts("Nat", "EcsInstance"),
            "ipv4_cidr_mask" | "secondary_cidr_mask" => [16.into(), 24.into()],
            "nic_type" => texts("intranet", "internet"),
            "max_session_duration" => [3_600.into(), 7_200.into()],
            "ipv6_cidr_block" => texts("2408:4000::/56", "2408:4001::/56"),
            "excluded_instance_types" => texts("ecs.g5*", "ecs.c*"),
            "services" => texts("ecs.aliyuncs.com", "oss.aliyuncs.com"),
            "total_target_capacity" => texts("4", "5"),
            _ if !attribute.names.is_empty() => {
                [attribute.names[0].into(), attribute.names[attribute.names.len() - 1].into()]
            }
            _ if attribute.is_number && attribute.value_type() == Type::String => texts("1", "2"),
            _ => match attribute.value_type() {
                Type::Bool => [true.into(), false.into()],
                Type::Number => [1.into(), 2.into()],
                Type::Map(_) => return [Value::object([("team", "a")]), Value::object([("team", "b")])],
                Type::List(element) | Type::Set(element) if *element == Type::Number => {
                    return [Value::list([2]), Value::list([4])];
                }
                _ => texts("one", "two"),
            },
        };
        match attribute.value_type() {
            Type::List(_) | Type::Set(_) if one.as_list().is_none() => [Value::list([one]), Value::list([other])],
            _ => [one, other],
        }
    }
}

/// Rules of a market, as a value of dynamic type.
fn rules(zone_id: &str) -> Value {
    let rule = Value::object([("zone_id", Value::from(zone_id)), ("spot", 9.into())]);
    let rules = Value::object([("stock", Value::list([rule]))]);
    Value::Typed(Box::new(rules.literal_type()), Box::new(rules))
}

/// Every argument and every block of a configuration of a resource or data source. Of repeated blocks the first stands
/// for all.
pub(crate) fn places(block: &Block) -> Vec<Place> {
    let mut found = Vec::new();
    places_below(block, &Path::default(), &mut found);
    found
}

fn places_below(block: &Block, at: &Path, found: &mut Vec<Place>) {
    let arguments = block.attributes.iter().filter(|attribute| attribute.mode != Mode::Computed);
    for attribute in arguments.filter(|attribute| !matches!(attribute.kind, AttributeKind::Nested(..))) {
        let kind = Kind::Argument(Box::new(attribute.clone()));
        found.push(Place { path: at.clone().attribute(&*attribute.name), kind });
    }
    for nested in &block.blocks {
        let path = at.clone().attribute(&*nested.name);
        found.push(Place { path: path.clone(), kind: Kind::Block(nested.nesting) });
        let inner = if nested.nesting == Nesting::Single { path } else { path.index(0) };
        places_below(&nested.block, &inner, found);
    }
}

/// A configuration with another value at a place; blocks around it are made where there are none.
pub(crate) fn with(config: &Value, path: &Path, value: Value) -> Value {
    let mut config = config.clone();
    *at_mut(&mut config, path.steps()) = value;
    config
}

fn at_mut<'v>(value: &'v mut Value, steps: &[Step]) -> &'v mut Value {
    let Some((step, rest)) = steps.split_first() else { return value };
    match step {
        Step::Attribute(name) | Step::Key(name) => {
            if !matches!(value, Value::Map(_)) {
                *value = Value::Map(BTreeMap::new());
            }
            let Value::Map(members) = value else { unreachable!("it was made one") };
            at_mut(members.entry(name.clone()).or_default(), rest)
        }
        Step::Index(_) => {
            if !matches!(value, Value::List(elements) if !elements.is_empty()) {
                *value = Value::List(vec![Value::Map(BTreeMap::new())]);
            }
            let Value::List(elements) = value else { unreachable!("it was made one") };
            at_mut(&mut elements[0], rest)
        }
    }
}
