//! The provider block under the name `alicloud`: the arguments of the real provider, of which only the region has an
//! effect here. World, scenario and clock come from the environment.
//!
//! Source: the schema of aliyun/terraform-provider-alicloud 1.2xx. What its environment can supply is optional here.

use crate::base::api_enum;
use crate::provider::block;
use crate::tf::{Attribute, Block, Diagnostics, NestedBlock, Schema, Value};

/// The region that the real provider takes where nothing names one.
pub const DEFAULT_REGION: &str = "cn-beijing";

const WITHOUT_EFFECT: &str = "Taken as the real provider takes it; without effect in the simulation.";

/// Said once per command, while it validates.
const SIMULATION: &str = "\
This is simcloud under the name of the alicloud provider: nothing reaches Alibaba Cloud, and credentials have no effect.
SIMCLOUD_WORLD, SIMCLOUD_SCENARIO, SIMCLOUD_CLOCK and SIMCLOUD_ON_SHORTFALL say what is simulated.";

api_enum! {
    /// How the real provider calls the service.
    enum Protocol {
        Http = "HTTP",
        Https = "HTTPS",
    }
}

pub(crate) fn schema() -> Schema {
    Schema::new("The simulated cloud under the name of the alicloud provider, for modules written for it.")
        .attributes([
            Attribute::string("region").optional().description(format!(
                "Region, such as `cn-heyuan`. Also `SIMCLOUD_REGION`, `ALICLOUD_REGION`, `ALIBABA_CLOUD_REGION`. \
                 Default: `{DEFAULT_REGION}`."
            )),
            secret("access_key"),
            secret("secret_key"),
            secret("security_token"),
            secret("credentials_uri"),
            string("ecs_role_name"),
            string("account_id"),
            string("account_type"),
            string("shared_credentials_file"),
            string("profile"),
            without_effect(Attribute::bool("skip_region_validation")),
            string("configuration_source"),
            string("protocol").one_of_names::<Protocol>(),
            without_effect(Attribute::number("client_read_timeout")),
            without_effect(Attribute::number("client_connect_timeout")),
            without_effect(Attribute::number("max_retry_timeout")),
            string("source_ip"),
            string("security_transport"),
            string("secure_transport"),
            string("ots_instance_name").deprecated("ots_instance_name is deprecated; name the instance at its table."),
            endpoint("log_endpoint", "log"),
            endpoint("mns_endpoint", "mns"),
            endpoint("fc", "fc"),
        ])
        .blocks([
            NestedBlock::set(
                "assume_role",
                Block::new(WITHOUT_EFFECT).attributes([
                    string("role_arn"),
                    string("session_name"),
                    string("policy"),
                    without_effect(Attribute::number("session_expiration")),
                    string("external_id"),
                ]),
            )
            .max_items(1),
            NestedBlock::list(
                "assume_role_with_oidc",
                Block::new(WITHOUT_EFFECT).attributes([
                    string("oidc_provider_arn"),
                    string("oidc_token_file"),
                    secret("oidc_token"),
                    string("role_arn"),
                    string("role_session_name"),
                    string("policy"),
                    without_effect(Attribute::number("session_expiration")),
                ]),
            )
            .max_items(1),
            NestedBlock::list(
                "features",
                Block::new(WITHOUT_EFFECT).blocks([NestedBlock::list(
                    "ecs_instance",
                    Block::new(WITHOUT_EFFECT).attributes([without_effect(Attribute::bool("replace_on_image_update"))]),
                )
                .max_items(1)]),
            )
            .max_items(1),
            NestedBlock::set("sign_version", Block::new(WITHOUT_EFFECT).attributes([string("oss"), string("sls")]))
                .max_items(1),
            NestedBlock::set(
                "endpoints",
                Block::new(WITHOUT_EFFECT).attributes(SERVICES.split_whitespace().map(string)),
            ),
        ])
}

/// Checks the block offline, and says what is easily overlooked: that nothing of this is real.
pub(crate) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    block::validate(config, diagnostics);
    diagnostics.warning("Simulated Cloud", SIMULATION);
}

fn string(name: &'static str) -> Attribute {
    without_effect(Attribute::string(name))
}

fn secret(name: &'static str) -> Attribute {
    string(name).sensitive()
}

fn without_effect(attribute: Attribute) -> Attribute {
    attribute.optional().description(WITHOUT_EFFECT)
}

fn endpoint(name: &'static str, service: &str) -> Attribute {
    string(name).deprecated(format!("{name} is deprecated; use {service} in the block endpoints."))
}

/// The services whose endpoint can be given.
const SERVICES: &str = "\
acr actiontrail adb aiworkspace alb alidfs alidns alikafka amqp antiddos_public apig apigateway arms bastionhost \
beebot bpstudio brain_industrial bssopenapi cas cassandra cbn cbs cddc cdn cds cen chatbot clickhouse cloudapi \
cloudauth cloudfirewall cloudfw cloudphone cloudsso cms computenest config cr cs das datahub dataworks_public \
dataworkspublic dbfs dbs dcdn ddosbasic ddosbgp ddoscoo dds devops_rdc devopsrdc dfs dg dm dms_enterprise dmsenterprise \
dns drds dts dysms dysmsapi eais ebs ecd eci ecs edas edasschedulerx eds_user edsuser eflo eflo_cnp \
eflo_controller ehpc ehs eipanycast elasticsearch emr ens esa ess eventbridge fc fc_open fnf ga gaplus gdb gds \
gpdb gwlb gwsecd hbr hcs_sgw hitsdb imm imp ims iot kms kvstore location log market maxcompute mhub mns \
mns_open mscopensubscription mse nas nlb oceanbase oceanbasepro ons onsproxy oos opensearch oss ots polardb \
polardbx privatelink pvtz quickbi quickbi_public quotas r_kvstore ram rds redisa resourcemanager \
resourcesharing ressharing rocketmq ros sae sas scdn schedulerx2 sddp selectdb serverless servicecatalog servicemesh \
sgw slb smartag srvcatalog sts swas swas_open tag vod vpc vpcipam vpcpeer vs waf waf_openapi";
