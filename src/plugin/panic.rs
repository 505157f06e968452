//! Panics: shown to the user by the CLI, and answered with an error instead of silence.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::io::Write;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook};
use std::pin::pin;
use std::task::Poll;

/// Makes every panic write `panic: ` first, by which the CLI recognises a crash and repeats the text to the user.
pub(super) fn install_hook() {
    set_hook(Box::new(|info| {
        let _ = std::io::stderr().lock().write_all(report(info).as_bytes());
    }));
}

fn report(info: &PanicHookInfo<'_>) -> String {
    let location = info.location().map(|location| format!("\n  at {location}")).unwrap_or_default();
    format!("panic: {}{location}\n", text(info.payload()))
}

/// Runs a future to its end or to its panic, whose message is the error.
///
/// What the future wrote through references before it panicked stays written.
///
/// # Errors
/// The panic's message.
pub(super) async fn catch<F: Future>(future: F) -> Result<F::Output, String> {
    let mut future = pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(payload) => Poll::Ready(Err(text(&*payload).to_owned())),
    })
    .await
}

fn text(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("a value that is no text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_written_before_a_panic_stays() {
        let mut written = 0;
        let result = catch(async {
            written = 5;
            tokio::task::yield_now().await;
            assert!(written < 5, "broken at {written}");
        });
        assert_eq!(result.await, Err("broken at 5".to_owned()));
        assert_eq!(written, 5);
        assert_eq!(catch(async { 7 }).await, Ok(7));
    }
}
