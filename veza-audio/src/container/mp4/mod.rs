//! MPEG-4 files of AAC (`.m4a`), and the boxes which they share with fragmented MPEG-4.

pub(in crate::container) mod boxes;
pub(in crate::container) mod entry;
pub(in crate::container) mod ilst;
pub(in crate::container) mod movie;
mod writer;

pub use writer::M4aWriter;
