//! Files as written, read back by other programs.

mod edges;
mod lossless;
mod lossy;
mod tools;
