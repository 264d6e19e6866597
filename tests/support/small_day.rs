//! A random script for small days in text: a minute on a grid of a second, with everything that touches a cache.

use rand::{Rng, RngExt};

/// The script's steps, as a list in YAML; `users` are as they are written there.
pub(crate) fn script(dice: &mut impl Rng, users: &[&str]) -> String {
    let mut script = Vec::new();
    for _ in 0..dice.random_range(10..60) {
        let (at, user) = (dice.random_range(0..60), users[dice.random_range(0..users.len())]);
        let action = match dice.random_range(0..20) {
            0..10 => format!("request: {user}, count: {}", dice.random_range(1..4)),
            10..12 => format!("add_admin: {user}"),
            12..14 => format!("remove_admin: {user}"),
            14 => format!("add_admin: {user}, update: fails"),
            15 => format!("remove_admin: {user}, event: lost"),
            16 => format!("write_db: {{user: {user}, role: admin}}"),
            17 => format!("invalidate: {user}"),
            18 => "restart: all".to_owned(),
            _ => "clear: all".to_owned(),
        };
        script.push(format!("{{at: '00:00:{at:02}', {action}}}"));
    }
    format!("[{}]", script.join(", "))
}
