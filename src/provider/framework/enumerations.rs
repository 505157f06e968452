//! Enumerations of the services that only configurations know: the provider checks them, and the simulated cloud works
//! with none of them. Those that the cloud works with stand in `cloud::model` and `catalogue`.

use crate::base::api_enum;

api_enum! {
    /// Whether an instance is paid by the hour or as a subscription.
    pub(crate) enum ChargeType: default PostPaid {
        PostPaid,
        PrePaid,
    }
}

api_enum! {
    /// How traffic to the internet is paid.
    pub(crate) enum InternetChargeType {
        PayByTraffic,
        PayByBandwidth,
    }
}

api_enum! {
    /// The unit of a subscription's period.
    pub(crate) enum PeriodUnit {
        Month,
        Week,
        Year,
    }
}

api_enum! {
    /// The network of an instance, as data sources of zones and types write it.
    pub(crate) enum NetworkType {
        Vpc,
        Classic,
    }
}

api_enum! {
    /// The network of an instance, as everything else writes it.
    pub(crate) enum NetworkCategory {
        Vpc = "vpc",
        Classic = "classic",
    }
}

api_enum! {
    /// The state of a VPC or a vSwitch.
    pub(crate) enum NetworkStatus {
        Available,
        Pending,
    }
}

api_enum! {
    /// Whether the instance's disks are I/O optimized.
    pub(crate) enum IoOptimized {
        Optimized = "optimized",
        None = "none",
    }
}

api_enum! {
    /// The performance level of a disk of category `cloud_essd`.
    pub(crate) enum PerformanceLevel {
        Pl0 = "PL0",
        Pl1 = "PL1",
        Pl2 = "PL2",
        Pl3 = "PL3",
    }
}

api_enum! {
    /// How a burstable instance spends its CPU credits.
    pub(crate) enum CreditSpecification {
        Standard = "standard",
        Unlimited = "unlimited",
        Unrestricted = "unrestricted",
        StandardCapital = "Standard",
        UnlimitedCapital = "Unlimited",
    }
}

api_enum! {
    /// Whether the image's security agent is installed.
    pub(crate) enum SecurityEnhancement {
        Active,
        Deactive,
    }
}

api_enum! {
    /// The same for a group, which can protect its instances from deletion too.
    pub(crate) enum GroupSecurityEnhancement {
        Active,
        Deactive,
        DeletionProtection,
        NoDeletionProtection,
    }
}

api_enum! {
    /// Whether an instance can read its metadata.
    pub(crate) enum HttpEndpoint {
        Enabled = "enabled",
        Disabled = "disabled",
    }
}

api_enum! {
    /// Whether reading the metadata needs a token.
    pub(crate) enum HttpTokens {
        Optional = "optional",
        Required = "required",
    }
}

api_enum! {
    /// Where the image of a launch template comes from.
    pub(crate) enum ImageOwnerAlias {
        System = "system",
        Own = "self",
        Others = "others",
        Marketplace = "marketplace",
    }
}

api_enum! {
    /// Hours during which a spot instance is protected.
    pub(crate) enum SpotDuration: default One {
        Zero = "0",
        One = "1",
        Two = "2",
        Three = "3",
        Four = "4",
        Five = "5",
        Six = "6",
    }
}

api_enum! {
    /// What a launch template may have for a disk category: neither decides on one.
    pub(crate) enum OpenDiskCategory {
        All = "all",
        LocalDisk = "local_disk",
    }
}

api_enum! {
    /// Whether a VPC resolves host names.
    pub(crate) enum DnsHostnameStatus {
        Enabled = "ENABLED",
        Disabled = "DISABLED",
        Modifying = "MODIFYING",
    }
}

api_enum! {
    /// Who routes a VPC's IPv6 block.
    pub(crate) enum Ipv6Isp {
        Bgp = "BGP",
        ChinaMobile,
        ChinaUnicom,
        ChinaTelecom,
    }
}

api_enum! {
    /// What a reclaim does to a spot instance that was launched by itself.
    pub(crate) enum SpotInterruption: default Terminate {
        Terminate => "ends it",
        Stop => "stops it",
    }
}

api_enum! {
    /// What maintenance of the host does to an instance.
    pub(crate) enum MaintenanceAction {
        Stop,
        AutoRecover,
        AutoRedeploy,
    }
}

api_enum! {
    /// How a subscription is renewed.
    pub(crate) enum RenewalStatus {
        AutoRenewal,
        Normal,
        NotRenewal,
    }
}

api_enum! {
    /// How a network interface handles its traffic.
    pub(crate) enum TrafficMode {
        Standard,
        HighPerformance,
    }
}
