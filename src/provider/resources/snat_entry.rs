//! `simcloud_snat_entry`: under which addresses a NAT gateway sends for a vSwitch or a block.

use async_trait::async_trait;

use crate::base::VSwitchId;
use crate::cloud::model::{
    CreateSnatEntryRequest, DescribeEipAddressesRequest, DescribeSnatTableEntriesRequest, ModifySnatEntryRequest,
    SnatEntry,
};
use crate::cloud::{Cloud, CloudError, codes};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, is_absent, text};
use crate::provider::framework::enumerations::NetworkStatus;
use crate::provider::framework::object_resource::{CloudObject, set_default, without_effect};
use crate::provider::framework::timeouts;
use crate::provider::framework::wait::wait_while;
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Diagnostics, Path, Schema, Value};

type Reply<T> = Result<T, CloudError>;

#[derive(Debug)]
pub(crate) struct SnatEntryObject;

#[async_trait]
impl CloudObject for SnatEntryObject {
    type Object = SnatEntry;

    const NOUN: &'static str = "SNAT entry";
    const NOT_FOUND: &'static [&'static str] = &[codes::INVALID_SNAT_ENTRY_NOT_FOUND];

    fn schema() -> Schema {
        schema()
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        let root = Path::default();
        check::plain_text(config, &root, "snat_entry_name", 128, diagnostics);
        check::not_both(config, &root, "source_vswitch_id", "source_cidr", diagnostics);
        check::cidr(config, &root, "source_cidr", 0..=32, diagnostics);
        if is_absent(config, "source_vswitch_id") && is_absent(config, "source_cidr") {
            let what =
                "the vSwitch whose instances send through the gateway, or source_cidr, a block of their addresses";
            check::missing(&root, "source_vswitch_id", what, diagnostics);
        }
        check::within(config, &root, "eip_affinity", 0, 1, diagnostics);
        timeouts::validate(config, diagnostics);
    }

    fn plan(_configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse) {
        let is_creation = request.prior_state.is_null();
        if is_creation
            && text(&request.config, "source_cidr").is_some()
            && is_absent(&request.config, "source_vswitch_id")
        {
            response.planned_state.set("source_vswitch_id", "");
        }
    }

    /// Waits for an association that a CLI makes at the same time: the entry names the address, and not the association.
    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<SnatEntry> {
        let snat_ip = text(arguments, "snat_ip").unwrap_or_default();
        wait_while(|| has_free_address(cloud, snat_ip)).await?;
        let request = CreateSnatEntryRequest {
            snat_table_id: text(arguments, "snat_table_id").unwrap_or_default().to_owned(),
            source_vswitch_id: text(arguments, "source_vswitch_id").map(Into::into),
            source_cidr: text(arguments, "source_cidr").map(str::to_owned),
            snat_ip: snat_ip.to_owned(),
            name: text(arguments, "snat_entry_name").map(str::to_owned),
            configuration,
        };
        cloud.create_snat_entry(request).await
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<SnatEntry>> {
        let Some((table, entry)) = id.split_once(':') else { return Ok(None) };
        let request = DescribeSnatTableEntriesRequest {
            snat_table_id: Some(table.to_owned()),
            snat_entry_id: Some(entry.to_owned()),
        };
        Ok(cloud.describe_snat_table_entries(request).await?.pop())
    }

    async fn modify(cloud: &Cloud, prior: &Value, arguments: &Value, configuration: String) -> Reply<SnatEntry> {
        let snat_ip = text(arguments, "snat_ip").unwrap_or_default();
        if text(prior, "snat_ip") != Some(snat_ip) {
            wait_while(|| has_free_address(cloud, snat_ip)).await?;
        }
        let request = ModifySnatEntryRequest {
            snat_entry_id: entry_id(prior),
            snat_ip: Some(snat_ip.to_owned()),
            name: Some(text(arguments, "snat_entry_name").unwrap_or_default().to_owned()),
            configuration: Some(configuration),
        };
        cloud.modify_snat_entry(request).await
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        cloud.delete_snat_entry(entry_id(prior)).await
    }

    fn id(entry: &SnatEntry) -> String {
        format!("{}:{}", entry.request.snat_table_id, entry.snat_entry_id)
    }

    fn configuration(entry: &SnatEntry) -> &str {
        &entry.request.configuration
    }

    fn set_computed(state: &mut Value, entry: &SnatEntry) {
        state.set("snat_entry_id", entry.snat_entry_id.as_str());
        state.set("status", NetworkStatus::Available.name());
        let vswitch_id = entry.request.source_vswitch_id.as_ref().map(VSwitchId::as_str).unwrap_or_default();
        for (attribute, value) in [
            ("snat_table_id", entry.request.snat_table_id.as_str()),
            ("source_vswitch_id", vswitch_id),
            ("source_cidr", &entry.source_cidr),
        ] {
            set_default(state, attribute, value);
        }
        let configured: Vec<&str> = entry.addresses().collect();
        let shown = text(state, "snat_ip").unwrap_or_default();
        if shown.split(',').map(str::trim).ne(configured.iter().copied()) {
            state.set("snat_ip", entry.request.snat_ip.as_str());
        }
    }
}

fn schema() -> Schema {
    let computed =
        |name, text: &'static str| Attribute::string(name).computed().use_state_for_unknown().description(text);
    Schema::new(
        "An entry of a NAT gateway's SNAT table: instances of a vSwitch, or of a block of addresses, reach the internet under \
         the elastic addresses that it names. They must be associated with the gateway (`InvalidSnatIp.NotFound`). An entry \
         that is created while its address is associated with nothing waits up to 10 seconds for that, because a CLI may make \
         both at the same time.",
    )
    .attributes([
        computed("id", "`<snat_table_id>:<snat_entry_id>`"),
        Attribute::string("snat_table_id").required().requires_replace().description("The SNAT table: `snat_table_ids` of the gateway."),
        Attribute::string("snat_ip").required().description("One elastic address of the gateway, or several with commas in between."),
        Attribute::string("source_vswitch_id")
            .optional()
            .computed()
            .requires_replace()
            .description("The vSwitch of the gateway's VPC whose instances send through it. Excludes `source_cidr`; one of the two is required."),
        Attribute::string("source_cidr")
            .optional()
            .computed()
            .requires_replace()
            .follows(["source_vswitch_id"])
            .description("The block of addresses that send through it. Default: that of the vSwitch."),
        Attribute::string("snat_entry_name").optional().description("Its name, of at most 128 characters."),
        computed("snat_entry_id", "The entry's own id."),
        computed("status", "Always `Available`."),
    ])
    .attributes(without_effect([
        Attribute::number("eip_affinity").optional().description("Whether one instance keeps to one address: 1, or 0."),
    ]))
    .blocks([timeouts::block(&["create", "update", "delete"])])
}

/// The id of an entry in its table, from a state.
fn entry_id(state: &Value) -> String {
    text(state, "id").and_then(|id| id.split_once(':')).map(|(_, entry)| entry.to_owned()).unwrap_or_default()
}

/// Whether one of the addresses is an elastic one that is associated with nothing.
async fn has_free_address(cloud: &Cloud, snat_ip: &str) -> Reply<bool> {
    let eips = cloud.describe_eip_addresses(DescribeEipAddressesRequest::default()).await?;
    let named: Vec<&str> = snat_ip.split(',').map(str::trim).collect();
    Ok(eips.iter().any(|eip| eip.association.is_none() && named.contains(&eip.ip_address.to_string().as_str())))
}
