//! What a launch says of an instance without effect, as replies show it (E11).

use super::ids;
use super::instance_xml::InstanceView;
use super::xml::Xml;

impl InstanceView<'_> {
    pub(super) fn write_options(&self, xml: &mut Xml) {
        let stored = |name: &str, default: &'static str| self.stored_parameter(name).unwrap_or(default).to_owned();
        if let Some(profile) =
            self.stored_parameter("IamInstanceProfile.Arn").or(self.stored_parameter("IamInstanceProfile.Name"))
        {
            xml.within("iamInstanceProfile", |xml| {
                let arn = if profile.starts_with("arn:") {
                    profile.to_owned()
                } else {
                    format!("arn:aws:iam::{}:instance-profile/{profile}", self.shared.account_id)
                };
                xml.text("arn", &arn);
                xml.text("id", &ids::digest("AIPA", "instance profile", profile).to_uppercase());
            });
        }
        xml.within("hibernationOptions", |xml| {
            xml.value("configured", self.stored_parameter("HibernationOptions.Configured") == Some("true"));
        });
        xml.within("enclaveOptions", |xml| {
            xml.value("enabled", self.stored_parameter("EnclaveOptions.Enabled") == Some("true"));
        });
        xml.within("metadataOptions", |xml| {
            xml.text("state", if self.is_new { "pending" } else { "applied" });
            xml.text("httpTokens", &stored("MetadataOptions.HttpTokens", "required"));
            xml.text("httpPutResponseHopLimit", &stored("MetadataOptions.HttpPutResponseHopLimit", "2"));
            xml.text("httpEndpoint", &stored("MetadataOptions.HttpEndpoint", "enabled"));
            xml.text("httpProtocolIpv6", &stored("MetadataOptions.HttpProtocolIpv6", "disabled"));
            xml.text("instanceMetadataTags", &stored("MetadataOptions.InstanceMetadataTags", "disabled"));
        });
        xml.within("maintenanceOptions", |xml| {
            xml.text("autoRecovery", &stored("MaintenanceOptions.AutoRecovery", "default"));
        });
        xml.within("privateDnsNameOptions", |xml| {
            xml.text("hostnameType", &stored("PrivateDnsNameOptions.HostnameType", "ip-name"));
            for (element, name) in [
                ("enableResourceNameDnsARecord", "PrivateDnsNameOptions.EnableResourceNameDnsARecord"),
                ("enableResourceNameDnsAAAARecord", "PrivateDnsNameOptions.EnableResourceNameDnsAAAARecord"),
            ] {
                xml.value(element, self.stored_parameter(name) == Some("true"));
            }
        });
        self.write_capacity_reservation(xml);
    }

    /// Which reservation of capacity it may use: one that the launch names, or any.
    fn write_capacity_reservation(&self, xml: &mut Xml) {
        let said = |name: &str| self.stored_parameter(&format!("CapacityReservationSpecification.{name}"));
        let target = |name: &str| said(&format!("CapacityReservationTarget.{name}"));
        let (id, group) = (target("CapacityReservationId"), target("CapacityReservationResourceGroupArn"));
        let names_one = id.or(group).is_some();
        xml.within("capacityReservationSpecification", |xml| {
            let preference = said("CapacityReservationPreference");
            xml.optional("capacityReservationPreference", preference.or(Some("open").filter(|_| !names_one)));
            if names_one {
                xml.within("capacityReservationTarget", |xml| {
                    xml.optional("capacityReservationId", id);
                    xml.optional("capacityReservationResourceGroupArn", group);
                });
            }
        });
    }
}
