//! Lists NAT gateways.

use async_trait::async_trait;

use crate::cloud::model::{DescribeNatGatewaysRequest, NatGateway};
use crate::provider::framework::check::{self, text};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::resources::nat_gateway::NatGatewayObject;
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for NatGatewayObject {
    const DESCRIPTION: &'static str = "Finds the NAT gateways of a region, by creation.";

    fn filters() -> Vec<Attribute> {
        vec![
            list_resource::ids("gateways"),
            filter("name_regex", "Only gateways whose name matches."),
            filter("nat_gateway_name", "Only gateways of this name."),
            filter("vpc_id", "Only gateways of this VPC."),
            filter("vswitch_id", "Only gateways of this vSwitch."),
            list_resource::tags("tags", "gateways"),
        ]
    }

    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<NatGateway>> {
        let request = DescribeNatGatewaysRequest {
            nat_gateway_ids: data_source::ids_of(config, "ids"),
            vpc_id: text(config, "vpc_id").map(Into::into),
            vswitch_id: text(config, "vswitch_id").map(Into::into),
            name: text(config, "nat_gateway_name").map(str::to_owned),
            tags: check::tags_of(config, "tags"),
        };
        let gateways = configured.cloud.describe_nat_gateways(request).await;
        let mut gateways = data_source::reply("list NAT gateways", configured, gateways, diagnostics)?;
        let regex = data_source::regex(config, "name_regex", diagnostics);
        gateways.retain(|gateway| {
            let name = gateway.request.name.as_deref().unwrap_or_default();
            regex.as_ref().is_none_or(|regex| regex.is_match(name))
        });
        Some(gateways)
    }

    fn name(gateway: &NatGateway) -> String {
        gateway.request.name.clone().unwrap_or_default()
    }
}
