//! Who asks, which regions and resource groups the account has, and what time it is in the world.

use crate::base::{Alphabet, RegionId, Time};
use crate::catalogue;
use crate::cloud::SimCloud;
use crate::cloud::error::CloudError;
use crate::cloud::model::{CallerIdentity, Region, ResourceGroup, ResourceGroupStatus};
use crate::cloud::world::World;
use crate::market::Operation;

impl SimCloud {
    /// The account: 12 digits derived from the seed (W3).
    pub fn get_caller_identity(&self) -> Result<CallerIdentity, CloudError> {
        self.read(Operation::GetCallerIdentity, |world| {
            let account_id = world.account_id();
            Ok(CallerIdentity {
                arn: format!("acs:ram::{account_id}:root"),
                user_id: account_id.clone(),
                identity_type: "Account".to_owned(),
                account_id,
            })
        })
    }

    /// The regions of the clouds that the caller's region belongs to, by id.
    pub fn describe_regions(&self) -> Result<Vec<Region>, CloudError> {
        self.read(Operation::DescribeRegions, |world| Ok(regions_of_account(world)))
    }

    /// The default resource group, which every account has; there are no others.
    pub fn list_resource_groups(&self) -> Result<Vec<ResourceGroup>, CloudError> {
        self.read(Operation::ListResourceGroups, |world| {
            let digest = world.seed().digest(&["resource group"]);
            Ok(vec![ResourceGroup {
                id: format!("rg-{}", Alphabet::Base36.id_part(&digest)),
                name: "default".to_owned(),
                display_name: "default resource group".to_owned(),
                account_id: world.account_id(),
                status: ResourceGroupStatus::Ok,
                region_ids: regions_of_account(world).into_iter().map(|region| region.region_id).collect(),
            }])
        })
    }

    /// The world's clock after catching up.
    pub fn describe_clock(&self) -> Result<Time, CloudError> {
        self.read(None, |world| Ok(world.now))
    }
}

/// A region that two vendors have belongs to the clouds of both.
fn regions_of_account(world: &World) -> Vec<Region> {
    let own = catalogue::region(world.region.as_str());
    let vendors = own.map_or(&[][..], |own| own.vendors);
    let of_same_cloud = |region: &&catalogue::Region| region.vendors.iter().any(|vendor| vendors.contains(vendor));
    let regions = catalogue::regions().iter().filter(of_same_cloud).map(|region| Region {
        region_id: RegionId::from(region.id),
        local_name: region.name.to_owned(),
        is_current: region.id == world.region.as_str(),
    });
    regions.collect()
}
