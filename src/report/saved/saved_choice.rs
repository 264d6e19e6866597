//! The choice of a saved report, read back.

use serde::Deserialize;
use serde_json::Value as Json;

use super::parsed::{metric, value};
use crate::gate::{Break, Choice, UpperLimit};
use crate::report::CacheResult;

#[derive(Deserialize)]
pub(super) struct Chosen {
    label: Option<String>,
    limits: Vec<ChosenLimit>,
    rejected: Vec<Rejected>,
}

#[derive(Deserialize)]
struct ChosenLimit {
    metric: String,
    value: Json,
}

#[derive(Deserialize)]
struct Rejected {
    label: String,
    breaks: Vec<Broken>,
}

#[derive(Deserialize)]
struct Broken {
    metric: String,
    value: Json,
    limit: Json,
}

impl Chosen {
    pub(super) fn choice(self, results: &[CacheResult]) -> Result<Choice, String> {
        let limit = |name: &str, most: &Json| -> Result<UpperLimit, String> {
            let metric = metric(name)?;
            Ok(UpperLimit { metric, most: value(metric, most)? })
        };
        let mut broken = vec![Vec::new(); results.len()];
        for Rejected { label, breaks } in self.rejected {
            let Some(place) = results.iter().position(|result| result.label == label) else { continue };
            for one in breaks {
                let limit = limit(&one.metric, &one.limit)?;
                broken[place].push(Break { limit, value: value(limit.metric, &one.value)? });
            }
        }
        let limits =
            self.limits.iter().map(|one| limit(&one.metric, &one.value)).collect::<Result<_, _>>()?;
        let chosen = self.label.and_then(|label| results.iter().position(|result| result.label == label));
        Ok(Choice { limits, chosen, broken })
    }
}
