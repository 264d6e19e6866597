//! Which rows of a recorded day are meant, by the values of columns, and what their operations are.

/// The keys of a column in JSON, from the top: they have dots between them, and one that holds a dot itself is in double
/// quotes. `None` if a key is empty or a quote is not closed.
#[must_use]
pub fn column_path(name: &str) -> Option<Vec<String>> {
    let (mut keys, mut rest) = (Vec::new(), name);
    loop {
        let (key, behind) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => rest.split_at(rest.find('.').unwrap_or(rest.len())),
        };
        if key.is_empty() {
            return None;
        }
        keys.push(key.to_owned());
        match behind.strip_prefix('.') {
            Some(more) => rest = more,
            None => return behind.is_empty().then_some(keys),
        }
    }
}

/// Keeps the rows that have one of some values in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keep {
    /// The column.
    pub column: String,
    /// The values.
    pub values: Vec<String>,
}

/// What an operation of a trace is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Asks.
    Read,
    /// Writes something.
    Write,
    /// Takes it away.
    Delete,
    /// Writes the role of the row.
    SetRole,
    /// Gives the highest role.
    Raise,
    /// Gives the lowest role.
    Lower,
    /// Neither asks nor writes.
    Neither,
}

impl Operation {
    /// Every operation with the word that names it.
    pub const NAMES: [(&'static str, Self); 7] = [
        ("get", Self::Read),
        ("set", Self::Write),
        ("delete", Self::Delete),
        ("set_role", Self::SetRole),
        ("add_admin", Self::Raise),
        ("remove_admin", Self::Lower),
        ("nop", Self::Neither),
    ];

    /// The word that names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, operation)| *operation == self).map_or("", |(name, _)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_dots_and_a_key_with_a_dot_has_quotes() {
        for (name, keys) in [
            ("user", Some(vec!["user"])),
            ("input.subject.id", Some(vec!["input", "subject", "id"])),
            ("\"enduser.id\"", Some(vec!["enduser.id"])),
            ("a.\"b.c\".d", Some(vec!["a", "b.c", "d"])),
            ("@timestamp", Some(vec!["@timestamp"])),
            ("", None),
            (".a", None),
            ("a.", None),
            ("a..b", None),
            ("\"a", None),
            ("\"a\"b", None),
        ] {
            let keys = keys.map(|keys| keys.into_iter().map(str::to_owned).collect());
            assert_eq!(column_path(name), keys, "{name}");
        }
    }
}
