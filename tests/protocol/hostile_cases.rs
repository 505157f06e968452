//! Calls that wait for ever, compute for long or carry huge texts. Others look at what a stop does to them, and at what
//! they cost.

use std::any::Any;
use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::time::Duration;

use simcloud::plugin::proto::tfplugin6 as proto;
use simcloud::tf::Value;

use crate::client::{Client, Said, Stored, said};
use crate::fixtures::IMAGE;

/// Makes a case, for which a folder is free.
pub(crate) type MakeCase = fn(&Path) -> Case;

/// A lock or a connection that lasts as long as it is not dropped.
pub(crate) type Held = Box<dyn Any + Send>;

/// A call of a provider, and what has to be there before.
pub(crate) struct Case {
    variables: Vec<(&'static str, String)>,
    provider: Value,
    /// An object that is created first, and the provider block for that.
    before: Option<(&'static str, Value, Value)>,
    /// Does something to the world before the call; what it returns is kept as long as the case.
    hold: Option<fn(&Path) -> Held>,
    pub(crate) call: Call,
    /// How long after the call's begin a stop comes.
    pub(crate) stop_after: Duration,
}

/// A provider that is ready for the call of a case.
pub(crate) struct Prepared {
    pub(crate) client: Client,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) case: Case,
    /// What was created before.
    pub(crate) object: Stored,
    /// A lock, which lasts as long.
    pub(crate) held: Option<Held>,
}

/// What a provider is asked for.
pub(crate) enum Call {
    /// A plan, and an apply of it.
    Create(&'static str, Value),
    /// A plan of what was created before with another configuration.
    Plan(&'static str, Value),
    Refresh(&'static str),
    ReadData(&'static str, Value),
    Validate(&'static str, Value),
    Function(&'static str, Vec<Value>),
    /// A read of an object of this type.
    ReadType(String),
}

impl Call {
    /// Sends it, waits for the answer, and returns why it was refused, if it was.
    pub(crate) async fn send(&self, client: &mut Client, object: &Stored) -> Option<String> {
        let refusal = |said: Vec<Said>| said.into_iter().find(|said| said.is_error).map(|said| said.detail);
        match self {
            Self::Create(type_name, config) => {
                let planned = client.plan(type_name, &Stored::nothing(), config).await;
                if let Some(refused) = refusal(planned.diagnostics.clone()) {
                    return Some(refused);
                }
                refusal(client.apply(type_name, &Stored::nothing(), &planned, config).await.diagnostics)
            }
            Self::Plan(type_name, config) => refusal(client.plan(type_name, object, config).await.diagnostics),
            Self::Refresh(type_name) => refusal(client.read(type_name, object).await.diagnostics),
            Self::ReadData(type_name, config) => refusal(client.read_data(type_name, config.clone()).await.1),
            Self::Validate(type_name, config) => refusal(client.validate(type_name, config.clone()).await),
            Self::Function(name, arguments) => client.call(name, arguments).await.err(),
            Self::ReadType(type_name) => {
                let request = proto::read_resource::Request { type_name: type_name.clone(), ..Default::default() };
                match client.provider.read_resource(request).await {
                    Ok(answer) => refusal(said(answer.into_inner().diagnostics)),
                    Err(of_the_transport) => Some(of_the_transport.message().to_owned()),
                }
            }
        }
    }
}

impl Case {
    fn of(call: Call) -> Self {
        let provider = Value::object([("region", "cn-heyuan")]);
        Self { variables: Vec::new(), provider, before: None, hold: None, call, stop_after: Duration::from_millis(300) }
    }

    fn under(self, provider: Value) -> Self {
        Self { provider, ..self }
    }

    /// With a group of 20 spot instances in the world.
    fn with_a_group(self) -> Self {
        self.with("simcloud_auto_provisioning_group", group("maintain", 20), Value::object([("region", "cn-heyuan")]))
    }

    /// With an object in the world that was created under a provider block.
    fn with(self, type_name: &'static str, config: Value, provider: Value) -> Self {
        Self { before: Some((type_name, config, provider)), ..self }
    }

    fn holding(self, hold: fn(&Path) -> Held) -> Self {
        Self { hold: Some(hold), ..self }
    }

    fn after(self, stop_after: Duration) -> Self {
        Self { stop_after, ..self }
    }

    /// Starts the provider, and does what comes before the call.
    pub(crate) async fn prepare(make: MakeCase) -> Prepared {
        let folder = tempfile::tempdir().unwrap();
        let case = make(folder.path());
        let world = folder.path().join("world.db").display().to_string();
        let variables = case.variables.iter().map(|(name, value)| (*name, value.as_str()));
        let variables: Vec<_> = [("SIMCLOUD_WORLD", world.as_str())].into_iter().chain(variables).collect();
        let mut object = Stored::nothing();
        if let Some((type_name, config, provider)) = &case.before {
            let mut client = Client::start(&variables, folder.path()).await;
            client.configure(provider.clone()).await;
            object = client.change(type_name, &object, config).await;
            assert!(object.diagnostics.iter().all(|said| !said.is_error), "{:?}", object.diagnostics);
            client.shut_down().await.unwrap();
            client.process().ended().await;
        }
        let mut client = Client::start(&variables, folder.path()).await;
        let held = case.hold.map(|hold| hold(folder.path()));
        client.configure(case.provider.clone()).await;
        Prepared { client, folder, case, object, held }
    }
}

fn vpc() -> Call {
    Call::Create("simcloud_vpc", Value::object([("cidr_block", "10.0.0.0/8")]))
}

fn group(group_type: &str, count: u32) -> Value {
    let pool = |zone: &str| Value::object([("zone_id", zone), ("instance_type", "ecs.g7.large")]);
    Value::object([
        ("auto_provisioning_group_name", Value::from("web")),
        ("auto_provisioning_group_type", group_type.into()),
        ("total_target_capacity", count.to_string().into()),
        ("spot_target_capacity", count.to_string().into()),
        ("terminate_instances", true.into()),
        ("launch_template_config", Value::list([pool("cn-heyuan-a"), pool("cn-heyuan-b")])),
        ("launch_configuration", Value::list([Value::object([("image_id", IMAGE)])])),
    ])
}

/// A VPC in a world on a server that answers as `talk` does.
fn on_a_server(folder: &Path, talk: fn(&mut UnixStream)) -> Case {
    let listener = UnixListener::bind(folder.join(".s.PGSQL.5432")).unwrap();
    std::thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            std::thread::spawn(move || {
                talk(&mut connection);
                // Whatever else the client says, it hears nothing.
                let _ = connection.read_to_end(&mut Vec::new());
            });
        }
    });
    let world = format!("postgres://u@/d?host={}&world=w", folder.display());
    Case::of(vpc()).under(Value::object([("world", world)]))
}

const GREETING: &[u8] = b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I";

/// A notice of 32 KiB.
fn notice() -> Vec<u8> {
    [&b"N\0\0\x80\x16SNOTICE\0C00000\0M"[..], &vec![b'x'; 0x8000], &[0, 0]].concat()
}

fn greet(connection: &mut UnixStream) {
    let _ = connection.read(&mut [0; 256]);
    let _ = connection.write_all(GREETING);
}

fn trickle(connection: &mut UnixStream) {
    for byte in notice() {
        std::thread::sleep(Duration::from_millis(20));
        if connection.write_all(&[byte]).is_err() {
            return;
        }
    }
}

fn flood(connection: &mut UnixStream) {
    greet(connection);
    let notice = notice();
    while connection.write_all(&notice).is_ok() {}
}

fn lock(folder: &Path) -> Held {
    let lock = rusqlite::Connection::open(folder.join("world.db")).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    Box::new(lock)
}

/// Fills every second page of the world with noughts.
fn damage(folder: &Path) -> Held {
    const PAGE: usize = 4_096;
    let file = folder.join("world.db");
    // Nothing may be left in the log.
    let world = rusqlite::Connection::open(&file).unwrap();
    world.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(world);
    let mut bytes = std::fs::read(&file).unwrap();
    bytes.chunks_mut(PAGE).skip(1).step_by(2).for_each(|page| page.fill(0));
    std::fs::write(&file, bytes).unwrap();
    Box::new(())
}

/// A FIFO that has no other end.
fn fifo(folder: &Path) -> String {
    let path = folder.join("fifo").display().to_string();
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

/// Waits that only a stop ends soon.
pub(crate) const WAITS: &[(&str, MakeCase)] = &[
    ("a server that accepts and is silent", |folder| on_a_server(folder, |_| ())),
    ("a server that trickles", |folder| on_a_server(folder, trickle)),
    ("a server that falls silent", |folder| on_a_server(folder, greet)),
    ("a server that is asked on a second connection", |folder| {
        on_a_server(folder, greet).after(Duration::from_millis(8_500))
    }),
    ("a lock that is never released", |_| Case::of(vpc()).with_a_group().holding(lock)),
];

/// What ends by itself, but must not keep a stop waiting until then.
pub(crate) const SOON_OVER: &[(&str, MakeCase)] = &[
    ("a server that floods", |folder| on_a_server(folder, flood)),
    ("a FIFO as PGPASSFILE", |folder| {
        let case = on_a_server(folder, greet);
        Case { variables: vec![("PGPASSFILE", fifo(folder))], ..case }
    }),
    ("a FIFO as scenario", |folder| Case { variables: vec![("SIMCLOUD_SCENARIO", fifo(folder))], ..Case::of(vpc()) }),
    ("a FIFO as sslrootcert", |folder| {
        let world = format!("postgres://u@127.0.0.1:9/d?sslmode=verify-full&sslrootcert={}", fifo(folder));
        Case::of(vpc()).under(Value::object([("world", world)]))
    }),
    ("a FIFO as output_file", |folder| {
        Case::of(Call::ReadData("simcloud_zones", Value::object([("output_file", fifo(folder))])))
    }),
    ("a damaged world", |_| Case::of(vpc()).with_a_group().holding(damage)),
    ("a clock in the year 9999", |_| {
        Case::of(vpc()).with_a_group().under(Value::object([("clock", "9999-01-01T00:00:00Z")]))
    }),
];

/// Computations of the world, which look for a stop now and then.
pub(crate) const WORLD_COMPUTATIONS: &[(&str, MakeCase)] = &[
    ("a clock ten years on", |_| {
        let instances = Call::ReadData("simcloud_instances", Value::object::<&str, Value>([]));
        Case::of(instances).with_a_group().under(Value::object([("clock", "87000h")]))
    }),
    ("a change of the world that advances by ten years", |_| {
        let advance = Value::object([("by", "87000h")]);
        Case::of(Call::Create("simcloud_world_change", Value::object([("advance_clock", advance)]))).with_a_group()
    }),
    ("an outlook on 10,000 markets of 90 days", |_| {
        let mut outlook = group("maintain", 20);
        if let Value::Map(arguments) = &mut outlook {
            let more = [("markets", Value::from(10_000)), ("horizon", "2160h".into())];
            arguments.extend(more.map(|(name, value)| (name.to_owned(), value)));
        }
        Case::of(Call::ReadData("simcloud_launch_outlook", outlook))
    }),
];

/// Computations of one pass. They are bounded, and nothing but the end of the process ends them earlier.
pub(crate) const PASSES: &[(&str, MakeCase)] = &[
    ("optimal over 200 pools", |_| allocate(200, "optimal")),
    ("optimal over 1,000 pools", |_| allocate(1_000, "optimal")),
    ("diversified over 1,000 pools", |_| allocate(1_000, "diversified")),
    ("diversified over 2,000 pools", |_| allocate(2_000, "diversified")),
    ("lowest-price over 20,000 pools", |_| allocate(20_000, "lowest-price")),
];

/// What the largest limits allow.
const MOST: u32 = 5_000;

pub(crate) const CREATION_OF_THE_LARGEST_GROUP: &[(&str, MakeCase)] =
    &[("create the largest group under raised limits", |_| {
        Case::of(Call::Create(GROUP, group("instant", MOST))).under(raised_limits())
    })];

/// What is asked of the largest group later.
pub(crate) const OF_THE_LARGEST_GROUP: &[(&str, MakeCase)] = &[
    ("refresh the largest group", |_| of_the_largest_group(Call::Refresh(GROUP))),
    ("plan the largest group without a change", |_| of_the_largest_group(Call::Plan(GROUP, group("instant", MOST)))),
    ("plan one instance less of the largest group", |_| {
        of_the_largest_group(Call::Plan(GROUP, group("instant", MOST - 1)))
    }),
];

const GROUP: &str = "simcloud_auto_provisioning_group";

fn raised_limits() -> Value {
    let limits = Value::object([("group_instances", MOST), ("group_vcpus", 100_000), ("group_units", 100_000)]);
    let stock = Value::list([Value::object([("spot", 2 * MOST)])]);
    let scenario = Value::object([("limits", limits), ("stock", stock)]);
    Value::object([("region", Value::from("cn-heyuan")), ("scenario", scenario)])
}

fn of_the_largest_group(call: Call) -> Case {
    Case::of(call).under(raised_limits()).with(GROUP, group("instant", MOST), raised_limits())
}

/// Pools of fine weights, which have one price per unit.
fn allocate(pools: u32, strategy: &str) -> Case {
    let pool = |number: u32| {
        let weight = 1_000 + number * 7 % 997;
        Value::object([
            ("zone_id", Value::from(format!("zone-{number}"))),
            ("instance_type", "type".into()),
            ("price", (weight * 100).into()),
            ("weight", weight.into()),
            ("stock", 10_000.into()),
        ])
    };
    let pools = Value::List((0..pools).map(pool).collect());
    Case::of(Call::Function("allocate", vec![pools, 10_000_019.into(), strategy.into()]))
}

/// 50 MB.
const HUGE: usize = 50_000_000;

fn huge() -> String {
    "x".repeat(HUGE)
}

/// A VPC with an argument.
fn vpc_with(name: &str, value: Value) -> Value {
    Value::object([("cidr_block", "10.0.0.0/8".into()), (name, value)])
}

/// Texts that no service takes.
pub(crate) const TEXTS: &[(&str, MakeCase)] = &[
    ("validate a description of 50 MB", |_| {
        Case::of(Call::Validate("simcloud_vpc", vpc_with("description", huge().into())))
    }),
    // As it was validated before, a CLI plans no text that is longer than one may be.
    ("plan a description of 2 MB", |_| {
        Case::of(Call::Create("simcloud_vpc", vpc_with("description", "x".repeat(2_000_000).into())))
    }),
    ("validate a tag of 50 MB", |_| {
        Case::of(Call::Validate("simcloud_vpc", vpc_with("tags", Value::object([("key", huge())]))))
    }),
    ("validate the key of a tag of 50 MB", |_| {
        Case::of(Call::Validate("simcloud_vpc", vpc_with("tags", Value::object([(huge().as_str(), "value")]))))
    }),
    ("validate a million tags of 50 MB", |_| {
        let tag = |number: u32| (format!("key-{number:020}"), Value::from(format!("value-{number:020}")));
        Case::of(Call::Validate("simcloud_vpc", vpc_with("tags", Value::Map((0..1_000_000).map(tag).collect()))))
    }),
    ("validate a name of 50 MB", |_| Case::of(Call::Validate("simcloud_vpc", vpc_with("vpc_name", huge().into())))),
    ("validate user data of 50 MB", |_| {
        Case::of(Call::Validate("simcloud_instance", Value::object([("user_data", huge())])))
    }),
    ("validate an instance type of 5 MB", |_| {
        Case::of(Call::Validate("simcloud_instance", Value::object([("instance_type", "e".repeat(5_000_000))])))
    }),
    ("plan an instance type of 1 MB", |_| {
        let config = Value::object([("instance_type", Value::from("e".repeat(1_000_000))), ("image_id", IMAGE.into())]);
        Case::of(Call::Create("simcloud_instance", config))
    }),
    ("read zones of an instance type of 70,000 characters", |_| {
        let config = Value::object([("available_instance_type", "e".repeat(70_000))]);
        Case::of(Call::ReadData("simcloud_zones", config))
    }),
    ("read images by a nested repetition", |_| {
        Case::of(Call::ReadData("simcloud_images", Value::object([("name_regex", "(a*)*(((b{9}){9}){9})$")])))
    }),
    ("read images by an expression of 50 MB", |_| {
        Case::of(Call::ReadData("simcloud_images", Value::object([("name_regex", huge())])))
    }),
    ("read images by an expression of 1 MB", |_| {
        Case::of(Call::ReadData("simcloud_images", Value::object([("name_regex", "(a*)*".repeat(200_000))])))
    }),
    ("the type's name of 30 MB", |_| Case::of(Call::ReadType("x".repeat(30_000_000)))),
    ("the type's name of 256 MiB", |_| Case::of(Call::ReadType("x".repeat(256 << 20)))),
];
