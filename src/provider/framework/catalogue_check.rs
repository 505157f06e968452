//! Checks of configured values against catalogue and scenario during planning, when the region is known.

use crate::base::api_enum::quoted_list;
use crate::base::nearest::{did_you_mean_sentence, nearest};
use crate::catalogue::{self, Image, InstanceType};
use crate::market::Market;
use crate::provider::framework::check::text;
use crate::provider::framework::configured::Configured;
use crate::tf::{Diagnostics, Path, Value};

/// The instance type of a name; an error with the nearest name if there is none.
pub(crate) fn known_type(given: &str, path: Path, diagnostics: &mut Diagnostics) -> Option<&'static InstanceType> {
    let found = catalogue::instance_type(given);
    if found.is_none() {
        let hint = did_you_mean_sentence(nearest(
            given,
            catalogue::instance_types().iter().map(|instance_type| instance_type.name),
        ));
        diagnostics.error_at(path, "Unknown Instance Type", format!("There is no instance type {given:?}.{hint}"));
    }
    found
}

/// The zone of an id in the provider's region; an error with the region's zones if there is none.
pub(crate) fn known_zone(
    given: &str,
    path: Path,
    configured: &Configured,
    diagnostics: &mut Diagnostics,
) -> Option<&'static catalogue::Zone> {
    let region = configured.region.as_str();
    let anywhere = catalogue::zone(given);
    let found = anywhere.filter(|zone| zone.region.id == region);
    if found.is_none() {
        let elsewhere = anywhere.map_or_else(String::new, |zone| {
            format!(" It lies in {:?}: if that is what you want, set the provider's region to it.", zone.region.id)
        });
        let ids: Vec<&str> =
            catalogue::zones().iter().filter(|zone| zone.region.id == region).map(|zone| zone.id).collect();
        diagnostics.error_at(
            path,
            "Unknown Zone",
            format!("There is no zone {given:?} in region {region:?}. Its zones are {}.{elsewhere}", quoted_list(&ids)),
        );
    }
    found
}

/// The image of an id, including the scenario's images; an error with the nearest id if there is none.
pub(crate) fn known_image(
    given: &str,
    path: Path,
    configured: &Configured,
    diagnostics: &mut Diagnostics,
) -> Option<Image> {
    let market = Market::new(&configured.scenario);
    let found = market.image(given);
    if found.is_none() {
        let images = market.images();
        let same_kind = images.iter().map(|image| image.image_id.as_str()).filter(|id| id_kind(id) == id_kind(given));
        let id = nearest(given, same_kind);
        // The id of an AMI says nothing of what it is.
        let meant = images.iter().find(|image| Some(image.image_id.as_str()) == id && image.name != image.image_id);
        let hint = match meant {
            Some(image) => format!(" Did you mean {:?} ({})?", image.image_id, image.name),
            None => did_you_mean_sentence(id),
        };
        diagnostics.error_at(path, "Unknown Image", format!("There is no image {given:?}.{hint}"));
    }
    found
}

/// What an image's id begins with: `ami-` or `m-`; nothing for a name such as `aliyun_3_x64_20G_alibase_20250629.vhd`.
fn id_kind(id: &str) -> Option<&'static str> {
    ["ami-", "m-"].into_iter().find(|prefix| id.starts_with(prefix))
}

/// The newest image of a family. The ids of its images begin with the family's name: `aliyun_3_x64`.
pub(crate) fn newest_of_family(family: &str, configured: &Configured) -> Option<String> {
    let images = Market::new(&configured.scenario).images();
    let of_family = images.into_iter().filter(|image| {
        image
            .image_id
            .strip_prefix(family)
            .is_some_and(|rest| rest.starts_with('_') && rest[1..].starts_with(|c: char| c.is_ascii_digit()))
    });
    of_family.max_by(|a, b| a.creation_time.cmp(&b.creation_time)).map(|image| image.image_id)
}

/// The family that is nearest to a text: what an id begins with before a number.
pub(crate) fn nearest_family(given: &str, configured: &Configured) -> Option<String> {
    let images = Market::new(&configured.scenario).images();
    let families: Vec<&str> = images
        .iter()
        .flat_map(|image| {
            let id = image.image_id.as_str();
            let is_cut = |at: &usize| id[at + 1..].starts_with(|c: char| c.is_ascii_digit());
            id.match_indices('_').map(|(at, _)| at).filter(is_cut).map(move |at| &id[..at])
        })
        .collect();
    nearest(given, families).map(str::to_owned)
}

/// A default vSwitch lies in the provider's region and in the zone that `zone_argument` of the same object names. Its id
/// alone tells both.
pub(crate) fn default_vswitch(
    given: &str,
    (object, zone_argument): (&Value, &str),
    path: Path,
    configured: &Configured,
    diagnostics: &mut Diagnostics,
) {
    let Some(of) = catalogue::zone_of_default_vswitch(given) else { return };
    if of.region.id != configured.region.as_str() {
        diagnostics.error_at(
            path,
            "VSwitch In Another Region",
            format!(
                "{given:?} lies in region {:?}, but the provider's region is {:?}.",
                of.region.id,
                configured.region.as_str()
            ),
        );
    } else if let Some(zone) = text(object, zone_argument)
        && zone != of.id
    {
        diagnostics.error_at(
            path,
            "VSwitch In Another Zone",
            format!("{given:?} lies in zone {:?}, but {zone_argument} is {zone:?}. Remove one of the two.", of.id),
        );
    }
}
