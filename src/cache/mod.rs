//! The event-driven role cache: the product under test, usable by a bot as it is.
//!
//! A bot takes one of two faces, [`RoleCache`] for threads or [`AsyncRoleCache`] for tasks on any executor. Both
//! are thin: they add locks and waiting, and leave every decision to the same core.
//!
//! [`Core`] is a state machine that is told the time and does no I/O. Its caller asks
//! [`lookup`](Core::lookup); on a miss it receives a [`Ticket`], reads its database in its own way
//! (blocking, awaiting, or by scheduling a simulated answer) and hands the row to
//! [`fill`](Core::fill). Role changes come in through [`apply`](Core::apply).
//!
//! The core knows nothing of threads and clocks, and the whole module nothing of the simulator and of
//! randomness; std is all it needs.
//!
//! ```
//! use rolesim::cache::{Core, Fill, Lookup, Options, Row, Timestamp, Version};
//!
//! let now = Timestamp::ZERO;
//! let mut cache: Core<u64, &str> = Core::new(Options::default());
//! let Lookup::Miss(ticket) = cache.lookup(&789, now) else { unreachable!("the cache is empty") };
//! // While the database is being read, 789 becomes an admin …
//! cache.apply(789, Row { role: "admin", version: Version(1) }, now);
//! // … so what the read saw is overtaken: it is not stored, and its reader asks again.
//! assert_eq!(cache.fill(ticket, Row { role: "user", version: Version(0) }, now), Fill::Overtaken);
//! assert!(matches!(cache.lookup(&789, now), Lookup::Hit(Row { role: "admin", .. })));
//! ```

mod aged;
mod ageing_rules;
mod async_cache;
mod clock;
mod core;
mod entries;
mod flights;
mod get_error;
mod options;
mod row;
mod shard_index;
mod shards;
mod stats;
mod store;
mod sync;
mod sync_cache;
mod warnings;

/// How often a reader whose answer was overtaken or revoked asks again before it is told so.
pub const ASK_AGAIN_MOST: u32 = 16;

#[cfg(test)]
mod tests;

#[cfg(feature = "sim")]
pub(crate) use ageing_rules::Ageing;
pub use async_cache::AsyncRoleCache;
pub use clock::{Clock, ManualClock, SystemClock};
pub use core::{Applied, Core, Fill, Lookup, Swept};
pub use flights::{Ticket, TicketId};
pub use get_error::{GetError, Updated};
pub use options::{Guard, OnEvent, Options};
pub use row::{Row, Timestamp, Version};
pub use stats::Stats;
#[cfg(feature = "sim")]
pub(crate) use store::{Hashed, Store};
pub use sync_cache::RoleCache;
