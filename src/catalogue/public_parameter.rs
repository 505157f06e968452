//! Public parameters of EC2's parameter store, which lead to images (`public_parameters.txt`).

use std::sync::LazyLock;

use super::table::rows;
use crate::base::order::Order;

/// The image that a public parameter leads to, such as
/// `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64`; it is the same in every region (N4).
#[must_use]
pub fn public_parameter(name: &str) -> Option<&'static str> {
    let parameters = public_parameters();
    parameters.binary_search_by(|(known, _)| (*known).cmp(name)).ok().map(|index| parameters[index].1)
}

/// All public parameters by name, each with the id of its image.
#[must_use]
pub fn public_parameters() -> &'static [(&'static str, &'static str)] {
    &PARAMETERS
}

static PARAMETERS: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    let read = rows("public_parameters.txt", include_str!("public_parameters.txt"));
    let mut parameters: Vec<_> = read.map(|mut row| (row.column(), row.column())).collect();
    parameters.order();
    parameters
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Architecture, image};

    #[test]
    fn every_parameter_leads_to_an_image_of_the_architecture_that_its_name_says() {
        assert!(public_parameters().is_sorted_by(|a, b| a.0 < b.0));
        for (name, image_id) in public_parameters() {
            let image = image(image_id).unwrap_or_else(|| panic!("{name}: {image_id}"));
            let says_arm = ["arm64", "aarch64"].iter().any(|word| name.contains(word));
            assert_eq!(image.architecture == Architecture::Arm64, says_arm, "{name}");
        }
    }

    #[test]
    fn the_parameters_that_people_name_exist() {
        for (name, start) in [
            ("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-x86_64", "al2023-ami-2023."),
            ("/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2", "amzn2-ami-hvm-2.0."),
            (
                "/aws/service/canonical/ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id",
                "ubuntu/images/hvm-ssd/ubuntu-jammy",
            ),
            ("/aws/service/debian/release/12/latest/arm64", "debian-12-arm64-"),
            (
                "/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base",
                "Windows_Server-2022-English-Full-Base-",
            ),
        ] {
            let found = public_parameter(name).and_then(image).unwrap_or_else(|| panic!("{name}"));
            assert!(found.name.starts_with(start), "{name}: {}", found.name);
        }
        assert_eq!(public_parameter("/aws/service/nothing"), None);
    }
}
