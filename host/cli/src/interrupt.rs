//! Ctrl-C: the first asks the run to stop, the second stops the program.

use tokio_util::sync::CancellationToken;

use crate::exit::Exit;

/// A token that Ctrl-C cancels.
pub(crate) fn token() -> anyhow::Result<CancellationToken> {
    let token = CancellationToken::new();
    let cancel = token.clone();
    ctrlc::set_handler(move || {
        if cancel.is_cancelled() {
            exit();
        }
        cancel.cancel();
    })?;
    Ok(token)
}

#[expect(clippy::exit, reason = "the user asked twice, so nothing is waited for any more")]
fn exit() {
    std::process::exit(i32::from(Exit::Interrupted.code()));
}
