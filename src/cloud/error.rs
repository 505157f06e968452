//! What a call can answer instead of a reply: the service's codes, and what is wrong with the world's file.

use std::borrow::Cow;

use super::advice::Advice;
use super::member::Member;
use super::model::LaunchResult;
use super::store::WorldError;

/// Why a call did not do what it was asked; nothing was changed unless the scenario says `after_commit`.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CloudError {
    /// The simulated service refused, in its own spelling.
    #[error(transparent)]
    Service(#[from] Box<ServiceError>),
    /// The world could not be read or written.
    #[error(transparent)]
    World(#[from] WorldError),
}

/// A refusal as the real service words it: a code to act on, a message to read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ServiceError {
    /// One of [`codes`], or whatever a fault of the scenario names.
    pub code: Cow<'static, str>,
    pub message: String,
    /// The request's member that is to blame, if one is.
    pub parameter: Option<Member>,
    /// The list that the member stands in, with the place of its element, if it does.
    pub element: Option<(Member, usize)>,
    /// What can be done about it, where the message does not say so.
    pub advice: Option<Advice>,
    /// Whether it is about something that is there from the beginning and stays.
    pub is_about_default: bool,
    /// What each pool said, when a group stayed below its minimum; every `amount` is 0.
    pub launch_results: Vec<LaunchResult>,
}

impl CloudError {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self::Service(Box::new(ServiceError::new(code, message)))
    }

    /// A refusal that one member of the request is to blame for.
    pub(crate) fn of(parameter: Member, code: &'static str, message: impl Into<String>) -> Self {
        Self::Service(Box::new(ServiceError::new(code, message).of(parameter)))
    }

    /// The same refusal, its member being one of an element of a list of the request.
    pub(crate) fn within(mut self, list: Member, index: usize) -> Self {
        if let Self::Service(refusal) = &mut self {
            refusal.element = Some((list, index));
        }
        self
    }

    /// The same refusal, with what can be done about it.
    pub(crate) fn advise(mut self, advice: Advice) -> Self {
        if let Self::Service(refusal) = &mut self {
            refusal.advice = Some(advice);
        }
        self
    }

    /// The service's code; `None` when the world itself failed.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Service(error) => Some(&error.code),
            Self::World(_) => None,
        }
    }

    /// The service's refusal; `None` when the world itself failed.
    #[must_use]
    pub fn service(&self) -> Option<&ServiceError> {
        match self {
            Self::Service(error) => Some(error),
            Self::World(_) => None,
        }
    }
}

impl ServiceError {
    pub(crate) fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            parameter: None,
            element: None,
            advice: None,
            is_about_default: false,
            launch_results: Vec::new(),
        }
    }

    pub(crate) fn of(self, parameter: Member) -> Self {
        Self { parameter: Some(parameter), ..self }
    }
}

/// Every code that the simulated service answers by itself.
pub mod codes {
    pub const DEPENDENCY_VIOLATION: &str = "DependencyViolation";
    pub const DEPENDENCY_VIOLATION_INSTANCE: &str = "DependencyViolation.Instance";
    pub const DEPENDENCY_VIOLATION_SECURITY_GROUP: &str = "DependencyViolation.SecurityGroup";
    pub const DEPENDENCY_VIOLATION_VSWITCH: &str = "DependencyViolation.VSwitch";
    pub const DELETE_DEFAULT_VERSION: &str = "InvalidOperation.DeleteDefaultVersion";
    pub const DUPLICATE_DISK_CATEGORY: &str = "Duplicate.DiskCategory";
    pub const IDEMPOTENT_PARAMETER_MISMATCH: &str = "IdempotentParameterMismatch";
    pub const IMAGE_NOT_SUPPORT_INSTANCE_TYPE: &str = "ImageNotSupportInstanceType";
    pub const INSTANCE_TYPE_OFFLINE: &str = "InstanceType.Offline";
    pub const INSUFFICIENT_FREE_ADDRESSES: &str = "InsufficientFreeAddressesInSubnet";
    pub const INSUFFICIENT_INSTANCE_CAPACITY: &str = "InsufficientInstanceCapacity";
    pub const INVALID_AMI_NOT_FOUND: &str = "InvalidAMIID.NotFound";
    pub const INVALID_CAPACITY: &str = "InvalidParameter.TargetCapacity";
    pub const INVALID_CIDR_BLOCK: &str = "InvalidCidrBlock";
    pub const INVALID_CIDR_BLOCK_OVERLAPPED: &str = "InvalidCidrBlock.Overlapped";
    pub const INVALID_CLIENT_TOKEN: &str = "InvalidClientToken.ValueNotSupported";
    pub const INVALID_GROUP_ID_NOT_FOUND: &str = "InvalidAutoProvisioningGroupId.NotFound";
    pub const INVALID_GROUP_NAME: &str = "InvalidAutoProvisioningGroupName.Malformed";
    pub const INVALID_GROUP_NOT_FOUND: &str = "InvalidGroup.NotFound";
    pub const INVALID_IMAGE_NOT_FOUND: &str = "InvalidImageId.NotFound";
    pub const INVALID_INSTANCE_ID_NOT_FOUND: &str = "InvalidInstanceID.NotFound";
    pub const INVALID_INSTANCE_TYPE: &str = "InvalidInstanceType.ValueNotSupported";
    pub const INVALID_INSTANCE_NOT_FOUND: &str = "InvalidInstanceId.NotFound";
    pub const INVALID_KEY_PAIR_NAME: &str = "InvalidKeyPairName.Malformed";
    pub const INVALID_KEY_PAIR_NAME_NOT_FOUND: &str = "InvalidKeyPairName.NotFound";
    pub const INVALID_KEY_PAIR_NOT_FOUND: &str = "InvalidKeyPair.NotFound";
    pub const INVALID_LAUNCH_TEMPLATE: &str = "InvalidLaunchTemplate.NotFound";
    pub const INVALID_LAUNCH_TEMPLATE_NAME: &str = "InvalidLaunchTemplateName.Malformed";
    pub const INVALID_LAUNCH_TEMPLATE_VALUE: &str = "InvalidLaunchTemplate.ValueNotSupported";
    pub const INVALID_LAUNCH_TEMPLATE_VERSION: &str = "InvalidLaunchTemplateVersion.NotFound";
    pub const INVALID_MAX_PRICE: &str = "InvalidParameter.MaxPrice";
    pub const INVALID_NIC_TYPE: &str = "InvalidNicType.ValueNotSupported";
    pub const INVALID_PARAMETER: &str = "InvalidParameter";
    pub const INVALID_PARAMETER_VALUE: &str = "InvalidParameterValue";
    pub const INVALID_POOLS_TO_USE: &str = "InvalidParameter.SpotInstancePoolsToUseCount";
    pub const INVALID_PUBLIC_KEY: &str = "InvalidPublicKeyBody.Malformed";
    pub const INVALID_RESERVATION_NOT_FOUND: &str = "InvalidReservationID.NotFound";
    pub const INVALID_SECURITY_GROUP_NOT_FOUND: &str = "InvalidSecurityGroupId.NotFound";
    pub const INVALID_SPOT_PRICE_LIMIT: &str = "InvalidSpotPriceLimit";
    pub const INVALID_VALID_TIME: &str = "InvalidValidTime.MalFormed";
    pub const INVALID_VPC_NOT_FOUND: &str = "InvalidVpcId.NotFound";
    pub const INVALID_VSWITCH_NOT_FOUND: &str = "InvalidVSwitchId.NotFound";
    pub const INVALID_WEIGHT: &str = "InvalidParameter.WeightedCapacityBeyondRange";
    pub const INVALID_ZONE_NOT_FOUND: &str = "InvalidZoneId.NotFound";
    pub const IP_NOT_ENOUGH: &str = "InvalidVSwitchId.IpNotEnough";
    pub const KEY_PAIR_ALREADY_EXIST: &str = "KeyPair.AlreadyExist";
    pub const KEY_PAIR_ATTACHED: &str = "InvalidParameter.KeypairAlreadyAttachedInstance";
    pub const LAUNCH_TEMPLATE_CONFIGS_EXCEED: &str = "InvalidLaunchTemplateConfigs.SizeExceed";
    pub const LAUNCH_TEMPLATE_NAME_DUPLICATED: &str = "LaunchTemplateName.Duplicated";
    pub const LAUNCH_TEMPLATE_VERSION_LIMIT: &str = "LaunchTemplateVersionLimitExceed";
    pub const MISSING_INSTANCE_TYPE: &str = "MissingParameter.InstanceType";
    pub const MISSING_LAUNCH_TEMPLATE_CONFIGS: &str = "MissingParameter.LaunchTemplateConfigs";
    pub const MISSING_PARAMETER: &str = "MissingParameter";
    pub const NOT_SUPPORT_DISK_CATEGORY: &str = "InvalidInstanceType.NotSupportDiskCategory";
    pub const OPERATION_DENIED: &str = "OperationDenied";
    pub const NO_INSTANCE_STOCK: &str = "NoInstanceStock";
    pub const OPERATION_DENIED_NO_STOCK: &str = "OperationDenied.NoStock";
    pub const OPT_IN_REQUIRED: &str = "OptInRequired";
    pub const PARAMETER_MISMATCH: &str = "InvalidParameter.Mismatch";
    pub const QUOTA_EXCEED: &str = "QuotaExceed.ElasticQuota";
    pub const RESOURCE_TYPE_NOT_SUPPORTED: &str = "InvalidResourceType.NotSupported";
    pub const SECURITY_GROUP_RULE_DUPLICATE: &str = "InvalidPermission.Duplicate";
    pub const SECURITY_GROUP_RULE_NOT_EXIST: &str = "InvalidSecurityGroupRule.RuleNotExist";
    pub const SPOT_MAX_PRICE_TOO_LOW: &str = "SpotMaxPriceTooLow";
    pub const SPOT_PRICE_LIMIT_TOO_LOW: &str = "InvalidSpotPriceLimit.LowerThanPublicPrice";
    pub const TARGET_CAPACITY_EXCEED: &str = "TotalTargetCapacityLimitExceed";
    pub const UNSUPPORTED: &str = "Unsupported";
    pub const VCPU_LIMIT_EXCEEDED: &str = "VcpuLimitExceeded";
}
