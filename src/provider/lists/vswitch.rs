//! Lists vSwitches as `simcloud_vswitches` finds them.

use async_trait::async_trait;

use crate::cloud::model::VSwitch;
use crate::provider::data_sources::vswitches;
use crate::provider::framework::configured::Configured;
use crate::provider::framework::list_resource::{self, ListedObject};
use crate::provider::resources::vswitch::VSwitchObject;
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for VSwitchObject {
    const DESCRIPTION: &'static str = "Finds the vSwitches of a region: the default ones by zone, then by creation.";

    fn filters() -> Vec<Attribute> {
        [list_resource::ids("vSwitches")].into_iter().chain(vswitches::filters()).collect()
    }

    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<VSwitch>> {
        vswitches::find(config, configured, diagnostics).await
    }

    fn name(vswitch: &VSwitch) -> String {
        vswitches::name(vswitch).to_owned()
    }
}
