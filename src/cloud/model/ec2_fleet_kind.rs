//! The two APIs of EC2 that make fleets (G27).

use crate::base::{GroupId, api_enum};

api_enum! {
    /// Which API made a fleet. The names are those of its resource type in tag specifications.
    pub enum Ec2FleetKind: default Ec2Fleet {
        /// `CreateFleet`
        Ec2Fleet = "fleet",
        /// `RequestSpotFleet`
        SpotFleet = "spot-fleet-request",
    }
}

impl Ec2FleetKind {
    /// The text that ids of its fleets begin with.
    #[must_use]
    pub const fn id_prefix(self) -> &'static str {
        match self {
            Self::Ec2Fleet => "fleet-",
            Self::SpotFleet => "sfr-",
        }
    }

    /// The tag by which EC2 marks the instances of its fleets.
    #[must_use]
    pub const fn instance_tag(self) -> &'static str {
        match self {
            Self::Ec2Fleet => "aws:ec2:fleet-id",
            Self::SpotFleet => "aws:ec2spot:fleet-request-id",
        }
    }

    /// The kind of the fleet with this id: `Ec2Fleet` for every id without the prefix of spot fleets.
    #[must_use]
    pub fn of_id(id: &GroupId) -> Self {
        if id.as_str().starts_with(Self::SpotFleet.id_prefix()) { Self::SpotFleet } else { Self::Ec2Fleet }
    }

    /// Parses the id of a fleet of this kind; `None` if the text is not one.
    #[must_use]
    pub fn parse_id(self, text: &str) -> Option<GroupId> {
        let uuid = text.strip_prefix(self.id_prefix())?;
        let is_uuid = uuid.len() == 36 && uuid.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        is_uuid.then(|| text.into())
    }
}
