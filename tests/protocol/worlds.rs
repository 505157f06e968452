//! A state knows the world that holds its objects, and says so where an object is missing because this is another world.

use simcloud::cloud::{WorldLocation, copy_world};
use simcloud::tf::Value;

use crate::client::{Said, Stored};
use crate::fixtures::TestWorld;

/// The ids that the two providers' "random" numbers make.
const HERE: &str = "w-0000000000000000";
const ELSEWHERE: &str = "w-0000000000000007";

/// Checks that the only diagnostic is the warning about another world, and that it names what it has to.
fn is_warning(diagnostics: &[Said], id: &str, world: &TestWorld) {
    let [warning] = diagnostics else { panic!("{diagnostics:#?}") };
    assert_eq!((warning.is_error, warning.summary.as_str()), (false, "Made In Another World"));
    let here = format!("{id} was made in the world {HERE} at {}.", world.path().display());
    let elsewhere = format!("This is the world {ELSEWHERE} at {}", world.path().with_file_name("other.db").display());
    for part in [here.as_str(), &elsewhere, "SIMCLOUD_WORLD", "absolute path", "PostgreSQL"] {
        assert!(warning.detail.contains(part), "{part} is missing in: {}", warning.detail);
    }
}

/// The state planned "1 to add" without a word when its world's file was gone or another one was named.
#[tokio::test]
async fn what_another_world_holds_is_missing_with_a_warning() {
    let world = TestWorld::new().await;
    for type_name in world.objects() {
        let config = world.config(&type_name, "next");
        let mut here = world.client().await;
        let planned = here.plan(&type_name, &Stored::nothing(), &config).await;
        let made = here.apply(&type_name, &Stored::nothing(), &planned, &config).await;
        let id = made.state.get("id").as_str().unwrap().to_owned();

        // No one sees the id: neither in the plan nor in the state, and a plan's private state has none either.
        assert!(String::from_utf8_lossy(&made.private).contains(HERE), "{type_name}");
        let visible = format!("{:?} {:?} {:?}", planned.state, made.state, String::from_utf8_lossy(&planned.private));
        assert!(!visible.contains(HERE), "{type_name}: {visible}");
        assert_eq!(here.read(&type_name, &made).await.private, made.private, "{type_name}");

        let mut other = world.client_elsewhere("other.db").await;
        let missing = other.read(&type_name, &made).await;
        assert!(missing.state.is_null(), "{type_name}");
        is_warning(&missing.diagnostics, &id, &world);

        // The state of a version that did not keep the world cannot know.
        let unmarked = Stored { private: Vec::new(), ..made.clone() };
        let missing = other.read(&type_name, &unmarked).await;
        assert_eq!((missing.state, missing.diagnostics), (Value::Null, Vec::new()), "{type_name}");
        assert_eq!(here.read(&type_name, &unmarked).await.private, made.private, "{type_name}");

        // In the same world it was deleted, which is ordinary drift.
        let deleted = here.change(&type_name, &made, &Value::Null).await;
        assert_eq!((deleted.state, deleted.diagnostics), (Value::Null, Vec::new()), "{type_name}");
        let missing = here.read(&type_name, &made).await;
        assert_eq!((missing.state, missing.diagnostics), (Value::Null, Vec::new()), "{type_name}");
    }
}

#[tokio::test]
async fn a_copied_world_is_the_same_and_an_import_knows_its_world() {
    const VPC: &str = "simcloud_vpc";
    let world = TestWorld::new().await;
    let made = world.client().await.change(VPC, &Stored::nothing(), &world.config(VPC, "next")).await;
    let id = made.state.get("id").as_str().unwrap();

    let copied = WorldLocation::File(world.path().with_file_name("copy.db"));
    copy_world(&WorldLocation::File(world.path()), &copied, false, || 9, &mut |_, _| ()).unwrap();
    let mut copy = world.client_elsewhere("copy.db").await;
    let read = copy.read(VPC, &made).await;
    assert_eq!((&read.state, read.diagnostics.as_slice()), (&made.state, &[][..]));
    copy.change(VPC, &read, &Value::Null).await;
    assert_eq!(copy.read(VPC, &read).await.diagnostics, []);

    let mut here = world.client().await;
    let imported = here.import(VPC, id).await;
    let imported = here.read(VPC, &imported).await;
    assert_eq!(imported.private, made.private);
    let missing = world.client_elsewhere("other.db").await.read(VPC, &imported).await;
    is_warning(&missing.diagnostics, id, &world);
}

/// Without a refresh, the apply is the first to notice.
#[tokio::test]
async fn a_change_or_a_deletion_in_another_world_says_where_the_object_is() {
    const VPC: &str = "simcloud_vpc";
    let world = TestWorld::new().await;
    let config = world.config(VPC, "next");
    let made = world.client().await.change(VPC, &Stored::nothing(), &config).await;
    let id = made.state.get("id").as_str().unwrap();
    let mut other = world.client_elsewhere("other.db").await;

    let mut changed = config.clone();
    changed.set("vpc_name", "another-name");
    let refused = other.change(VPC, &made, &changed).await;
    assert_eq!((&refused.state, &refused.private), (&made.state, &made.private));
    assert!(refused.diagnostics[0].is_error, "{:?}", refused.diagnostics);
    is_warning(&refused.diagnostics[1..], id, &world);

    let deleted = other.change(VPC, &made, &Value::Null).await;
    assert!(deleted.state.is_null());
    is_warning(&deleted.diagnostics, id, &world);
    assert_eq!(world.client().await.read(VPC, &made).await.state, made.state);
}

/// A plan without the scenario under which everything else was made said nothing of it.
#[tokio::test]
async fn w14_a_plan_says_that_it_does_not_use_the_scenario_of_the_latest_change() {
    const VPC: &str = "simcloud_vpc";
    const GROUP: &str = "simcloud_auto_provisioning_group";
    const NONE: [(&str, Value); 0] = [];
    let world = TestWorld::new().await;
    let scenario = |members: Value| Value::object([("scenario", members)]);
    let group = world.config(GROUP, "planned");
    let said = async |block: Value, type_name: &'static str| {
        let mut client = world.unconfigured_client().await;
        assert_eq!(client.configure(block).await, []);
        let first = client.plan(type_name, &Stored::nothing(), &world.config(type_name, "planned")).await.diagnostics;
        let again = client.plan(type_name, &Stored::nothing(), &world.config(type_name, "planned")).await.diagnostics;
        assert_eq!(again, [], "it is said once");
        first
    };
    assert_eq!(said(Value::object(NONE), GROUP).await, [], "the world remembers none");

    let mut client = world.unconfigured_client().await;
    assert_eq!(client.configure(scenario(Value::object([("seed", Value::from(7))]))).await, []);
    let made = client.change(GROUP, &Stored::nothing(), &group).await;

    let [warning] = &said(Value::object(NONE), GROUP).await[..] else { panic!("one warning") };
    assert_eq!((warning.is_error, warning.summary.as_str()), (false, "Scenario Not Used"));
    for part in ["(`seed 7`)", &world.path().display().to_string(), "SIMCLOUD_SCENARIO", "scenario = {}"] {
        assert!(warning.detail.contains(part), "{part} is missing in: {}", warning.detail);
    }
    for (block, type_name) in [
        (scenario(Value::object(NONE)), GROUP),
        (scenario(Value::object([("seed", Value::from(8))])), GROUP),
        (Value::object(NONE), VPC),
    ] {
        assert_eq!(said(block, type_name).await, [], "{type_name}");
    }
    // Nothing is planned for what does not change.
    let mut client = world.client().await;
    let read = client.read(GROUP, &made).await;
    assert_eq!(client.plan(GROUP, &read, &group).await.diagnostics, []);
    let (_, said) = client.read_data("simcloud_costs", Value::object(NONE)).await;
    assert_eq!(said.iter().map(|one| one.summary.as_str()).collect::<Vec<_>>(), ["Scenario Not Used"]);
}

/// The provider of another region showed costs of 0 without a word.
#[tokio::test]
async fn costs_of_another_region_are_told() {
    const NONE: [(&str, Value); 0] = [];
    let world = TestWorld::new().await;
    let mut here = world.unconfigured_client().await;
    assert_eq!(here.configure(Value::object([("clock", "6h")])).await, []);
    let (costs, said) = here.read_data("simcloud_costs", Value::object(NONE)).await;
    assert!(!costs.get("by_instance").as_list().unwrap().is_empty());
    assert_eq!(said, []);
    let mut elsewhere = world.unconfigured_client().await;
    assert_eq!(elsewhere.configure(Value::object([("region", "us-west-2")])).await, []);
    let (costs, said) = elsewhere.read_data("simcloud_costs", Value::object(NONE)).await;
    assert!(costs.get("by_instance").as_list().unwrap().is_empty());
    let [warning] = &said[..] else { panic!("one warning: {said:?}") };
    assert_eq!((warning.is_error, warning.summary.as_str()), (false, "No Costs In This Region"));
    assert!(warning.detail.contains("\"us-west-2\", but in \"cn-heyuan\""), "{}", warning.detail);
    // What is asked for was charged nowhere.
    let nothing = Value::object([("auto_provisioning_group_id", "apg-none")]);
    assert_eq!(elsewhere.read_data("simcloud_costs", nothing).await.1, []);
    let mut unknown = world.unconfigured_client().await;
    let said = unknown.configure(Value::object([("region", "us-wset-2")])).await;
    assert!(said.iter().any(|one| one.is_error && one.detail.contains("Did you mean \"us-west-2\"?")), "{said:?}");
}

/// The nearest AMI was an id that says nothing, and of a misspelt family nothing was said.
#[tokio::test]
async fn a_misspelt_image_finds_its_neighbour_with_its_name() {
    const GROUP: &str = "simcloud_auto_provisioning_group";
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    for (argument, given, expected) in [
        ("image_id", "ami-0a1b2c3d4e5f60719", "Did you mean \"ami-0a1b2c3d4e5f60718\" ("),
        ("image_family", "aliyun_3_x46", "Did you mean \"aliyun_3_x64\"?"),
    ] {
        let mut config = world.config(GROUP, "image");
        config.set("launch_configuration", Value::List(vec![Value::object([(argument, given)])]));
        let said = client.plan(GROUP, &Stored::nothing(), &config).await.diagnostics;
        assert!(said.iter().any(|one| one.is_error && one.detail.contains(expected)), "{expected}: {said:?}");
    }
}

/// A type of another architecture than the image's was told as missing capacity.
#[tokio::test]
async fn an_image_of_another_architecture_is_no_missing_capacity() {
    const GROUP: &str = "simcloud_auto_provisioning_group";
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    let mut config = world.config(GROUP, "image");
    let pool = Value::object([("zone_id", "cn-heyuan-b"), ("instance_type", "ecs.g8y.large")]);
    config.set("launch_template_config", Value::List(vec![pool]));
    let planned = client.plan(GROUP, &Stored::nothing(), &config).await;
    let made = client.apply(GROUP, &Stored::nothing(), &planned, &config).await;
    for said in [planned.diagnostics, made.diagnostics] {
        let [warning] = &said[..] else { panic!("one warning: {said:?}") };
        assert_eq!((warning.is_error, warning.summary.as_str()), (false, "Image Does Not Run On This Type"));
        assert!(warning.detail.contains("is for x86_64, and `ecs.g8y.large` is arm64"), "{}", warning.detail);
    }
}
