//! The files of a workspace: as they lie in the tree, in git's index, or in a revision.
//!
//! [`tree::Workspace`] finds them, [`entry::FileSet`] is what was found and what of it is in scope, and a
//! [`reader::Reader`] reads them; a [`view::View`] is what a grant reaches. An [`overlay::Overlay`] is what files would be;
//! a [`change::Changer`] writes it, [`index::Index`] stages it. The only crate that knows git; it never runs the `git`
//! program, whose configuration may run others. Does not know what is done with the files.
#![forbid(unsafe_code)]

pub mod change;
pub mod entry;
pub mod granted;
pub mod index;
pub mod lines;
pub mod overlay;
pub mod reader;
pub mod scope;
pub mod tree;
pub mod view;

mod export;
mod links;
mod repository;
mod unchanged;
