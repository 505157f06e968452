//! `simcloud_eip_association`: an elastic address at an instance, a NAT gateway or a network interface.

use async_trait::async_trait;

use crate::base::{ApiEnum as _, EipId};
use crate::cloud::model::{
    AssociateEipAddressRequest, DescribeEipAddressesRequest, DescribeSnatTableEntriesRequest, EipAddress,
    EipAssociation, EipAssociationReference, EipInstanceType, EipMode, ModifyEipForwardModeRequest,
    UnassociateEipAddressRequest,
};
use crate::cloud::{Cloud, CloudError, Member, codes};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, text};
use crate::provider::framework::object_resource::{CloudObject, set_default, without_effect};
use crate::provider::framework::wait::wait_while;
use crate::provider::framework::{choice, timeouts};
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Diagnostics, Path, Schema, Value};

type Reply<T> = Result<T, CloudError>;

#[derive(Debug)]
pub(crate) struct EipAssociationObject;

/// An elastic address that is associated with something.
#[derive(Debug)]
pub(crate) struct AssociatedEip {
    pub(crate) eip: EipAddress,
    pub(crate) association: EipAssociation,
}

impl AssociatedEip {
    /// `None` if the address is associated with nothing.
    pub(crate) fn of(eip: EipAddress) -> Option<Self> {
        let association = eip.association.clone()?;
        Some(Self { eip, association })
    }
}

#[async_trait]
impl CloudObject for EipAssociationObject {
    type Object = AssociatedEip;

    const NOUN: &'static str = "association of the elastic address";
    const NOT_FOUND: &'static [&'static str] =
        &[codes::INVALID_ALLOCATION_NOT_FOUND, codes::INVALID_BIND_INSTANCE_NOT_FOUND];

    fn schema() -> Schema {
        schema()
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        let root = Path::default();
        check::ipv4_address(config, &root, "private_ip_address", diagnostics);
        let type_name = text(config, "instance_type");
        if type_name == Some(EipInstanceType::IpAddress.name()) && check::is_absent(config, "vpc_id") {
            check::missing(&root, "vpc_id", "the VPC of the address", diagnostics);
        }
        if let (Some(id), true) = (text(config, "instance_id"), check::is_absent(config, "instance_type"))
            && EipInstanceType::of_id(id).is_none()
        {
            let known = "i-, ngw-, eni-, lb- or havip-";
            let detail = format!(
                "instance_id is {id:?}, which begins with none of {known} and so does not say what it is the id of. Correct \
                 it, or name instance_type beside it."
            );
            diagnostics.error_at(Path::root("instance_id"), "Unknown Kind Of Id", detail);
        }
        timeouts::validate(config, diagnostics);
    }

    fn plan(_configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse) {
        let of_id = text(&request.config, "instance_id").and_then(EipInstanceType::of_id);
        if let Some(of_id) = of_id.filter(|_| request.config.get("instance_type").is_null()) {
            response.planned_state.set("instance_type", of_id.name());
        }
    }

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<AssociatedEip> {
        let request = AssociateEipAddressRequest {
            allocation_id: text(arguments, "allocation_id").unwrap_or_default().into(),
            instance_id: text(arguments, "instance_id").unwrap_or_default().to_owned(),
            instance_type: choice::read_choice(arguments, Member::InstanceType)?,
            mode: mode(arguments),
            vpc_id: text(arguments, "vpc_id").map(Into::into),
            configuration,
        };
        Ok(associated(cloud.associate_eip_address(request).await?))
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<AssociatedEip>> {
        let Some(reference) = reference_of(id) else { return Ok(None) };
        find(cloud, &reference).await
    }

    async fn modify(cloud: &Cloud, prior: &Value, arguments: &Value, configuration: String) -> Reply<AssociatedEip> {
        let association = reference(prior);
        let request = ModifyEipForwardModeRequest { association, mode: mode(arguments), configuration };
        Ok(associated(cloud.modify_eip_forward_mode(request).await?))
    }

    /// Waits for SNAT entries that a CLI deletes at the same time: they use the address, and do not name the association.
    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        let association = reference(prior);
        let force = prior.get("force").as_bool() == Some(true);
        if !force {
            wait_while(|| is_used_by_snat(cloud, &association)).await?;
        }
        cloud.unassociate_eip_address(UnassociateEipAddressRequest { association, force }).await
    }

    fn id(object: &AssociatedEip) -> String {
        format!("{}:{}", object.eip.allocation_id, object.association.instance_id)
    }

    fn configuration(object: &AssociatedEip) -> &str {
        &object.association.configuration
    }

    fn set_computed(state: &mut Value, object: &AssociatedEip) {
        for (name, value) in [
            ("allocation_id", object.eip.allocation_id.as_str()),
            ("instance_id", &object.association.instance_id),
            ("instance_type", object.association.instance_type.name()),
            ("mode", object.association.mode.name()),
        ] {
            set_default(state, name, value);
        }
    }
}

fn schema() -> Schema {
    let kinds = "What it is associated with, if the id does not say it. ";
    Schema::new(
        "Associates an elastic address with an instance, a NAT gateway or a network interface. An address has at most one \
         association (`IncorrectEipStatus`), and an instance at most one elastic address. An instance with a public address of \
         its own cannot have an elastic one (`Forbidden.InstanceBandwidthNotZero`), except those of `simcloud_run_instances`, \
         which always have a public address and keep it.\n\nWhen the instance ends the address is free again, and the next plan \
         creates the association again. Load balancers and other things that are not simulated are known by their ids alone.",
    )
    .attributes([
        Attribute::string("id").computed().use_state_for_unknown().description("`<allocation_id>:<instance_id>`"),
        Attribute::string("allocation_id").required().requires_replace().description("Id of the elastic address."),
        Attribute::string("instance_id")
            .required()
            .requires_replace()
            .description("Id of what it is associated with: `i-…`, `ngw-…`, `eni-…`, `lb-…` or `havip-…`."),
        Attribute::choice::<EipInstanceType>("instance_type", kinds)
            .computed()
            .requires_replace()
            .follows(["instance_id"]),
        Attribute::string("vpc_id").optional().requires_replace().description("VPC of the address, with `IpAddress`."),
        Attribute::bool("force").optional().description(
            "Whether SNAT entries that use the address give it up when the association is deleted. Default: `false`, with which \
             the association cannot be deleted before them (`InvalidIpStatus.HasBeenUsedBySnatTable`).",
        ),
    ])
    .attributes(without_effect([
        Attribute::choice::<EipMode>("mode", "How the address reaches a network interface: ").computed(),
        Attribute::string("private_ip_address").optional().requires_replace(),
    ]))
    .blocks([timeouts::block(&["create", "update", "delete"])])
}

fn mode(arguments: &Value) -> Option<EipMode> {
    text(arguments, "mode").and_then(|name| EipMode::parse(name).ok())
}

/// The two ends of `eip-…:i-…`; `None` if the text has no colon.
fn reference_of(id: &str) -> Option<EipAssociationReference> {
    let (allocation_id, instance_id) = id.split_once(':')?;
    Some(EipAssociationReference { allocation_id: EipId::from(allocation_id), instance_id: instance_id.to_owned() })
}

/// The association of a state.
fn reference(state: &Value) -> EipAssociationReference {
    let of_id = text(state, "id").and_then(reference_of);
    of_id.unwrap_or_else(|| EipAssociationReference { allocation_id: "".into(), instance_id: String::new() })
}

async fn find(cloud: &Cloud, reference: &EipAssociationReference) -> Reply<Option<AssociatedEip>> {
    let allocation_ids = Some([reference.allocation_id.clone()].into());
    let request = DescribeEipAddressesRequest { allocation_ids, ..DescribeEipAddressesRequest::default() };
    let found = cloud.describe_eip_addresses(request).await?.pop().and_then(AssociatedEip::of);
    Ok(found.filter(|object| object.association.instance_id == reference.instance_id))
}

/// Whether an SNAT entry sends under the address.
async fn is_used_by_snat(cloud: &Cloud, reference: &EipAssociationReference) -> Reply<bool> {
    let Some(object) = find(cloud, reference).await? else { return Ok(false) };
    if object.association.instance_type != EipInstanceType::Nat {
        return Ok(false);
    }
    let address = object.eip.ip_address.to_string();
    let entries = cloud.describe_snat_table_entries(DescribeSnatTableEntriesRequest::default()).await?;
    Ok(entries.iter().any(|entry| entry.addresses().any(|known| known == address)))
}

/// The association that a call made; an address without one is what a broken invariant would leave.
fn associated(eip: EipAddress) -> AssociatedEip {
    AssociatedEip::of(eip).unwrap_or_else(|| panic!("an elastic address was associated and is not"))
}
