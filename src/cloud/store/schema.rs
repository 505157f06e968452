//! The world's tables, version by version.

use super::WorldError;
use crate::base::WorldId;

/// The statements that lead to each version: the first ones make the tables of an empty world, every later ones change
/// those of the version before.
///
/// `/* clustered */` after a table tells an engine that it may keep the rows in the order of the primary key.
const MIGRATIONS: &[(i64, &str)] = &[
    (2, VERSION_2),
    (3, VERSION_3),
    (4, VERSION_4),
    (5, VERSION_5),
    (6, VERSION_6),
    (7, VERSION_7),
    (8, VERSION_8),
    (9, VERSION_9),
];

/// The version of the worlds that this release makes.
pub(super) const NEWEST_VERSION: i64 = MIGRATIONS[MIGRATIONS.len() - 1].0;

/// The first version that this release can migrate. Earlier ones were never released.
const OLDEST_VERSION: i64 = MIGRATIONS[0].0;

/// The statements that lead from a version to the newest one; 0 stands for a world without tables.
pub(super) fn migrations_from(version: i64) -> impl Iterator<Item = &'static str> {
    MIGRATIONS.iter().filter(move |(leads_to, _)| *leads_to > version).map(|(_, statements)| *statements)
}

/// Refuses a world that this release can neither use nor migrate; 0 stands for a world without tables.
pub(super) fn check_version(world: &str, found: i64) -> Result<(), WorldError> {
    let world = world.to_owned();
    if found > NEWEST_VERSION {
        return Err(WorldError::NewerVersion { world, found, known: NEWEST_VERSION });
    }
    if found != 0 && found < OLDEST_VERSION {
        return Err(WorldError::OlderVersion { world, found, oldest: OLDEST_VERSION });
    }
    Ok(())
}

/// The statement behind [`super::Tx::world`].
pub(super) const WORLD: &str = "SELECT clock, world_id, market_changes, scenario FROM world WHERE id = 1";

/// The statement that gives a world its id if it has none: a new world, or one of a version without ids.
pub(super) fn identification(id: &WorldId) -> String {
    format!("UPDATE world SET world_id = '{id}' WHERE world_id IS NULL")
}

/// A table as the newest version has it.
#[derive(Debug)]
pub(in crate::cloud) struct Table {
    pub(in crate::cloud) name: &'static str,
    /// The number of leading columns that are the primary key.
    pub(in crate::cloud) key: usize,
    pub(in crate::cloud) columns: &'static [&'static str],
}

/// Every table, for copies between worlds. A test compares it with the tables that the migrations make.
pub(in crate::cloud) const TABLES: &[Table] = &[
    Table { name: "world", key: 1, columns: &["id", "clock", "world_id", "market_changes", "scenario"] },
    Table { name: "scenarios", key: 1, columns: &["fingerprint", "document"] },
    Table {
        name: "counters",
        key: 1,
        columns: &["region", "creations", "batches", "activities", "removals", "instance_events"],
    },
    Table {
        name: "fleets",
        key: 1,
        columns: &[
            "fleet_id",
            "kind",
            "region",
            "sequence",
            "name",
            "phase",
            "begins",
            "ends",
            "target_pay_as_you_go",
            "target_spot",
            "shortfall",
            "revision",
            "create_time",
            "next_launch_index",
            "id_series",
            "optimal_hourly_cost",
            "made_at",
        ],
    },
    Table { name: "fleet_documents", key: 1, columns: &["fleet_id", "request", "outcome"] },
    Table {
        name: "batches",
        key: 1,
        columns: &[
            "batch_id",
            "fleet_id",
            "region",
            "zone",
            "instance_type",
            "billing",
            "vswitch",
            "image",
            "key_name",
            "disk_category",
            "spot_strategy",
            "price_limit",
            "price",
            "weight",
            "vcpus",
            "addressing",
            "stops_on_reclaim",
            "starts_pending",
            "launch_time",
            "live",
            "stopped",
            "is_protected",
        ],
    },
    Table { name: "instance_pages", key: 2, columns: &["batch_id", "first_ordinal", "first_id", "lost", "instances"] },
    Table { name: "pool_use", key: 3, columns: &["zone", "instance_type", "billing", "in_use"] },
    Table { name: "vcpu_use", key: 2, columns: &["region", "billing", "vcpus"] },
    Table { name: "address_use", key: 1, columns: &["vswitch", "used", "taken"] },
    Table { name: "tokens", key: 3, columns: &["region", "operation", "token", "fingerprint", "resource_id"] },
    Table { name: "id_series", key: 1, columns: &["id_series", "resources", "instances"] },
    Table { name: "request_counts", key: 1, columns: &["fingerprint", "requests"] },
    Table { name: "fault_counts", key: 1, columns: &["fault", "passed", "failed"] },
    Table {
        name: "history",
        key: 2,
        columns: &["region", "sequence", "time", "kind", "resource_id", "detail", "created", "destroyed"],
    },
    Table {
        name: "resources",
        key: 1,
        columns: &["resource_id", "kind", "region", "name", "parent", "sequence", "document", "made_at"],
    },
    Table {
        name: "instance_events",
        key: 2,
        columns: &[
            "region",
            "sequence",
            "time",
            "kind",
            "fleet_id",
            "zone",
            "instance_type",
            "billing",
            "weight",
            "price",
            "launch_time",
            "instances",
            "launch_indexes",
        ],
    },
    Table { name: "fleet_targets", key: 2, columns: &["fleet_id", "time", "target"] },
    Table { name: "billed_fleets", key: 1, columns: &["fleet_id", "kind", "name", "tags"] },
];

// The cost of a call must not grow with the world. So instances of one pool, image and moment share a batch and its
// pages; stock, addresses and quota in use are counted, never summed; and every row is found through an index.
const VERSION_2: &str = "
CREATE TABLE world (
    id BIGINT PRIMARY KEY,
    clock BIGINT NOT NULL
);
INSERT INTO world VALUES (1, 1767225600);

-- How many creations of fleets and other resources, batches and activities were ever numbered. Each region counts by
-- itself, so that a call waits for no other region and its numbers do not depend on the order of regions. `removals`
-- counts deleted resources.
CREATE TABLE counters (
    region TEXT PRIMARY KEY,
    creations BIGINT NOT NULL,
    batches BIGINT NOT NULL,
    activities BIGINT NOT NULL,
    removals BIGINT NOT NULL
) /* clustered */;

-- Fleets: groups and reservations, which instances belong to. A step of time reads only the groups that it changes, so
-- what decides about that stands in columns: when the window of a group begins and ends, while that is ahead, and the
-- units that it maintains per billing, NULL where it maintains none. `shortfall` is 1 for pay-as-you-go plus 2 for spot
-- while fewer are delivered. `revision` changes whenever the request may have changed.
CREATE TABLE fleets (
    fleet_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    region TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    name TEXT,
    phase TEXT NOT NULL,
    begins BIGINT,
    ends BIGINT,
    target_pay_as_you_go BIGINT,
    target_spot BIGINT,
    shortfall BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    create_time BIGINT NOT NULL,
    next_launch_index BIGINT NOT NULL,
    series TEXT NOT NULL,
    optimal_hourly_cost TEXT NOT NULL
) /* clustered */;
CREATE INDEX fleets_by_name ON fleets (region, kind, name);
CREATE INDEX fleets_by_start ON fleets (begins) WHERE begins IS NOT NULL;
CREATE INDEX fleets_by_end ON fleets (ends) WHERE ends IS NOT NULL;
CREATE INDEX fleets_under_capacity ON fleets (sequence) WHERE shortfall > 0;
CREATE INDEX fleets_left ON fleets (fleet_id) WHERE phase = 'left';

-- The long texts of fleets, apart from the columns that time changes again and again.
CREATE TABLE fleet_documents (
    fleet_id TEXT PRIMARY KEY,
    request TEXT NOT NULL,
    outcome TEXT NOT NULL
) /* clustered */;

-- Instances of one fleet, pool, image and moment. `live` counts those that hold stock.
CREATE TABLE batches (
    batch_id BIGINT PRIMARY KEY,
    fleet_id TEXT NOT NULL,
    region TEXT NOT NULL,
    zone TEXT NOT NULL,
    instance_type TEXT NOT NULL,
    billing BIGINT NOT NULL,
    vswitch TEXT NOT NULL,
    image TEXT NOT NULL,
    key_name TEXT,
    disk_category TEXT NOT NULL,
    spot_strategy TEXT NOT NULL,
    price_limit TEXT,
    price TEXT NOT NULL,
    weight TEXT NOT NULL,
    vcpus BIGINT NOT NULL,
    addressing TEXT NOT NULL,
    stops_on_reclaim BIGINT NOT NULL,
    starts_pending BIGINT NOT NULL,
    launch_time BIGINT NOT NULL,
    live BIGINT NOT NULL,
    stopped BIGINT NOT NULL
) /* clustered */;
CREATE INDEX batches_by_fleet ON batches (fleet_id, batch_id);
CREATE INDEX batches_by_age ON batches (zone, instance_type, billing, launch_time, batch_id) WHERE live > 0;
CREATE INDEX batches_by_limit ON batches (zone, instance_type, price_limit)
    WHERE live > 0 AND price_limit IS NOT NULL;
CREATE INDEX batches_by_key ON batches (region, key_name) WHERE key_name IS NOT NULL;
CREATE INDEX batches_stopped ON batches (batch_id) WHERE stopped > 0;

-- Instances of a batch whose ids are consecutive, so that launching a thousand writes few rows. `lost` counts the lost
-- ones among them.
CREATE TABLE instance_pages (
    batch_id BIGINT NOT NULL,
    first_ordinal BIGINT NOT NULL,
    first_id TEXT NOT NULL,
    lost BIGINT NOT NULL,
    instances BYTEA NOT NULL,
    PRIMARY KEY (batch_id, first_ordinal)
) /* clustered */;
CREATE UNIQUE INDEX instance_pages_by_id ON instance_pages (first_id);

CREATE TABLE pool_use (
    zone TEXT NOT NULL,
    instance_type TEXT NOT NULL,
    billing BIGINT NOT NULL,
    in_use BIGINT NOT NULL,
    PRIMARY KEY (zone, instance_type, billing)
) /* clustered */;

CREATE TABLE vcpu_use (
    region TEXT NOT NULL,
    billing BIGINT NOT NULL,
    vcpus BIGINT NOT NULL,
    PRIMARY KEY (region, billing)
) /* clustered */;

CREATE TABLE address_use (
    vswitch TEXT PRIMARY KEY,
    used BIGINT NOT NULL,
    taken BYTEA NOT NULL
);

CREATE TABLE tokens (
    region TEXT NOT NULL,
    operation TEXT NOT NULL,
    token TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    PRIMARY KEY (region, operation, token)
) /* clustered */;
CREATE INDEX tokens_by_resource ON tokens (resource_id);

-- How many ids of a series were ever used, and how often an equal request without a token was made.
CREATE TABLE series (
    series TEXT PRIMARY KEY,
    resources BIGINT NOT NULL,
    instances BIGINT NOT NULL
) /* clustered */;
CREATE TABLE request_counts (
    fingerprint TEXT PRIMARY KEY,
    requests BIGINT NOT NULL
) /* clustered */;

CREATE TABLE fault_counts (
    fault TEXT PRIMARY KEY,
    passed BIGINT NOT NULL,
    failed BIGINT NOT NULL
) /* clustered */;

CREATE TABLE history (
    region TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    time BIGINT NOT NULL,
    kind TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    detail TEXT NOT NULL,
    created TEXT NOT NULL,
    destroyed TEXT NOT NULL,
    PRIMARY KEY (region, sequence)
) /* clustered */;
CREATE INDEX history_by_resource ON history (resource_id, sequence);

-- VPCs, vSwitches, security groups, key pairs, launch templates; the default network is not among them.
CREATE TABLE resources (
    resource_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT,
    parent TEXT,
    sequence BIGINT NOT NULL,
    document TEXT NOT NULL
) /* clustered */;
CREATE INDEX resources_by_kind ON resources (kind, region, sequence);
CREATE INDEX resources_by_parent ON resources (parent, kind);
";

// Which world this is, so that a state can tell it from another one at the same location.
const VERSION_3: &str = "ALTER TABLE world ADD COLUMN world_id TEXT";

// The changes of the market that the world keeps; empty where there are none. They stand beside the clock because every
// call needs both.
const VERSION_4: &str = "ALTER TABLE world ADD COLUMN market_changes TEXT NOT NULL DEFAULT ''";

// When instances began to hold stock and ceased to: costs over time and the history are made of it. Rows are only added,
// so that what ended instances cost stays known. `instances` and `launch_indexes` are in one order; `launch_time` is that
// of the batch, for instances whose launch was before this version. `fleet_targets` has the units that a fleet wanted from
// a time on; `billed_fleets` has what a bill says of a fleet that was deleted.
const VERSION_5: &str = "
ALTER TABLE counters ADD COLUMN instance_events BIGINT NOT NULL DEFAULT 0;
CREATE TABLE instance_events (
    region TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    time BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    fleet_id TEXT NOT NULL,
    zone TEXT NOT NULL,
    instance_type TEXT NOT NULL,
    billing BIGINT NOT NULL,
    weight TEXT NOT NULL,
    price TEXT NOT NULL,
    launch_time BIGINT NOT NULL,
    instances TEXT NOT NULL,
    launch_indexes TEXT NOT NULL,
    PRIMARY KEY (region, sequence)
) /* clustered */;
CREATE TABLE fleet_targets (
    fleet_id TEXT NOT NULL,
    time BIGINT NOT NULL,
    target BIGINT NOT NULL,
    PRIMARY KEY (fleet_id, time)
) /* clustered */;
CREATE TABLE billed_fleets (
    fleet_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT,
    tags TEXT NOT NULL
) /* clustered */;
";

// `scenario` is the fingerprint of the scenario that the latest change was made under, so that a call sees whether it has
// another one without reading the text. `made_at` is real time, in Unix seconds: it tells what is old in a shared world,
// and nothing else depends on it.
//
// The two views are for dashboards. Their columns are documented, so a later version may add some but removes none.
const VERSION_6: &str = "
ALTER TABLE world ADD COLUMN scenario TEXT NOT NULL DEFAULT '';
CREATE TABLE scenarios (
    fingerprint TEXT PRIMARY KEY,
    document TEXT NOT NULL
) /* clustered */;
ALTER TABLE fleets ADD COLUMN made_at BIGINT;
ALTER TABLE resources ADD COLUMN made_at BIGINT;

CREATE VIEW simcloud_fleets AS
    SELECT fleets.fleet_id AS id, kind, region AS region_id, name, phase AS status,
        coalesce(instances, 0) AS instances, coalesce(fulfilled_capacity, 0) AS fulfilled_capacity,
        coalesce(hourly_cost, 0) AS hourly_cost, CASE WHEN shortfall > 0 THEN 1 ELSE 0 END AS is_short, create_time, made_at
    FROM fleets LEFT JOIN (
        SELECT fleet_id, sum(live) AS instances, sum(live * CAST(weight AS NUMERIC)) AS fulfilled_capacity,
            sum(live * CAST(price AS NUMERIC)) AS hourly_cost
        FROM batches GROUP BY fleet_id
    ) AS living ON living.fleet_id = fleets.fleet_id;

CREATE VIEW simcloud_pools AS
    SELECT zone AS zone_id, instance_type, CASE billing WHEN 0 THEN 'pay_as_you_go' ELSE 'spot' END AS billing, in_use
    FROM pool_use WHERE in_use > 0;
";

// Whether the market leaves spot instances alone in their first hour, as it did before there was a choice.
const VERSION_7: &str = "ALTER TABLE batches ADD COLUMN is_protected BIGINT NOT NULL DEFAULT 1";

// `series` is the word for prices and supplies over time.
const VERSION_8: &str = "
ALTER TABLE fleets RENAME COLUMN series TO id_series;
ALTER TABLE series RENAME COLUMN series TO id_series;
ALTER TABLE series RENAME TO id_series;
";

// A dashboard draws what fleets have against what they are to have.
const VERSION_9: &str = "
DROP VIEW simcloud_fleets;
CREATE VIEW simcloud_fleets AS
    SELECT fleets.fleet_id AS id, kind, region AS region_id, name, phase AS status,
        coalesce(instances, 0) AS instances, coalesce(fulfilled_capacity, 0) AS fulfilled_capacity,
        coalesce(hourly_cost, 0) AS hourly_cost, CASE WHEN shortfall > 0 THEN 1 ELSE 0 END AS is_short, create_time, made_at,
        (SELECT target FROM fleet_targets WHERE fleet_targets.fleet_id = fleets.fleet_id ORDER BY time DESC LIMIT 1)
            AS total_target_capacity
    FROM fleets LEFT JOIN (
        SELECT fleet_id, sum(live) AS instances, sum(live * CAST(weight AS NUMERIC)) AS fulfilled_capacity,
            sum(live * CAST(price AS NUMERIC)) AS hourly_cost
        FROM batches GROUP BY fleet_id
    ) AS living ON living.fleet_id = fleets.fleet_id;
";
