//! The forms that a document takes. They know what a document is made of, and nothing of what is said in it.

pub(super) mod layout;
pub(super) mod markdown;
pub(super) mod plot;
pub(super) mod text;
