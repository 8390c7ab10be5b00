//! Questions about scripts that several plugins ask, one a file.
//!
//! Does not say how bad the answer is.

mod insecure_download;
mod pipe_to_shell;
mod tls;

pub use insecure_download::insecure_download;
pub use pipe_to_shell::pipe_to_shell;
pub use tls::{disabled_tls, disabling_variable};
