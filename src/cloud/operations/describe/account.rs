//! Who asks, and what time it is in the world.

use crate::base::Time;
use crate::cloud::SimCloud;
use crate::cloud::error::CloudError;
use crate::cloud::model::CallerIdentity;
use crate::market::Operation;

impl SimCloud {
    /// The account: 12 digits derived from the seed (W3).
    pub fn get_caller_identity(&self) -> Result<CallerIdentity, CloudError> {
        self.read(Operation::GetCallerIdentity, |world| {
            let account_id = world.account_id();
            Ok(CallerIdentity {
                arn: format!("acs:ram::{account_id}:root"),
                user_id: account_id.clone(),
                identity_type: "Account".to_owned(),
                account_id,
            })
        })
    }

    /// The world's clock after catching up.
    pub fn describe_clock(&self) -> Result<Time, CloudError> {
        self.read(None, |world| Ok(world.now))
    }
}
