//! `RunInstances`: one image, one type, one zone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::instance_xml::{InstanceView, reservation_id};
use super::xml::Xml;
use super::{Action, Result, check_id, ids, security_group_lookup, tags_on_creation, templates};
use crate::base::order::Order;
use crate::base::{SecurityGroupId, VSwitchId};
use crate::catalogue;
use crate::cloud::model::{
    DescribeVSwitchesRequest, InstanceRecords, LaunchInstanceRequest, LaunchInstancesRequest, SpotStrategy, Tags,
};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::{Arguments, Parameters};

pub(super) const ACTIONS: &[(&str, Action)] = &[("RunInstances", run)];

/// What has no effect and comes back with the instance.
const STORED_PARAMETERS: [&str; 23] = [
    "BlockDeviceMapping",
    "CapacityReservationSpecification",
    "CpuOptions",
    "CreditSpecification",
    "DisableApiStop",
    "EbsOptimized",
    "EnclaveOptions",
    "HibernationOptions",
    "IamInstanceProfile",
    "InstanceInitiatedShutdownBehavior",
    "InstanceMarketOptions",
    "KernelId",
    "LaunchTemplate",
    "LicenseSpecification",
    "MaintenanceOptions",
    "MetadataOptions",
    "Monitoring",
    "NetworkInterface",
    "Placement",
    "PrivateDnsNameOptions",
    "RamdiskId",
    "SourceDestCheck",
    "TagSpecification",
];

/// What a public address costs in the words of the world: any bandwidth to the internet.
const PUBLIC_BANDWIDTH: u32 = 1;

fn run(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let template = templates::chosen(cloud, &arguments.within("LaunchTemplate"))?;
    let (merged, template_tags) = match &template {
        Some(template) => (arguments.over(&template.data), template.tags()),
        None => (arguments.whole(), Tags::new()),
    };
    Ok(reply(&launch(cloud, arguments, &merged, template_tags)?))
}

/// Launches what a call says together with its template; counts and token are the call's own.
pub(super) fn launch(
    cloud: &SimCloud,
    own: &Arguments<'_>,
    merged: &Parameters,
    template_tags: Tags,
) -> Result<InstanceRecords> {
    let request = request(cloud, own, merged, template_tags)?;
    cloud.launch_instances(&request).map_err(as_ec2)
}

fn request(
    cloud: &SimCloud,
    own: &Arguments<'_>,
    merged: &Parameters,
    template_tags: Tags,
) -> Result<LaunchInstancesRequest> {
    let arguments = merged.arguments();
    let count = |name: &str| -> Result<u32> {
        let number = own.number(name)?;
        number.ok_or_else(|| CloudError::new(codes::MISSING_PARAMETER, missing(name)))
    };
    let (min_count, max_count) = (count("MinCount")?, count("MaxCount")?);
    let image_id = arguments.text("ImageId");
    let image_id = image_id.ok_or_else(|| CloudError::new(codes::MISSING_PARAMETER, missing("ImageId")))?;
    check_id(image_id, "ami-", "InvalidAMIID.Malformed")?;
    let mut tags = template_tags;
    tags.extend(tags_on_creation(&arguments, "instance"));
    let network = Network::read(cloud, &arguments)?;
    let (spot_strategy, limit) = spot(&arguments)?;
    let instance_type = arguments.text("InstanceType").unwrap_or(catalogue::DEFAULT_INSTANCE_TYPE);
    let market = arguments.within("InstanceMarketOptions").within("SpotOptions");
    let instance = LaunchInstanceRequest {
        zone_id: arguments.within("Placement").id("AvailabilityZone"),
        vswitch_id: network.subnet,
        private_ip: network.private_ip,
        instance_type: Some(instance_type.into()),
        image_id: Some(image_id.into()),
        security_group_ids: network.groups.into_iter().collect(),
        key_name: arguments.id("KeyName"),
        user_data: user_data(&arguments)?,
        internet_max_bandwidth_out: network.has_public_address.then_some(PUBLIC_BANDWIDTH),
        spot_strategy,
        spot_price_limit: limit,
        stops_on_reclaim: matches!(market.text("InstanceInterruptionBehavior"), Some("stop" | "hibernate")),
        tags,
        deletion_protection: arguments.flag("DisableApiTermination")?.unwrap_or(false),
        client_token: own.owned("ClientToken"),
        without_effect: merged.flattened(&STORED_PARAMETERS),
        ..LaunchInstanceRequest::default()
    };
    Ok(LaunchInstancesRequest { instance, min_count, max_count })
}

fn missing(name: &str) -> String {
    format!("The request must contain the parameter {name}")
}

/// Where instances are in the network, said by the call itself or by its first network interface.
struct Network {
    subnet: Option<VSwitchId>,
    groups: Vec<SecurityGroupId>,
    private_ip: Option<std::net::Ipv4Addr>,
    has_public_address: bool,
}

impl Network {
    fn read(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Self> {
        let interface = arguments.list("NetworkInterface").into_iter().next();
        let text = |name: &str| {
            let of_interface = interface.as_ref().and_then(|interface| interface.text(name));
            arguments.text(name).or(of_interface)
        };
        let subnet = text("SubnetId").map(|id| -> Result<VSwitchId> {
            check_id(id, "subnet-", "InvalidSubnetID.Malformed")?;
            Ok(ids::read_subnet_id(cloud.region(), id))
        });
        let subnet = subnet.transpose()?;
        let private_ip = text("PrivateIpAddress").map(|text| {
            text.parse().map_err(|_| {
                CloudError::new(
                    codes::INVALID_PARAMETER_VALUE,
                    format!("Value ({text}) for parameter privateIpAddress is not an IPv4 address."),
                )
            })
        });
        let groups = security_group_lookup::launch_groups(cloud, arguments, interface.as_ref())?;
        let asked = interface.as_ref().map(|interface| interface.flag("AssociatePublicIpAddress")).transpose()?;
        let has_public_address = match asked.flatten() {
            Some(asked) => asked,
            None => maps_public_addresses(cloud, subnet.as_ref())?,
        };
        Ok(Self { subnet, groups, private_ip: private_ip.transpose()?, has_public_address })
    }
}

/// Instances in a default subnet have public addresses; elsewhere the subnet says so.
fn maps_public_addresses(cloud: &SimCloud, subnet: Option<&VSwitchId>) -> Result<bool> {
    let Some(id) = subnet.filter(|id| catalogue::zone_of_default_vswitch(id.as_str()).is_none()) else {
        return Ok(true);
    };
    let request = DescribeVSwitchesRequest { vswitch_ids: Some([id.clone()].into()), ..Default::default() };
    let found = cloud.describe_vswitches(&request)?;
    Ok(found.first().is_some_and(|subnet| {
        super::stored_parameters::StoredParameters::of(&subnet.request.configuration).is("MapPublicIpOnLaunch")
    }))
}

fn spot(arguments: &Arguments<'_>) -> Result<(SpotStrategy, Option<crate::base::Decimal>)> {
    let options = arguments.within("InstanceMarketOptions");
    match options.text("MarketType") {
        None => Ok((SpotStrategy::NoSpot, None)),
        Some("spot") => {
            let limit = options.within("SpotOptions").decimal("MaxPrice")?;
            let strategy = if limit.is_some() { SpotStrategy::SpotWithPriceLimit } else { SpotStrategy::SpotAsPriceGo };
            Ok((strategy, limit))
        }
        Some(other) => {
            let message = format!("The market type '{other}' is not simulated; 'spot' is.");
            Err(CloudError::new(codes::INVALID_PARAMETER_VALUE, message))
        }
    }
}

pub(super) fn user_data(arguments: &Arguments<'_>) -> Result<Option<Vec<u8>>> {
    arguments.text("UserData").map(decode_user_data).transpose()
}

pub(super) fn decode_user_data(text: &str) -> Result<Vec<u8>> {
    let decoded = STANDARD.decode(text.replace(['\n', '\r'], ""));
    decoded.map_err(|_| CloudError::new(codes::INVALID_PARAMETER_VALUE, "Invalid BASE64 encoding of user data."))
}

/// The service's own words where people compare them.
fn as_ec2(error: CloudError) -> CloudError {
    let CloudError::Service(mut refusal) = error else { return error };
    if refusal.code == codes::INVALID_IMAGE_NOT_FOUND
        && let Some(id) = refusal.message.split('`').nth(1)
    {
        refusal.message = format!("The image id '[{id}]' does not exist");
    }
    CloudError::Service(refusal)
}

fn reply(launched: &InstanceRecords) -> Xml {
    let mut records: Vec<_> = launched.records.iter().filter(|record| record.end.is_none()).collect();
    records.order_by_key(|record| super::instance_xml::launch_index(record));
    Xml::of(|xml| {
        xml.text("reservationId", &records.first().map(|record| reservation_id(record)).unwrap_or_default());
        xml.text("ownerId", &launched.account_id);
        xml.list("groupSet", [(); 0], |_, ()| {});
        xml.list("instancesSet", records, |xml, record| {
            let mut view = InstanceView::new(record, launched);
            view.is_new = true;
            view.write(xml);
        });
    })
}
