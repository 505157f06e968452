//! Waiting for what another resource of the same configuration is about to do.
//!
//! Two resources can belong together without one naming the other: an SNAT entry names an address, and another resource
//! associates the address with the gateway. A CLI then creates and destroys them in any order. The call itself is made
//! once, whatever is found (W2).

use std::future::Future;
use std::time::Duration;

use crate::cloud::CloudError;

/// Longer than a CLI needs between two resources that it works on at the same time.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

const INTERVAL: Duration = Duration::from_millis(50);

/// Looks again and again while `is_pending`, until the wait is over or the look fails.
pub(crate) async fn wait_while<Look>(mut is_pending: impl FnMut() -> Look + Send)
where
    Look: Future<Output = Result<bool, CloudError>> + Send,
{
    let mut waited = Duration::ZERO;
    while waited < LONGEST_WAIT && is_pending().await.unwrap_or(false) {
        tokio::time::sleep(INTERVAL).await;
        waited += INTERVAL;
    }
}
