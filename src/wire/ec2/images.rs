//! Images, and the public parameters of SSM that name the latest of them.

use serde_json::json;

use super::filters::{Filters, one};
use super::page::Page;
use super::xml::Xml;
use super::{Action, Result, error, ids, read_ids};
use crate::catalogue;
use crate::cloud::model::{DescribeImagesRequest, Image, Tags};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::call::AmazonCall;
use crate::wire::parameters::Arguments;
use crate::wire::reply::Reply;

pub(super) const ACTIONS: &[(&str, Action)] = &[("DescribeImages", describe)];

const PREFIX: &str = "ami-";

/// The accounts that public images belong to; facts.
const OWNERS: [(&str, &str); 3] =
    [("amazon", "137112412989"), ("canonical", "099720109477"), ("aws-marketplace", "679593333241")];

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    const NAMES: [&str; 14] = [
        "architecture",
        "creation-date",
        "description",
        "hypervisor",
        "image-id",
        "image-type",
        "is-public",
        "name",
        "owner-alias",
        "owner-id",
        "platform",
        "root-device-type",
        "state",
        "virtualization-type",
    ];
    let filters = Filters::read(arguments, &NAMES)?;
    let wanted = read_ids(arguments, "ImageId", PREFIX, "InvalidAMIID.Malformed")?;
    let image_ids = (!wanted.is_empty()).then(|| wanted.iter().copied().map(Into::into).collect());
    let mut found = cloud.describe_images(&DescribeImagesRequest { image_ids, ..DescribeImagesRequest::default() })?;
    let missing: Vec<&str> =
        wanted.iter().copied().filter(|id| found.iter().all(|image| image.image_id.as_str() != *id)).collect();
    if !missing.is_empty() {
        return Err(not_found(&missing));
    }
    let account_id = cloud.account_id()?;
    let owners = arguments.texts("Owner");
    found.retain(|image| {
        image.image_id.as_str().starts_with(PREFIX)
            && (owners.is_empty() || owners.iter().any(|owner| is_owned_by(image, owner, &account_id)))
            && filters.match_object(&Tags::new(), |name| values(image, name, &account_id))
    });
    let page = Page::of(arguments, found)?;
    Ok(Xml::of(|xml| {
        xml.list("imagesSet", &page.items, |xml, image| write(xml, image, &account_id, cloud.region().as_str()));
        page.write_token(xml);
    }))
}

fn not_found(ids: &[&str]) -> CloudError {
    let message = match ids {
        [id] => format!("The image id '[{id}]' does not exist"),
        ids => format!("The image ids '[{}]' do not exist", ids.join(", ")),
    };
    CloudError::new(codes::INVALID_AMI_NOT_FOUND, message)
}

fn owner_id<'a>(image: &Image, account_id: &'a str) -> &'a str {
    OWNERS.iter().find(|(alias, _)| *alias == image.owner).map_or(account_id, |(_, id)| id)
}

fn owner_alias(image: &Image) -> Option<&str> {
    Some(image.owner.as_str()).filter(|owner| ["amazon", "aws-marketplace"].contains(owner))
}

fn is_owned_by(image: &Image, owner: &str, account_id: &str) -> bool {
    owner == image.owner || owner == owner_id(image, account_id)
}

fn values(image: &Image, name: &str, account_id: &str) -> Vec<String> {
    match name {
        "architecture" => one(&image.architecture),
        "creation-date" => one(creation_date(image)),
        "description" => one(&image.os_name),
        "hypervisor" => one("xen"),
        "image-id" => one(&image.image_id),
        "image-type" => one("machine"),
        "is-public" => one(image.owner != "self"),
        "name" => one(&image.name),
        "owner-alias" => owner_alias(image).map(str::to_owned).into_iter().collect(),
        "owner-id" => one(owner_id(image, account_id)),
        "platform" => (image.os_type == "windows").then(|| "windows".to_owned()).into_iter().collect(),
        "root-device-type" => one("ebs"),
        "state" => one("available"),
        _ => one("hvm"),
    }
}

fn creation_date(image: &Image) -> String {
    image.creation_time.strip_suffix('Z').map_or_else(|| image.creation_time.clone(), |text| format!("{text}.000Z"))
}

fn write(xml: &mut Xml, image: &Image, account_id: &str, region: &str) {
    let id = image.image_id.as_str();
    let (owner, is_windows) = (owner_id(image, account_id), image.os_type == "windows");
    xml.text("imageId", id);
    xml.text("imageLocation", &format!("{}/{}", owner_alias(image).unwrap_or(owner), image.name));
    xml.text("imageState", "available");
    xml.text("imageOwnerId", owner);
    xml.optional("imageOwnerAlias", owner_alias(image));
    xml.text("creationDate", &creation_date(image));
    xml.value("isPublic", image.owner != "self");
    xml.text("architecture", &image.architecture);
    xml.text("imageType", "machine");
    xml.optional("platform", Some("Windows").filter(|_| is_windows));
    xml.text("platformDetails", if is_windows { "Windows" } else { "Linux/UNIX" });
    xml.text("usageOperation", if is_windows { "RunInstances:0002" } else { "RunInstances" });
    xml.list("productCodes", &image.product_code, |xml, code| {
        xml.text("productCode", code);
        xml.text("type", "marketplace");
    });
    xml.text("name", &image.name);
    xml.text("description", &image.os_name);
    xml.text("rootDeviceType", "ebs");
    xml.text("rootDeviceName", "/dev/xvda");
    xml.list("blockDeviceMapping", [()], |xml, ()| {
        xml.text("deviceName", "/dev/xvda");
        xml.within("ebs", |xml| {
            xml.text("snapshotId", &ids::digest("snap-", region, id));
            xml.value("volumeSize", image.size_gib);
            xml.text("volumeType", "gp3");
            xml.value("deleteOnTermination", true);
            xml.value("encrypted", false);
        });
    });
    xml.text("virtualizationType", "hvm");
    xml.text("hypervisor", "xen");
    xml.value("enaSupport", true);
    xml.text("bootMode", if image.architecture == "arm64" { "uefi" } else { "uefi-preferred" });
    xml.tags(&Tags::new());
}

/// Answers SSM: `GetParameter` and `GetParameters` of public parameters that name the latest image of a kind.
pub(super) fn answer_ssm(cloud: Result<SimCloud>, call: &AmazonCall) -> Reply {
    let body = call.json.clone().unwrap_or_default();
    let reply = cloud.and_then(|cloud| match call.action.as_str() {
        "GetParameter" => {
            let name = body["Name"].as_str().unwrap_or_default();
            let found = parameter(&cloud, name);
            let missing =
                || CloudError::new("ParameterNotFound", format!("There is no public parameter {name:?} here."));
            Ok(json!({ "Parameter": found.ok_or_else(missing)? }))
        }
        "GetParameters" => {
            let (mut found, mut missing) = (Vec::new(), Vec::new());
            for name in body["Names"].as_array().into_iter().flatten().filter_map(|name| name.as_str()) {
                match parameter(&cloud, name) {
                    Some(parameter) => found.push(parameter),
                    None => missing.push(name),
                }
            }
            Ok(json!({ "Parameters": found, "InvalidParameters": missing }))
        }
        other => {
            let message = format!("The action {other:?} of SSM is not simulated; GetParameter and GetParameters are.");
            Err(CloudError::new("InvalidAction", message))
        }
    });
    match reply {
        Ok(json) => Reply::success(Reply::AWS_JSON, json.to_string()),
        Err(error) => error::json(&error),
    }
}

/// A public parameter has the same value in every region.
fn parameter(cloud: &SimCloud, name: &str) -> Option<serde_json::Value> {
    let image_id = catalogue::public_parameter(name)?;
    Some(json!({
        "Name": name,
        "Type": "String",
        "Value": image_id,
        "Version": 1,
        "ARN": format!("arn:aws:ssm:{}::parameter{name}", cloud.region()),
        "DataType": "aws:ec2:image",
    }))
}
