//! What the launch of equal instances would meet now (O1).

use super::capacity::{AddressNeed, check_room, fits, room_for_launches};
use super::launch_target::{check_price, check_request, launch_target};
use super::template::with_template;
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::model::{InstanceForecast, LaunchInstanceRequest, LaunchRefusal, PoolFit};
use crate::cloud::operations::reservation::request::LaunchTarget;
use crate::cloud::world::{Fleet, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// Refusals that may be gone by the launch: they are what a forecast is about.
const MAY_PASS: &[&str] =
    &[codes::OPERATION_DENIED_NO_STOCK, codes::IP_NOT_ENOUGH, codes::QUOTA_EXCEED, codes::SPOT_PRICE_LIMIT_TOO_LOW];

impl SimCloud {
    /// What the launch of `count` instances of the request would meet now. Instances of the request's name, type, zone and
    /// billing count as free.
    ///
    /// # Errors
    /// What the launch would refuse whatever the market has.
    pub fn forecast_launch_instance(&self, request: &LaunchInstanceRequest, count: u32) -> Result<InstanceForecast> {
        self.read(None, |world| forecast(world, request, count))
    }
}

fn forecast(world: &mut World, request: &LaunchInstanceRequest, count: u32) -> Result<InstanceForecast> {
    let request = with_template(world, request)?;
    check_request(world, &request)?;
    let target = launch_target(world, &request)?;
    let namesakes = namesakes(world, &request, &target)?;
    let asked = count.saturating_sub(namesakes);
    let refused = refusal(world, &request, &target, asked)?;
    let is_out = refused.as_ref().is_some_and(|refusal| refusal.code == codes::OPERATION_DENIED_NO_STOCK);
    let would_fit = if is_out { fits(world, &request, &target, asked)? } else { Vec::new() };
    Ok(InstanceForecast {
        zone_id: target.zone.id.into(),
        vswitch_id: target.vswitch.vswitch_id.clone(),
        instance_type: target.instance_type.name.into(),
        hourly_price: target.hourly_price,
        free: room_for_launches(world, &target)? + namesakes,
        would_fit: would_fit
            .into_iter()
            .map(|fit| PoolFit {
                instance_type: fit.instance_type.into(),
                zone_id: fit.zone_id.into(),
                billing: fit.billing,
                free: fit.free.0,
            })
            .collect(),
        refusal: refused,
    })
}

/// Why the instances would not be launched now; what would be refused on every market is an error.
fn refusal(
    world: &mut World,
    request: &LaunchInstanceRequest,
    target: &LaunchTarget,
    count: u32,
) -> Result<Option<LaunchRefusal>> {
    if count == 0 {
        return Ok(None);
    }
    let checked =
        check_price(request, target).and_then(|()| check_room(world, request, target, count, AddressNeed::New));
    let Err(error) = checked else { return Ok(None) };
    match error.service().filter(|refusal| MAY_PASS.contains(&refusal.code.as_ref())) {
        Some(refusal) => Ok(Some(LaunchRefusal { code: refusal.code.to_string(), message: refusal.message.clone() })),
        None => Err(error),
    }
}

/// Instances that were launched by themselves and are what the request asks for.
fn namesakes(world: &mut World, request: &LaunchInstanceRequest, target: &LaunchTarget) -> Result<u32> {
    let Some(name) = &request.instance_name else { return Ok(0) };
    let fleets: Vec<Fleet<LaunchInstanceRequest>> = world.fleets()?;
    let mut count = 0;
    for fleet in fleets.iter().filter(|fleet| fleet.request.instance_name.as_ref() == Some(name)) {
        let batches = world.batches_of(&fleet.id)?;
        let alike = batches.iter().filter(|batch| {
            (batch.spec.zone_id.as_str(), batch.spec.instance_type.as_str(), batch.spec.billing)
                == (target.zone.id, target.instance_type.name, target.billing)
        });
        count += alike.map(|batch| batch.live).sum::<u32>();
    }
    Ok(count)
}
