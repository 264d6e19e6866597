//! One user's story: what was asked, answered and true, what the cache did, and why answers were stale.
//!
//! A story is collected by looking on at a simulation; its stale answers get a cause each, and the caller
//! runs the day again without that cause, which shows whether it was one. It does not know how a
//! day is run, nor where its text goes.

mod cause;
mod counterfactual;
mod folded;
mod lines;
mod story;
mod story_page;
mod text;
mod why;

pub use cause::{Cause, Missed};
pub use counterfactual::{Checked, Mends, Then, explain};
pub use lines::story_lines;
pub use story::{FirstStale, Item, PARTS_MOST, Story, StoryTeller};
pub use text::{no_story_text, story_text};

/// What is told: a story, and what its stale answers come from.
#[derive(Clone, Debug)]
pub struct Told {
    /// The story.
    pub story: Story,
    /// One for each stale answer, in the order of the requests.
    pub checked: Vec<Checked>,
}
