//! The combinations of what is varied; the first field varies slowest.

use std::collections::BTreeMap;

use crate::model::shown;
use crate::run::failure::Failure;
use crate::run::load::Change;
use crate::scenario::{Fault, Faults, Place, Vary};

/// The fields and their values.
pub(super) struct Grid {
    pub(super) vary: Vec<Vary>,
}

impl Grid {
    /// # Errors
    /// When a field is varied twice, or one field holds another: what is set last would replace the other.
    pub(super) fn new(name: &str, vary: Vec<Vary>) -> Result<Self, Failure> {
        let holds = |outer: &Vary, inner: &Vary| {
            inner.path.strip_prefix(&outer.path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let mut faults = Vec::new();
        for (index, one) in vary.iter().enumerate() {
            let Some(other) = vary[..index].iter().find(|other| holds(other, one) || holds(one, other))
            else {
                continue;
            };
            let message = if one.path == other.path {
                "the field is varied twice; put all its values into one --vary".to_owned()
            } else {
                let (outer, inner) = if holds(other, one) { (other, one) } else { (one, other) };
                let (outer, inner) = (shown(&outer.path), shown(&inner.path));
                format!("{outer} holds {inner}, and both are varied; vary one of the two")
            };
            let place = Place::Option(typed(&one.path, &one.values.join(",")).into());
            faults.push(Fault::new(place, &one.path, message));
        }
        if faults.is_empty() { Ok(Self { vary }) } else { Err(Faults::new(name, faults).into()) }
    }

    /// How many points there are, of whatever size.
    pub(super) fn size(&self) -> u128 {
        self.vary.iter().fold(1, |size, one| size.saturating_mul(one.values.len() as u128))
    }

    /// How many points there are, of a grid that is not too large.
    pub(super) fn len(&self) -> usize {
        usize::try_from(self.size()).unwrap_or(usize::MAX)
    }

    /// The place of a point's values, field by field.
    fn places(&self, mut index: usize) -> Vec<usize> {
        let mut places: Vec<usize> = self
            .vary
            .iter()
            .rev()
            .map(|one| {
                let place = index % one.values.len();
                index /= one.values.len();
                place
            })
            .collect();
        places.reverse();
        places
    }

    /// A point's values, field by field.
    pub(super) fn values(&self, index: usize) -> impl Iterator<Item = &str> {
        self.vary.iter().zip(self.places(index)).map(|(one, place)| one.values[place].as_str())
    }

    /// A point's values as changes of the scenario.
    pub(super) fn changes(&self, index: usize) -> Vec<Change<'_>> {
        let change = |(one, value)| {
            let Vary { path, .. }: &Vary = one;
            (typed(path, value), path.as_str(), value)
        };
        self.vary.iter().zip(self.values(index)).map(change).collect()
    }

    /// The same without those of the cache; `None` if there are no others.
    pub(super) fn typed_beside_the_cache(&self, index: usize) -> Option<String> {
        let others = self.changes(index).into_iter().filter(|(_, path, _)| !of_the_cache(path));
        let typed: Vec<String> = others.map(|(typed, ..)| typed).collect();
        (!typed.is_empty()).then(|| typed.join(" "))
    }

    /// Whether day and system are the same at every point.
    pub(super) fn varies_caches_alone(&self) -> bool {
        self.vary.iter().all(|one| of_the_cache(&one.path))
    }

    /// The points, gathered where they differ in their caches alone.
    pub(super) fn of_one_day(&self) -> Vec<Vec<usize>> {
        let mut groups: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        for index in 0..self.len() {
            let fields = self.vary.iter().zip(self.places(index));
            let day = fields.filter(|(one, _)| !of_the_cache(&one.path)).map(|(_, place)| place);
            groups.entry(day.collect()).or_default().push(index);
        }
        groups.into_values().collect()
    }
}

fn of_the_cache(path: &str) -> bool {
    path == "cache" || path.starts_with("cache.")
}

fn typed(path: &str, value: &str) -> String {
    format!("--vary {path}={value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(options: &[&str]) -> Grid {
        let vary = options.iter().map(|text| crate::scenario::vary(text).unwrap()).collect();
        Grid::new("day.json", vary).unwrap()
    }

    #[test]
    fn the_first_field_varies_slowest() {
        let grid = grid(&["seed=1,2", "cache.ttl=1s,2s,3s"]);
        let points: Vec<String> =
            (0..grid.len()).map(|index| grid.values(index).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(points, ["1 1s", "1 2s", "1 3s", "2 1s", "2 2s", "2 3s"]);
        let typed: Vec<_> = grid.changes(4).into_iter().map(|(typed, ..)| typed).collect();
        assert_eq!(typed, ["--vary seed=2", "--vary cache.ttl=2s"]);
        assert_eq!(grid.typed_beside_the_cache(4).as_deref(), Some("--vary seed=2"));
    }

    #[test]
    fn points_of_one_day_are_gathered_in_any_order_of_fields() {
        for (options, groups) in [
            (&["cache.ttl=1s,2s", "seed=1,2"][..], &[&[0, 2][..], &[1, 3]][..]),
            (&["seed=1,2", "cache=event,none"], &[&[0, 1], &[2, 3]]),
            (&["cache.ttl=1s,2s", "cache.sweep=1m,2m"], &[&[0, 1, 2, 3]]),
            (&["seed=1,2"], &[&[0], &[1]]),
        ] {
            let grid = grid(options);
            assert_eq!(grid.of_one_day(), groups, "{options:?}");
            assert_eq!(grid.varies_caches_alone(), groups.len() == 1, "{options:?}");
        }
    }

    #[test]
    fn a_field_is_varied_once() {
        let vary = ["seed=1", "seed=2"].map(|text| crate::scenario::vary(text).unwrap()).to_vec();
        let failure = Grid::new("day.json", vary).map(|_| ()).unwrap_err();
        assert!(failure.lines()[0].starts_with("day.json: --vary seed=2: seed: the field is varied twice"));
    }

    #[test]
    fn the_size_of_a_grid_never_overflows() {
        let options: Vec<String> = (0..20).map(|index| format!("x{index}=1..=10000+1")).collect();
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        assert_eq!(grid(&options[..2]).size(), 100_000_000);
        assert_eq!(grid(&options).size(), u128::MAX);
    }
}
