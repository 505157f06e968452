//! Spot instance requests: each spot instance that runs has one, which follows from it (E8).

use super::filters::{Filters, one};
use super::ids;
use super::instance_xml::InstanceView;
use super::instances::find;
use super::page::Page;
use super::xml::{Xml, timestamp};
use super::{Action, Result, tags_on_creation};
use crate::cloud::model::{EndCause, InstanceState, Tags};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] =
    &[("CancelSpotInstanceRequests", cancel), ("DescribeSpotInstanceRequests", describe)];

const PERSISTENT: &str = "InstanceMarketOptions.SpotOptions.SpotInstanceType";
const INTERRUPTION: &str = "InstanceMarketOptions.SpotOptions.InstanceInterruptionBehavior";

/// State and status code of the request of an instance.
fn state_and_status(view: &InstanceView<'_>) -> (&'static str, &'static str) {
    match (view.record.end.map(|end| end.cause), view.instance().state) {
        (Some(EndCause::User), _) => ("closed", "instance-terminated-by-user"),
        (Some(EndCause::SpotPrice), _) => ("closed", "instance-terminated-by-price"),
        (Some(EndCause::SpotCapacity), _) => ("closed", "instance-terminated-no-capacity"),
        (Some(EndCause::SpotInterruption | EndCause::Failure), _) | (None, InstanceState::Terminated) => {
            ("closed", "instance-terminated-by-service")
        }
        (None, InstanceState::Stopped) => ("disabled", "instance-stopped-by-user"),
        (None, InstanceState::Pending | InstanceState::Running) => ("active", "fulfilled"),
    }
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    const NAMES: [&str; 10] = [
        "instance-id",
        "launch.image-id",
        "launch.instance-type",
        "launched-availability-zone",
        "product-description",
        "spot-instance-request-id",
        "spot-price",
        "state",
        "status-code",
        "type",
    ];
    let filters = Filters::read(arguments, &NAMES)?;
    let wanted = arguments.texts("SpotInstanceRequestId");
    let found = find(cloud, None)?;
    let views = found.records.iter().map(|record| InstanceView::new(record, &found)).filter(InstanceView::is_spot);
    let mut views: Vec<InstanceView<'_>> = views.collect();
    let id_of = |view: &InstanceView<'_>| ids::spot_request_id(&view.instance().instance_id);
    if let Some(missing) = wanted.iter().find(|id| views.iter().all(|view| id_of(view) != **id)) {
        let message = format!("The spot instance request ID '{missing}' does not exist");
        return Err(CloudError::new("InvalidSpotInstanceRequestID.NotFound", message));
    }
    views.retain(|view| {
        let (state, status) = state_and_status(view);
        let instance = view.instance();
        (wanted.is_empty() || wanted.contains(&id_of(view).as_str()))
            && filters.match_object(&request_tags(view), |name| match name {
                "instance-id" => one(&instance.instance_id),
                "launch.image-id" => one(&instance.image_id),
                "launch.instance-type" => one(&instance.instance_type),
                "launched-availability-zone" => one(&instance.zone_id),
                "product-description" => one("Linux/UNIX"),
                "spot-instance-request-id" => one(id_of(view)),
                "spot-price" => one(price(view)),
                "state" => one(state),
                "status-code" => one(status),
                _ => one(view.kept(PERSISTENT).unwrap_or("one-time")),
            })
    });
    let page = Page::of(arguments, views)?;
    Ok(Xml::of(|xml| {
        xml.list("spotInstanceRequestSet", &page.items, write);
        page.write_token(xml);
    }))
}

/// The most that is paid: the limit, or else the on-demand price, which a request need not name.
fn price(view: &InstanceView<'_>) -> String {
    let limit = view.instance().spot_price_limit.unwrap_or(view.instance().hourly_price);
    format!("{limit:.6}")
}

/// Those that the launch gave to its requests.
fn request_tags(view: &InstanceView<'_>) -> Tags {
    let kept = view.record.request.as_ref().map(|request| request.without_effect.clone()).unwrap_or_default();
    let parameters = crate::wire::parameters::Parameters::from_pairs(kept);
    tags_on_creation(&parameters.arguments(), "spot-instances-request")
}

fn write(xml: &mut Xml, view: &InstanceView<'_>) {
    let (state, status) = state_and_status(view);
    let instance = view.instance();
    let changed = view.record.end.map_or(instance.launch_time, |end| end.time);
    xml.text("spotInstanceRequestId", &ids::spot_request_id(&instance.instance_id));
    xml.text("spotPrice", &price(view));
    xml.text("type", view.kept(PERSISTENT).unwrap_or("one-time"));
    xml.text("state", state);
    xml.within("status", |xml| {
        xml.text("code", status);
        xml.time("updateTime", changed);
        xml.text("message", &format!("{status} at {}", timestamp(changed)));
    });
    xml.within("launchSpecification", |xml| {
        xml.text("imageId", instance.image_id.as_str());
        xml.text("instanceType", instance.instance_type.as_str());
        xml.optional("keyName", instance.key_name.as_ref().map(crate::base::KeyPairName::as_str));
        xml.within("placement", |xml| xml.text("availabilityZone", instance.zone_id.as_str()));
        xml.text("subnetId", &ids::subnet_id(&instance.vswitch_id));
        xml.within("monitoring", |xml| xml.value("enabled", false));
    });
    xml.text("instanceId", instance.instance_id.as_str());
    xml.time("createTime", instance.launch_time);
    xml.text("productDescription", "Linux/UNIX");
    xml.text("launchedAvailabilityZone", instance.zone_id.as_str());
    xml.text("instanceInterruptionBehavior", view.kept(INTERRUPTION).unwrap_or("terminate"));
    xml.tags(&request_tags(view));
}

/// An instance goes on running when its request is cancelled, and keeps the request that it was launched by.
fn cancel(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let wanted = arguments.texts("SpotInstanceRequestId");
    if wanted.is_empty() {
        let message = "The request must contain the parameter SpotInstanceRequestId";
        return Err(CloudError::new(codes::MISSING_PARAMETER, message));
    }
    describe(cloud, arguments)?;
    Ok(Xml::of(|xml| {
        xml.list("spotInstanceRequestSet", wanted, |xml, id| {
            xml.text("spotInstanceRequestId", id);
            xml.text("state", "cancelled");
        });
    }))
}
