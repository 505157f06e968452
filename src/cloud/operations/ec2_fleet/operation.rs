//! What `faults` call the operations on a fleet (G27).

use crate::cloud::model::Ec2FleetKind;
use crate::market::Operation;

pub(super) struct FleetOperations {
    pub(super) create: Operation,
    pub(super) modify: Operation,
    pub(super) delete: Operation,
    pub(super) describe: Operation,
    pub(super) describe_history: Operation,
}

/// Each kind has operations of its own.
pub(super) const fn operations(kind: Ec2FleetKind) -> FleetOperations {
    match kind {
        Ec2FleetKind::Ec2Fleet => FleetOperations {
            create: Operation::CreateFleet,
            modify: Operation::ModifyFleet,
            delete: Operation::DeleteFleets,
            describe: Operation::DescribeFleets,
            describe_history: Operation::DescribeFleetHistory,
        },
        Ec2FleetKind::SpotFleet => FleetOperations {
            create: Operation::RequestSpotFleet,
            modify: Operation::ModifySpotFleetRequest,
            delete: Operation::CancelSpotFleetRequests,
            describe: Operation::DescribeSpotFleetRequests,
            describe_history: Operation::DescribeSpotFleetRequestHistory,
        },
    }
}
