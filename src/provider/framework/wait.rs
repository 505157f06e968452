//! Waiting for what another resource of the same configuration is about to do.
//!
//! Two resources can belong together without one naming the other: an SNAT entry names an address, and another resource
//! associates the address with the gateway. A CLI then creates and deletes them in any order. The call itself is made
//! once, whatever is found (W2).

use std::future::Future;
use std::time::Duration;

use crate::cloud::CloudError;

/// Longer than a CLI needs between two resources that it works on at the same time.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

const INTERVAL: Duration = Duration::from_millis(50);

/// Looks again and again while something is pending, until the wait is over.
///
/// # Errors
/// What a look meets.
pub(crate) async fn wait_while<Look>(is_pending: impl FnMut() -> Look + Send) -> Result<(), CloudError>
where
    Look: Future<Output = Result<bool, CloudError>> + Send,
{
    wait_at_most(LONGEST_WAIT, INTERVAL, is_pending).await
}

async fn wait_at_most<Look>(
    limit: Duration,
    interval: Duration,
    mut is_pending: impl FnMut() -> Look + Send,
) -> Result<(), CloudError>
where
    Look: Future<Output = Result<bool, CloudError>> + Send,
{
    let mut waited = Duration::ZERO;
    while waited < limit && is_pending().await? {
        tokio::time::sleep(interval).await;
        waited += interval;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::WorldError;

    const TICK: Duration = Duration::from_millis(1);

    #[tokio::test]
    async fn a_wait_ends_with_what_it_waits_for_and_at_its_limit() {
        for (pending_looks, expected) in [(0, 1), (3, 4), (100, 5)] {
            let mut looks = 0;
            let waited = wait_at_most(5 * TICK, TICK, || {
                looks += 1;
                std::future::ready(Ok(looks <= pending_looks))
            });
            waited.await.unwrap();
            assert_eq!(looks, expected, "{pending_looks}");
        }
    }

    #[tokio::test]
    async fn an_error_of_a_look_ends_the_wait() {
        let failed = wait_at_most(TICK, TICK, || std::future::ready(Err(WorldError::WholeWorldNeeded.into())));
        assert!(failed.await.is_err());
    }
}
