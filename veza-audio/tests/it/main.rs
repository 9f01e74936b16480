//! Veza's audio against other programs, from outside.

mod encode;
