//! Spot instance requests: each spot instance has one, which follows from it (E8).

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::filters::{Filters, one};
use super::ids;
use super::instance_page::InstancePage;
use super::instance_xml::InstanceView;
use super::stored_parameters::StoredParameters;
use super::xml::{Xml, timestamp};
use super::{Action, Result, tags_on_creation};
use crate::base::collect::IntoOrdered;
use crate::cloud::model::{EndCause, InstanceState, ModifyInstanceRequest, Tags};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] =
    &[("CancelSpotInstanceRequests", cancel), ("DescribeSpotInstanceRequests", describe)];

const PERSISTENT: &str = "InstanceMarketOptions.SpotOptions.SpotInstanceType";
const INTERRUPTION: &str = "InstanceMarketOptions.SpotOptions.InstanceInterruptionBehavior";

/// Under which an instance keeps that its request was cancelled.
const CANCELLED: &str = "SpotRequest.Cancelled";

/// State and status code of the request of an instance.
fn state_and_status(view: &InstanceView<'_>) -> (&'static str, &'static str) {
    let is_cancelled = view.stored_parameter(CANCELLED) == Some("true");
    let (state, status) = match (view.record.end.map(|end| end.cause), view.state()) {
        _ if view.is_new => ("open", "pending-evaluation"),
        (Some(EndCause::User), _) => ("closed", "instance-terminated-by-user"),
        (Some(EndCause::SpotPrice), _) => ("closed", "instance-terminated-by-price"),
        (Some(EndCause::SpotCapacity), _) => ("closed", "instance-terminated-no-capacity"),
        (Some(EndCause::SpotInterruption | EndCause::Failure), _) | (None, InstanceState::Terminated) => {
            ("closed", "instance-terminated-by-service")
        }
        (None, InstanceState::Stopped) => ("disabled", "instance-stopped-by-user"),
        (None, InstanceState::Pending | InstanceState::Running) if is_cancelled => {
            ("cancelled", "request-canceled-and-instance-running")
        }
        (None, InstanceState::Pending | InstanceState::Running) => ("active", "fulfilled"),
    };
    (if is_cancelled { "cancelled" } else { state }, status)
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
    let page = read_page(cloud, arguments, &filters)?;
    Ok(Xml::of(|xml| {
        xml.list("spotInstanceRequestSet", page.views(), |xml, view| write(xml, &view));
        page.write_token(xml);
    }))
}

/// The requests that a call names, or all.
///
/// # Errors
/// One that it names does not exist.
fn read_page(cloud: &SimCloud, arguments: &Arguments<'_>, filters: &Filters) -> Result<InstancePage> {
    let mut wanted: BTreeSet<&str> = arguments.texts("SpotInstanceRequestId").into_iter().into_set();
    let seen: RefCell<BTreeSet<String>> = RefCell::default();
    let select = |view: &InstanceView<'_>| {
        let id = ids::spot_request_id(&view.instance().instance_id);
        let is_named = wanted.is_empty() || wanted.contains(id.as_str());
        if !view.is_spot() || !is_named {
            return false;
        }
        seen.borrow_mut().insert(id);
        filters.match_object(&request_tags(view), |name| values(view, name))
    };
    let page = InstancePage::read(cloud, arguments, None, filters, &select)?;
    wanted.retain(|id| !seen.borrow().contains(*id));
    match wanted.first() {
        Some(missing) if page.is_last() => {
            let message = format!("The spot instance request ID '{missing}' does not exist");
            Err(CloudError::new("InvalidSpotInstanceRequestID.NotFound", message))
        }
        _ => Ok(page),
    }
}

fn values(view: &InstanceView<'_>, name: &str) -> Vec<String> {
    let (state, status) = state_and_status(view);
    let instance = view.instance();
    match name {
        "instance-id" => one(&instance.instance_id),
        "launch.image-id" => one(&instance.image_id),
        "launch.instance-type" => one(&instance.instance_type),
        "launched-availability-zone" => one(&instance.zone_id),
        "product-description" => one("Linux/UNIX"),
        "spot-instance-request-id" => one(ids::spot_request_id(&instance.instance_id)),
        "spot-price" => one(price(view)),
        "state" => one(state),
        "status-code" => one(status),
        _ => one(view.stored_parameter(PERSISTENT).unwrap_or("one-time")),
    }
}

/// The most that is paid: the limit, or else the on-demand price, which a request need not name.
fn price(view: &InstanceView<'_>) -> String {
    let limit = view.instance().spot_price_limit.unwrap_or(view.instance().hourly_price);
    format!("{limit:.6}")
}

/// Those that the launch gave to its requests.
fn request_tags(view: &InstanceView<'_>) -> Tags {
    tags_on_creation(&view.launch_parameters().arguments(), "spot-instances-request")
}

/// A request; one that is new names no instance yet (E3).
pub(super) fn write(xml: &mut Xml, view: &InstanceView<'_>) {
    let (state, status) = state_and_status(view);
    let instance = view.instance();
    let changed = view.record.end.map_or(instance.launch_time, |end| end.time);
    xml.text("spotInstanceRequestId", &ids::spot_request_id(&instance.instance_id));
    xml.text("spotPrice", &price(view));
    xml.text("type", view.stored_parameter(PERSISTENT).unwrap_or("one-time"));
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
    xml.time("createTime", instance.launch_time);
    xml.text("productDescription", "Linux/UNIX");
    if !view.is_new {
        xml.text("instanceId", instance.instance_id.as_str());
        xml.text("launchedAvailabilityZone", instance.zone_id.as_str());
    }
    xml.text("instanceInterruptionBehavior", view.stored_parameter(INTERRUPTION).unwrap_or("terminate"));
    xml.tags(&request_tags(view));
}

/// Instances go on running when their requests are cancelled. The request of an instance of a fleet stays what it is.
fn cancel(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let wanted = arguments.texts("SpotInstanceRequestId");
    if wanted.is_empty() {
        let message = "The request must contain the parameter SpotInstanceRequestId";
        return Err(CloudError::new(codes::MISSING_PARAMETER, message));
    }
    let page = read_page(cloud, arguments, &Filters::read(arguments, &[])?)?;
    for view in page.views().filter(|view| view.record.end.is_none()) {
        let Some(request) = &view.record.request else { continue };
        let mut kept = StoredParameters::of(&request.configuration);
        kept.set(CANCELLED, "true");
        cloud.modify_instance(&ModifyInstanceRequest {
            instance_id: Some(view.instance().instance_id.clone()),
            configuration: Some(kept.write()),
            ..ModifyInstanceRequest::default()
        })?;
    }
    Ok(Xml::of(|xml| {
        xml.list("spotInstanceRequestSet", wanted, |xml, id| {
            xml.text("spotInstanceRequestId", id);
            xml.text("state", "cancelled");
        });
    }))
}
