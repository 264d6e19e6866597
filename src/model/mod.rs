//! The words of a scenario, validated: times, users, roles, caches, the day and the system.
//!
//! Everything here is a plain value that a test can write down. It does *not* know how a scenario is
//! written (JSON, YAML, places in a file), nor how it is run.

mod day;
mod delay;
mod encoding;
mod escaping;
mod row_choice;
mod span;
mod step;
mod suggest;
mod system;
mod time;
mod trace;
mod user;

pub use day::{
    Active, Activity, Clock, DatabaseUsers, Day, Follow, Mailbox, Members, NewUsers, Population, RoleChanges,
    Sessions, Shape, Traffic, Window,
};
pub use delay::{Delay, Probability};
pub use encoding::is_utf16;
pub use escaping::{escape, escape_cut, escape_json, shown};
pub use row_choice::{Keep, Operation, column_path};
pub use span::Span;
pub use step::{Action, ChangeFault, ChangeKind, RoleChange, Spacing, Step};
pub use suggest::{instead, nearest};
pub use system::{
    Channel, Cursor, PollTrigger, Polling, Reach, Replicas, Routing, System, TimedFault, Trouble,
};
pub use time::{DAY_US, DayTime, HOUR_US, MINUTE_US, Micros, SECOND_US, TimeError, duration_text};
pub use trace::{Column, Columns, OddBeginning, RowPlace, Sets, TimeUnit, TraceFormat, TraceSpec, delimiter};
pub use user::{IdRange, IdSet, RoleId, Roles, UserId, UserIdError};
