//! Route entries as the world keeps them. Route tables come with their VPCs and are no documents.

use serde::{Deserialize, Serialize};

use super::ResourceKind;
use crate::base::{Time, VpcId};
use crate::cloud::model::CreateRouteEntryRequest;

/// A route entry that a call made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RouteEntryDocument {
    /// With later changes.
    pub(crate) request: CreateRouteEntryRequest,
    /// The VPC of the route table.
    pub(crate) vpc_id: VpcId,
    pub(crate) create_time: Time,
}

impl ResourceKind for RouteEntryDocument {
    const KIND: &'static str = "route_entry";

    fn name(&self) -> Option<&str> {
        self.request.name.as_deref()
    }

    fn parent(&self) -> Option<&str> {
        Some(self.vpc_id.as_str())
    }
}
