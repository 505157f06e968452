//! Lists VPCs as `simcloud_vpcs` finds them.

use async_trait::async_trait;

use crate::cloud::model::Vpc;
use crate::provider::data_sources::vpcs;
use crate::provider::framework::configured::Configured;
use crate::provider::framework::list_resource::{self, ListedObject};
use crate::provider::resources::vpc::VpcObject;
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for VpcObject {
    const DESCRIPTION: &'static str = "Finds the VPCs of a region: the default one first, then by creation.";

    fn filters() -> Vec<Attribute> {
        [list_resource::ids("VPCs")].into_iter().chain(vpcs::filters()).collect()
    }

    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<Vpc>> {
        vpcs::find(config, configured, diagnostics).await
    }

    fn name(vpc: &Vpc) -> String {
        vpcs::name(vpc).to_owned()
    }
}
