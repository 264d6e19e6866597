//! Numbers as people read them, in both languages.

pub(super) mod interval;
mod number;
