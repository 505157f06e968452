//! The world's tables, version by version.

/// Statements that lead from each version to the next; the last index plus one is the version of this release.
///
/// `/* clustered */` after a table tells an engine that it may keep the rows in the order of the primary key.
pub(super) const MIGRATIONS: &[&str] = &[VERSION_1];

/// What [`super::Tx::clock`] is.
pub(super) const CLOCK: &str = "SELECT clock FROM world WHERE id = 1";

/// A table as the newest version has it.
#[derive(Debug)]
pub(in crate::cloud) struct Table {
    pub(in crate::cloud) name: &'static str,
    /// How many of the columns, from the first on, are the primary key.
    pub(in crate::cloud) key: usize,
    pub(in crate::cloud) columns: &'static [&'static str],
}

/// Every table, for copies between worlds; a test holds it to what the migrations make.
pub(in crate::cloud) const TABLES: &[Table] = &[
    Table { name: "world", key: 1, columns: &["id", "clock"] },
    Table { name: "counters", key: 1, columns: &["region", "owners", "batches", "activities", "removals"] },
    Table {
        name: "owners",
        key: 1,
        columns: &[
            "owner_id",
            "kind",
            "region",
            "sequence",
            "name",
            "phase",
            "begins",
            "ends",
            "keeps_pay_as_you_go",
            "keeps_spot",
            "lacks",
            "revision",
            "create_time",
            "next_launch_index",
            "series",
            "optimal_hourly_cost",
        ],
    },
    Table { name: "owner_documents", key: 1, columns: &["owner_id", "request", "facts"] },
    Table {
        name: "batches",
        key: 1,
        columns: &[
            "batch_id",
            "owner_id",
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
            "stops",
            "waits",
            "launch_time",
            "live",
            "stopped",
        ],
    },
    Table { name: "instance_pages", key: 2, columns: &["batch_id", "first_ordinal", "first_id", "lost", "instances"] },
    Table { name: "pool_use", key: 3, columns: &["zone", "instance_type", "billing", "in_use"] },
    Table { name: "vcpu_use", key: 2, columns: &["region", "billing", "vcpus"] },
    Table { name: "address_use", key: 1, columns: &["vswitch", "used", "places"] },
    Table { name: "tokens", key: 3, columns: &["region", "operation", "token", "fingerprint", "owner_id"] },
    Table { name: "series", key: 1, columns: &["series", "owners", "instances"] },
    Table { name: "request_counts", key: 1, columns: &["fingerprint", "requests"] },
    Table { name: "fault_counts", key: 1, columns: &["fault", "passed", "failed"] },
    Table {
        name: "history",
        key: 2,
        columns: &["region", "sequence", "time", "kind", "owner_id", "detail", "created", "destroyed"],
    },
    Table {
        name: "resources",
        key: 1,
        columns: &["resource_id", "kind", "region", "name", "parent", "sequence", "document"],
    },
];

// Why these tables: what a call costs must not grow with the world. Instances of one pool, image and moment share a
// batch, and pages of it; stock, addresses and quota in use are counted, never summed; everything is found through an index.
const VERSION_1: &str = "
CREATE TABLE world (
    id BIGINT PRIMARY KEY,
    clock BIGINT NOT NULL
);
INSERT INTO world VALUES (1, 1767225600);

-- How many owners and other resources, batches and activities were ever numbered, region by region: a call waits for
-- no other region, and what it numbers does not depend on how regions take turns. `removals` counts the resources that
-- went.
CREATE TABLE counters (
    region TEXT PRIMARY KEY,
    owners BIGINT NOT NULL,
    batches BIGINT NOT NULL,
    activities BIGINT NOT NULL,
    removals BIGINT NOT NULL
) /* clustered */;

-- Groups and reservations: what instances belong to. What time can do to a group stands in columns of its own, so
-- that a step of time reads only those groups that it changes: the moments at which its window begins or ends while
-- they are ahead, and the units to keep up per billing, NULL where nobody keeps them up. `lacks` is 1 for
-- pay-as-you-go plus 2 for spot while there are fewer; `revision` is another number whenever the request may be another.
CREATE TABLE owners (
    owner_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    region TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    name TEXT,
    phase TEXT NOT NULL,
    begins BIGINT,
    ends BIGINT,
    keeps_pay_as_you_go BIGINT,
    keeps_spot BIGINT,
    lacks BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    create_time BIGINT NOT NULL,
    next_launch_index BIGINT NOT NULL,
    series TEXT NOT NULL,
    optimal_hourly_cost TEXT NOT NULL
) /* clustered */;
CREATE INDEX owners_by_name ON owners (region, kind, name);
CREATE INDEX owners_that_begin ON owners (begins) WHERE begins IS NOT NULL;
CREATE INDEX owners_that_end ON owners (ends) WHERE ends IS NOT NULL;
CREATE INDEX owners_that_lack ON owners (sequence) WHERE lacks > 0;
CREATE INDEX owners_that_left ON owners (owner_id) WHERE phase = 'left';

-- What owners say of themselves at length, apart from what time changes again and again.
CREATE TABLE owner_documents (
    owner_id TEXT PRIMARY KEY,
    request TEXT NOT NULL,
    facts TEXT NOT NULL
) /* clustered */;

-- Instances of one owner, pool, image and moment. `live` counts those that hold stock.
CREATE TABLE batches (
    batch_id BIGINT PRIMARY KEY,
    owner_id TEXT NOT NULL,
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
    stops BIGINT NOT NULL,
    waits BIGINT NOT NULL,
    launch_time BIGINT NOT NULL,
    live BIGINT NOT NULL,
    stopped BIGINT NOT NULL
) /* clustered */;
CREATE INDEX batches_by_owner ON batches (owner_id, batch_id);
CREATE INDEX batches_by_age ON batches (zone, instance_type, billing, launch_time, batch_id) WHERE live > 0;
CREATE INDEX batches_by_limit ON batches (zone, instance_type, price_limit)
    WHERE live > 0 AND price_limit IS NOT NULL;
CREATE INDEX batches_by_key ON batches (region, key_name) WHERE key_name IS NOT NULL;
CREATE INDEX batches_stopped ON batches (batch_id) WHERE stopped > 0;

-- Instances of a batch whose ids follow each other from the first on, so that launching a thousand writes few rows;
-- `lost` counts those that are lost.
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
    places BYTEA NOT NULL
);

CREATE TABLE tokens (
    region TEXT NOT NULL,
    operation TEXT NOT NULL,
    token TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    PRIMARY KEY (region, operation, token)
) /* clustered */;
CREATE INDEX tokens_by_owner ON tokens (owner_id);

-- How many ids of a series were ever used, and how often equal requests without a token were made.
CREATE TABLE series (
    series TEXT PRIMARY KEY,
    owners BIGINT NOT NULL,
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
    owner_id TEXT NOT NULL,
    detail TEXT NOT NULL,
    created TEXT NOT NULL,
    destroyed TEXT NOT NULL,
    PRIMARY KEY (region, sequence)
) /* clustered */;
CREATE INDEX history_by_owner ON history (owner_id, sequence);

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
