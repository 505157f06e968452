//! Panics are printed so that the CLI shows them, and become an error of the call.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::io::Write;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook};
use std::pin::pin;
use std::task::Poll;

/// Installs a hook that prints every panic with the prefix `panic: `, by which the CLI recognises a crash.
pub(super) fn install_hook() {
    set_hook(Box::new(|info| {
        let _ = std::io::stderr().lock().write_all(panic_report(info).as_bytes());
    }));
}

fn panic_report(info: &PanicHookInfo<'_>) -> String {
    let location = info.location().map(|location| format!("\n  at {location}")).unwrap_or_default();
    format!("panic: {}{location}\n", panic_message(info.payload()))
}

/// Runs a future to its end and turns a panic into an error. Values that the future changed before the panic stay
/// changed.
///
/// # Errors
/// The panic's message.
pub(super) async fn catch_panic<F: Future>(future: F) -> Result<F::Output, String> {
    let mut future = pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(payload) => Poll::Ready(Err(panic_message(&*payload).to_owned())),
    })
    .await
}

fn panic_message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("the panic has no message")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn values_written_before_a_panic_stay() {
        let mut written = 0;
        let result = catch_panic(async {
            written = 5;
            tokio::task::yield_now().await;
            assert!(written < 5, "broken at {written}");
        });
        assert_eq!(result.await, Err("broken at 5".to_owned()));
        assert_eq!(written, 5);
        assert_eq!(catch_panic(async { 7 }).await, Ok(7));
    }
}
