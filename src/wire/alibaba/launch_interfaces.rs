//! `NetworkInterface.N` of a launch: the element of the primary interface has arguments of the launch itself, the other
//! elements are the further interfaces of the instance (N10).

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use super::Result;
use super::instances::private_ip;
use super::launch_configuration::security_group_ids;
use crate::base::{SecurityGroupId, VSwitchId};
use crate::cloud::model::LaunchInterface;
use crate::cloud::{CloudError, codes};
use crate::wire::parameters::Arguments;

/// Where an instance lies, and its further interfaces.
pub(super) struct LaunchInterfaces {
    pub(super) vswitch_id: Option<VSwitchId>,
    pub(super) private_ip: Option<Ipv4Addr>,
    pub(super) security_group_ids: BTreeSet<SecurityGroupId>,
    pub(super) secondary: Vec<LaunchInterface>,
}

impl LaunchInterfaces {
    pub(super) fn read(arguments: &Arguments<'_>) -> Result<Self> {
        let mut read = Self {
            vswitch_id: arguments.id("VSwitchId"),
            private_ip: private_ip(arguments, "PrivateIpAddress")?,
            security_group_ids: security_group_ids(arguments),
            secondary: Vec::new(),
        };
        for interface in arguments.list("NetworkInterface") {
            if interface.text("InstanceType") == Some("Primary") {
                read.take_primary(&interface)?;
            } else {
                read.secondary.push(LaunchInterface {
                    network_interface_id: interface.id("NetworkInterfaceId"),
                    vswitch_id: interface.id("VSwitchId"),
                    security_group_ids: security_group_ids(&interface),
                });
            }
        }
        Ok(read)
    }

    /// The service takes each from one place alone.
    fn take_primary(&mut self, interface: &Arguments<'_>) -> Result<()> {
        if let Some(id) = interface.text("NetworkInterfaceId") {
            let message = format!(
                "The network interface `{id}` cannot be the primary one here: every instance is launched with a primary \
                 interface of its own, and takes others beside it."
            );
            return Err(CloudError::new(codes::INVALID_ENI_TYPE, message));
        }
        self.vswitch_id = interface.id("VSwitchId").or_else(|| self.vswitch_id.take());
        self.private_ip = private_ip(interface, "PrimaryIpAddress")?.or(self.private_ip);
        self.security_group_ids.extend(security_group_ids(interface));
        Ok(())
    }
}
