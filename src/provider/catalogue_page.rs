//! The page that lists the catalogue: regions and zones, instance types by family, images and what leads to them.

use std::fmt::Write as _;

use crate::base::ApiEnum;
use crate::base::order::Order;
use crate::catalogue::{
    Age, Family, Image, InstanceType, Region, Vendor, Zone, images, instance_types, public_parameters, regions,
};

/// Where the page is, below `docs/`.
pub(super) const PATH: &str = "guides/the-catalogue.md";

const HEAD: &str = r#"---
page_title: "The catalogue"
subcategory: "Reference"
description: |-
  Every region, zone, instance type and public image that the simulated cloud knows, and the names that lead to the images of EC2.
---

# The catalogue

This page is generated from what the provider has built in.
Names and sizes are those of the two services; ids of EC2's images and where a common family is sold are simcloud's own.
`simcloud_zones`, `simcloud_instance_types` and `simcloud_images` find the same with filters, and `simcloud_available_resources` says what has stock.
"#;

/// The page, in registry format.
#[must_use]
pub(super) fn page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str(&region_section());
    page.push_str(&type_section(Vendor::Alibaba, "Alibaba Cloud"));
    page.push_str(&type_section(Vendor::Ec2, "EC2"));
    page.push_str(&image_section());
    page.push_str(&parameter_section());
    page
}

fn region_section() -> String {
    let mut text = "\n## Regions and zones\n\nAn EC2 zone has an id in brackets that names the same place for every account. In a region of both clouds the \
         image decides which cloud's types filters, defaults and suggestions mean.\n\n\
         | region | name | clouds | zones |\n|---|---|---|---|\n"
        .to_owned();
    for region in regions() {
        let zones: Vec<String> = region.zones().map(zone_in_words).collect();
        let _ = writeln!(text, "| `{}` | {} | {} | {} |", region.id, region.name, clouds(region), zones.join(", "));
    }
    text
}

fn zone_in_words(zone: &'static Zone) -> String {
    zone.ec2_zone_id.map_or_else(|| format!("`{}`", zone.id), |id| format!("`{}` ({id})", zone.id))
}

fn clouds(region: &Region) -> &'static str {
    match region.vendors {
        [Vendor::Alibaba] => "Alibaba Cloud",
        [Vendor::Ec2] => "EC2",
        _ => "both",
    }
}

fn type_section(vendor: Vendor, name: &str) -> String {
    let mut text = format!(
        "\n## Instance types of {name}\n\nEach size with its vCPUs and its memory in GiB; a cross marks what is no longer sold.\n\n\
         | family | processor | sizes | sold in |\n|---|---|---|---|\n"
    );
    for family in families(vendor) {
        let mut types: Vec<&InstanceType> =
            instance_types().iter().filter(|known| known.family.name == family.name).collect();
        types.order_by_key(|known| (known.vcpus, known.memory_gib, known.name));
        let sizes: Vec<String> = types.iter().map(|known| size_in_words(family, known)).collect();
        let _ =
            writeln!(text, "| `{}` | {} | {} | {} |", family.name, processor(family), sizes.join(", "), places(family));
    }
    text
}

fn families(vendor: Vendor) -> Vec<&'static Family> {
    let mut families: Vec<&Family> = instance_types().iter().map(|known| known.family).collect();
    families.retain(|family| family.vendor == vendor);
    families.order_by_key(|family| family.name);
    families.dedup_by_key(|family| family.name);
    families
}

/// `large 2/8`, with the accelerators behind it.
fn size_in_words(family: &Family, known: &InstanceType) -> String {
    let size = known.name.trim_start_matches(family.name).trim_start_matches(['.', '-']);
    let gpus = known.gpus.map(|gpus| format!(" {}×{}", gpus.count, gpus.model)).unwrap_or_default();
    let cross = if known.discontinued { " ✗" } else { "" };
    format!("{size} {}/{}{gpus}{cross}", known.vcpus, known.memory_gib.normalize())
}

fn processor(family: &Family) -> String {
    let age = match family.age {
        Age::Old => "old",
        Age::Settled => "settled",
        Age::New => "new",
    };
    format!("{}, {age}", family.architecture.api_name())
}

fn places(family: &Family) -> String {
    match family.sold_in() {
        "every" => "every region".to_owned(),
        places => places.replace("large", "large regions").replace(',', ", "),
    }
}

fn image_section() -> String {
    let mut text = "\n## Images\n\nAn image exists in every region. Of a family of Alibaba Cloud any other date and size exists, too.\n\n\
         | id | name | owner | processor | created |\n|---|---|---|---|---|\n"
        .to_owned();
    for image in images() {
        let created = image.creation_time.split('T').next().unwrap_or_default().to_owned();
        let name = if image.name == image.image_id { &image.os_name } else { &image.name };
        let processor = image.architecture.api_name();
        let _ = writeln!(text, "| `{}` | {name} | {} | {processor} | {created} |", image.image_id, owner(&image));
    }
    text
}

fn owner(image: &Image) -> String {
    image.owner_id.as_ref().map_or_else(|| image.owner.clone(), |account| format!("{} ({account})", image.owner))
}

fn parameter_section() -> String {
    let mut text = "\n## Public parameters\n\nNames of EC2's parameter store that lead to images, for `ssm:GetParameter` of `serve`.\n\n\
         | name | image |\n|---|---|\n"
        .to_owned();
    for (name, image_id) in public_parameters() {
        let _ = writeln!(text, "| `{name}` | `{image_id}` |");
    }
    text
}
