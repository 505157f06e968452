//! Route entries as the world keeps them. Route tables come with their VPCs and are no documents.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::instance_part::network_interface_id;
use super::{ResourceKind, Result, WorldTx, read_document};
use crate::base::collect::IntoOrdered;
use crate::base::{InstanceId, RegionId, Time, VpcId};
use crate::cloud::model::{CreateRouteEntryRequest, NextHopType};

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

impl WorldTx<'_> {
    /// Deletes the entries that lead to the primary interfaces of instances that ended (N8).
    pub(super) fn remove_routes_to_primary_interfaces(&mut self, ended: &BTreeSet<InstanceId>) -> Result<()> {
        let to_interfaces = format!("%\"next_hop_type\":\"{}\"%", NextHopType::NetworkInterface.name());
        let rows = self.tx.query(
            "SELECT resource_id, region, document FROM resources WHERE kind = $1 AND document LIKE $2
             ORDER BY region, sequence",
            &[RouteEntryDocument::KIND.into(), to_interfaces.as_str().into()],
        )?;
        if rows.is_empty() {
            return Ok(());
        }
        let gone: BTreeSet<String> = ended.iter().map(network_interface_id).into_set();
        for row in &rows {
            let entry: RouteEntryDocument = read_document(row.text(2));
            if gone.contains(&entry.request.next_hop_id) {
                let region = RegionId::from(row.text(1));
                self.in_region(&region).remove_resource(row.text(0))?;
            }
        }
        Ok(())
    }
}
