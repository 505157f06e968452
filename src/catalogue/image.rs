//! Public images: named by a scheme (`image_families.txt`) or listed (`images.txt`).
//!
//! They exist in every region and run on every type of their architecture (N4).

use std::sync::LazyLock;

use jiff::civil::Date;

use super::family::Architecture;
use super::instance_type::InstanceType;
use super::region::Vendor;
use super::table::rows;
use crate::base::api_enum;
use crate::base::order::Order;

/// The public image of this id; of a known family every date and size exists.
#[must_use]
pub fn image(id: &str) -> Option<Image> {
    LISTED.iter().find(|listed| listed.image_id == id).cloned().or_else(|| named_by_scheme(id))
}

/// The public images that are listed, sorted by id.
#[must_use]
pub fn images() -> Vec<Image> {
    let of_schemes = SCHEMES.iter().flat_map(Scheme::builds);
    let mut images: Vec<Image> = LISTED.iter().cloned().chain(of_schemes).collect();
    images.order_by(|a, b| a.image_id.cmp(&b.image_id));
    images
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    pub image_id: String,
    /// The name that name patterns match; Alibaba's public images have their id as name.
    pub name: String,
    /// `Ubuntu 22.04 64-bit`
    pub os_name: String,
    pub operating_system: OperatingSystem,
    /// `Ubuntu`, `CentOS`, `Windows-Server`.
    pub platform: String,
    pub architecture: Architecture,
    pub size_gib: u32,
    /// RFC 3339; the date of an image named by a scheme is the one in its id.
    pub creation_time: String,
    /// `system` (Alibaba's own), `amazon`, `canonical`, `marketplace`, `aws-marketplace`, `self` (scenario).
    pub owner: String,
    /// The account that owns an image of EC2, 12 digits.
    pub owner_id: Option<String>,
    /// The product code to which an account must be subscribed to launch the image.
    pub product_code: Option<String>,
}

api_enum! {
    /// The operating system of an image.
    pub enum OperatingSystem {
        Linux = "linux",
        Windows = "windows",
    }
}

impl Image {
    /// Whether the type can run the image (N4).
    #[must_use]
    pub fn runs_on(&self, instance_type: &InstanceType) -> bool {
        self.architecture == instance_type.family.architecture
    }

    /// The service whose image it is; `None` for one of a scenario whose id has neither form (N4).
    #[must_use]
    pub fn vendor(&self) -> Option<Vendor> {
        match self.image_id.split_once('-') {
            Some(("ami", _)) => Some(Vendor::Ec2),
            _ if self.owner != "self" => Some(Vendor::Alibaba),
            Some(("m", _)) => Some(Vendor::Alibaba),
            _ => None,
        }
    }

    /// Whether the type is among those that a request with this image means if it names no type: one of the same service
    /// that can run it (N4).
    #[must_use]
    pub fn suits(&self, instance_type: &InstanceType) -> bool {
        self.runs_on(instance_type) && self.vendor().is_none_or(|vendor| vendor == instance_type.family.vendor)
    }
}

/// A family of images whose ids are `<stem>_<GiB>G_alibase_<yyyymmdd>.vhd`.
struct Scheme {
    /// With `{}G` where the size stands, if that is not at the end.
    stem: &'static str,
    architecture: Architecture,
    size_gib: u32,
    operating_system: OperatingSystem,
    platform: &'static str,
    dates: &'static str,
    os_name: &'static str,
}

impl Scheme {
    fn builds(&self) -> impl Iterator<Item = Image> {
        self.dates.split(',').map(|text| {
            let date = read_date(text).unwrap_or_else(|| panic!("image_families.txt: `{text}` is not a date"));
            let (before, after) = self.around_size();
            self.build(format!("{before}{}{after}_alibase_{text}.vhd", self.size_gib), self.size_gib, date)
        })
    }

    /// What stands before and after the number of GiB in an id, up to its date.
    fn around_size(&self) -> (String, &'static str) {
        match self.stem.split_once("{}") {
            Some((before, after)) => (before.to_owned(), after),
            None => (format!("{}_", self.stem), "G"),
        }
    }

    /// The size in an id of this family, whose date is cut off.
    fn size_in(&self, head: &str) -> Option<u32> {
        let (before, after) = self.around_size();
        let size = head.strip_prefix(before.as_str())?.strip_suffix(after)?;
        size.parse().ok().filter(|gib| (1..=2048).contains(gib))
    }

    fn build(&self, image_id: String, size_gib: u32, date: Date) -> Image {
        Image {
            name: image_id.clone(),
            image_id,
            os_name: self.os_name.to_owned(),
            operating_system: self.operating_system,
            platform: self.platform.to_owned(),
            architecture: self.architecture,
            size_gib,
            creation_time: format!("{date}T00:00:00Z"),
            owner: "system".to_owned(),
            owner_id: None,
            product_code: None,
        }
    }
}

fn named_by_scheme(id: &str) -> Option<Image> {
    let (head, date) = id.strip_suffix(".vhd")?.rsplit_once('_')?;
    let build = head.strip_suffix("_alibase").or_else(|| head.strip_suffix("_base"));
    let sized = |scheme: &&Scheme| {
        let head = build.or_else(|| Some(head).filter(|_| scheme.stem.contains("{}")))?;
        scheme.size_in(head)
    };
    let (scheme, size_gib) = SCHEMES.iter().find_map(|scheme| Some((scheme, sized(&scheme)?)))?;
    Some(scheme.build(id.to_owned(), size_gib, read_date(date)?))
}

/// Reads `20250629`.
fn read_date(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?).ok()
}

static SCHEMES: LazyLock<Vec<Scheme>> = LazyLock::new(|| {
    let read = rows("image_families.txt", include_str!("image_families.txt")).map(|mut row| Scheme {
        stem: row.column(),
        architecture: row.api_enum(),
        size_gib: row.number(),
        operating_system: row.api_enum(),
        platform: row.column(),
        dates: row.column(),
        os_name: row.rest(),
    });
    read.collect()
});

static LISTED: LazyLock<Vec<Image>> = LazyLock::new(|| {
    let read = rows("images.txt", include_str!("images.txt")).map(|mut row| {
        let (image_id, owner) = (row.column(), row.column());
        let (owner, owner_id) = owner.split_once('/').map_or((owner, None), |(owner, account)| (owner, Some(account)));
        let (architecture, size_gib) = (row.api_enum(), row.number());
        let (operating_system, platform) = (row.api_enum(), row.column());
        let creation_time = format!("{}T00:00:00Z", row.number::<Date>());
        let product_code = Some(row.column()).filter(|code| *code != "-").map(str::to_owned);
        Image {
            image_id: image_id.to_owned(),
            name: row.rest().to_owned(),
            os_name: platform.replace('-', " "),
            operating_system,
            platform: platform.to_owned(),
            architecture,
            size_gib,
            creation_time,
            owner: owner.to_owned(),
            owner_id: owner_id.map(str::to_owned),
            product_code,
        }
    });
    read.collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::instance_type;

    #[test]
    fn the_images_of_the_examples_and_references_exist() {
        for id in [
            "ami-60a54009",
            "aliyun_3_x64_20G_alibase_20250629.vhd",
            "ubuntu_18_04_64_20G_alibase_20190624.vhd",
            "centos_7_6_x64_20G_alibase_20211130.vhd",
            "aliyun_2_1903_x64_20G_alibase_20210120.vhd",
            "aliyun_2_1903_x64_20G_alibase_20210726.vhd",
            "aliyun_3_9_x64_20G_alibase_20231219.vhd",
            "aliyun_3_x64_20G_scc_alibase_20240819.vhd",
            "aliyun_3_x64_40G_container_optimized_alibase_20240528.vhd",
            "aliyun_3_x64_20G_container_optimized_20240528.vhd",
            "aliyun_3_x64_20G_qboot_alibase_20230727.vhd",
            "centos_6_8_x64_20G_alibase_20200329.vhd",
            "centos_6_09_64_20G_alibase_20170825.vhd",
            "centos_7_3_x64_40G_base_20170322.vhd",
            "centos_7_04_64_20G_alibase_201701015.vhd",
            "centos_7_06_64_20G_alibase_20190218.vhd",
            "centos_7_8_x64_20G_alibase_20200914.vhd",
        ] {
            assert_eq!(image(id).map(|image| image.image_id).as_deref(), Some(id));
        }
    }

    #[test]
    fn any_date_of_a_known_family_exists_and_other_ids_do_not() {
        let known = image("ubuntu_22_04_x64_40G_alibase_20310228.vhd").unwrap();
        assert_eq!((known.size_gib, known.creation_time.as_str()), (40, "2031-02-28T00:00:00Z"));
        for id in [
            "ubuntu_22_04_x64_20G_alibase_20310230.vhd",
            "ubuntu_22_04_x64_20G_alibase_2031022.vhd",
            "ubuntu_22_04_x64_20_alibase_20310228.vhd",
            "ubuntu_22_04_x64_20G_20310228.vhd",
            "ubuntu_22_04_x64_20G_scc_alibase_20310228.vhd",
            "ubuntu_22_04_x64_0G_alibase_20310228.vhd",
            "ubuntu_99_04_x64_20G_alibase_20310228.vhd",
            "ami-00000000",
            "",
        ] {
            assert_eq!(image(id), None, "{id}");
        }
    }

    #[test]
    fn listed_images_are_unique_and_found_by_id() {
        let images = images();
        assert!(images.is_sorted_by(|a, b| a.image_id < b.image_id));
        for listed in &images {
            assert_eq!(image(&listed.image_id).as_ref(), Some(listed));
        }
        assert!(images.iter().any(|image| image.product_code.is_some() && image.image_id.starts_with("ami-")));
        for start in ["ubuntu_18", "ubuntu_24_04_uefi_x64", "aliyun_3", "centos_7"] {
            assert!(images.iter().any(|image| image.name.starts_with(start)), "{start}");
        }
    }

    #[test]
    fn exactly_the_images_of_ec2_have_an_account_of_twelve_digits() {
        for listed in images() {
            assert_eq!(listed.image_id.starts_with("ami-"), listed.owner_id.is_some(), "{}", listed.image_id);
            let is_account = |id: &String| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
            assert!(listed.owner_id.as_ref().is_none_or(is_account), "{}", listed.image_id);
        }
    }

    #[test]
    fn n4_an_image_runs_on_types_of_its_architecture() {
        let [x86, arm] = ["m5.large", "ecs.g8y.large"].map(|name| instance_type(name).unwrap());
        let image = image("aliyun_3_arm64_20G_alibase_20250629.vhd").unwrap();
        assert!(image.runs_on(arm) && !image.runs_on(x86));
        let amazon = super::image("ami-0a1b2c3d4e5f60718").unwrap();
        let alibaba = instance_type("ecs.g7.large").unwrap();
        assert!(amazon.runs_on(alibaba) && !amazon.suits(alibaba) && amazon.suits(x86) && image.suits(arm));
    }
}
