//! Which way each metric is good, to compare two of its values.

use super::Metric;

/// The good direction of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// More is better, as of hits.
    Up,
    /// Less is better, as of stale answers.
    Down,
    /// It belongs to the day and should stay as it is, as the number of requests: any change is worse.
    Same,
    /// Neither is better, as of the cache's size: a change is worth saying and no more.
    None,
}

impl Metric {
    /// Its good direction.
    #[must_use]
    pub fn direction(self) -> Direction {
        match self {
            Self::Hits
            | Self::HitRatio
            | Self::Freshness
            | Self::FreshWithin(_)
            | Self::Events
            | Self::EventsDelivered
            | Self::L2Hits => Direction::Up,
            Self::Requests | Self::DbWrites => Direction::Same,
            Self::CacheSize | Self::CacheSizePeak | Self::RevocationsAsked => Direction::None,
            Self::Misses
            | Self::Loads
            | Self::Coalesced
            | Self::Failed
            | Self::DbReads
            | Self::DbReadsPeak1s
            | Self::DbReadsPeak60s
            | Self::EventsLost
            | Self::UpdatesFailed
            | Self::UpdatesRejected
            | Self::FillsRejected
            | Self::OutdatedReads
            | Self::StaleReads
            | Self::StaleGrants
            | Self::StaleDenials
            | Self::StaleAgeP50
            | Self::StaleAgeP95
            | Self::StaleAgeP99
            | Self::StaleAgeMax
            | Self::ExposedChanges
            | Self::ExposedRevocations
            | Self::WindowSum
            | Self::WindowP50
            | Self::WindowP95
            | Self::WindowMax
            | Self::BackgroundRuns
            | Self::BackgroundChecks
            | Self::BackgroundRemoved
            | Self::LatencyP50
            | Self::LatencyP95
            | Self::LatencyP99
            | Self::LatencyMax
            | Self::Refreshes
            | Self::Polls
            | Self::DbRows
            | Self::DbChecks
            | Self::StaleServed
            | Self::L2Misses
            | Self::Regressions
            | Self::SettledP50
            | Self::SettledP95
            | Self::SettledMax
            | Self::GuaranteedWindow => Direction::Down,
        }
    }
}
