//! Tests of the whole: the crate's public interface and its command line.
#![allow(clippy::unwrap_used)]

mod differential;
mod layers;
mod naive;
mod random_day;
