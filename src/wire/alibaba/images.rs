//! Images.

use serde_json::{Value as Json, json};

use super::{Action, Result, list, page, tags};
use crate::base::collect::IntoOrdered;
use crate::base::wildcard::matches_wildcard;
use crate::catalogue::Vendor;
use crate::cloud::SimCloud;
use crate::cloud::model::{DescribeImagesRequest, DescribeInstanceTypesRequest, Image, Tags};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] =
    &[("DescribeImageSupportInstanceTypes", supported_types), ("DescribeImages", describe)];

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let ids = arguments.text("ImageId").map(|ids| ids.split(',').map(Into::into).into_set());
    let found = cloud.describe_images(&DescribeImagesRequest {
        image_ids: ids,
        architecture: arguments.owned("Architecture"),
        instance_type: arguments.id("InstanceType"),
        vendor: Some(Vendor::Alibaba),
    })?;
    let is_asked_for = |name: &str, matches: &dyn Fn(&str) -> bool| arguments.text(name).is_none_or(matches);
    let shown = found.iter().filter(|image| {
        is_asked_for("OSType", &|wanted| image.os_type == wanted)
            && is_asked_for("ImageOwnerAlias", &|wanted| image.owner == wanted)
            && is_asked_for("ImageName", &|wanted| matches_wildcard(&image.name, wanted))
            && is_asked_for("ImageFamily", &|wanted| image.image_id.as_str().starts_with(wanted))
    });
    page::page(arguments, "Images", "Image", shown.map(image_json).collect())
}

fn image_json(image: &Image) -> Json {
    json!({
        "ImageId": image.image_id.as_str(),
        "ImageName": image.name,
        "Description": image.name,
        "ImageOwnerAlias": image.owner,
        "OSName": image.os_name,
        "OSNameEn": image.os_name,
        "OSType": image.os_type,
        "Platform": image.platform,
        "Architecture": image.architecture,
        "Size": image.size_gib,
        "Status": "Available",
        "Usage": "instance",
        "Progress": "100%",
        "ImageVersion": "",
        "ImageFamily": "",
        "ProductCode": image.product_code.as_deref().unwrap_or_default(),
        "IsSubscribed": false,
        "IsSelfShared": "",
        "IsCopied": false,
        "IsSupportCloudinit": true,
        "IsSupportIoOptimized": true,
        "CreationTime": image.creation_time,
        "DiskDeviceMappings": list("DiskDeviceMapping", []),
        "Tags": tags(&Tags::new()),
    })
}

fn supported_types(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let image_id = arguments.required("ImageId")?;
    let types = cloud.describe_instance_types(&DescribeInstanceTypesRequest {
        vendor: Some(Vendor::Alibaba),
        ..DescribeInstanceTypesRequest::default()
    })?;
    let images = cloud.describe_images(&DescribeImagesRequest {
        image_ids: Some([image_id.into()].into()),
        ..DescribeImagesRequest::default()
    })?;
    let architecture = images.first().map(|image| image.architecture.as_str()).unwrap_or_default();
    let is_arm = architecture.to_lowercase().starts_with("arm");
    let supported = types.iter().filter(|known| known.architecture.to_lowercase().starts_with("arm") == is_arm);
    Ok(json!({
        "ImageId": image_id,
        "InstanceTypes": list("InstanceType", supported.map(super::market::instance_type_json)),
    }))
}
