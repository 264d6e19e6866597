//! User ids, sets of them, and roles.

use std::fmt;

use super::shown;

/// A user's id: a plain decimal whole number or any other text; `123` and `"123"` are one user.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UserId {
    /// A decimal number without leading zeros that fits 64 bits.
    Number(u64),
    /// Any other text.
    Name(Box<str>),
}

impl UserId {
    /// The id that a text names.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self::number(text).map_or_else(|| Self::Name(text.into()), Self::Number)
    }

    /// The number that a text names: decimal, without leading zeros, of 64 bits.
    #[must_use]
    pub fn number(text: &str) -> Option<u64> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        (digits && (text.len() == 1 || !text.starts_with('0'))).then(|| text.parse().ok()).flatten()
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// Why a text is not a set of ids. Completes "failed to read the ids: …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserIdError {
    /// The text is empty.
    Empty,
    /// A range has an end that is not a plain whole number.
    NotANumber(String),
    /// A range ends before it begins.
    Backwards,
}

impl UserIdError {
    /// What is wrong, to follow the name of what was read.
    #[must_use]
    pub fn what(&self) -> String {
        match self {
            Self::Empty => "is empty".to_owned(),
            Self::NotANumber(text) => format!("has {} where a whole number should be", shown(text)),
            Self::Backwards => "ends before it begins".to_owned(),
        }
    }

    /// What would be right; `None` if the error says it already.
    #[must_use]
    pub fn remedy(&self) -> Option<&'static str> {
        matches!(self, Self::NotANumber(_)).then_some("a range reads \"1000..=1049\"")
    }
}

impl fmt::Display for UserIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let remedy = self.remedy().map(|remedy| format!("; {remedy}")).unwrap_or_default();
        write!(f, "{}{remedy}", self.what())
    }
}

impl std::error::Error for UserIdError {}

/// One id, or a run of whole numbers with both ends inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdRange {
    /// One user.
    One(UserId),
    /// The whole numbers from the first to the second, both inside; the first is not larger.
    Numbers(u64, u64),
}

impl IdRange {
    /// Reads `"1000..=1049"`, or one id. Dots between anything but numbers are part of a name, as in `a..b`.
    ///
    /// # Errors
    /// When the text is empty, or a range whose ends are not plain whole numbers or run backwards.
    pub fn parse(text: &str) -> Result<Self, UserIdError> {
        if text.is_empty() {
            return Err(UserIdError::Empty);
        }
        let not_a_number = |text: &str| UserIdError::NotANumber(text.chars().take(40).collect());
        let is_digits = |end: &str| !end.is_empty() && end.bytes().all(|byte| byte.is_ascii_digit());
        let (from, to) = match (text.split_once("..="), text.split_once("..")) {
            // With a number on one side, the other is a slip of the pen.
            (Some((from, to)), _) if is_digits(from.trim()) || is_digits(to.trim()) => (from, to),
            // Without `=` it is not clear whether the end is inside.
            (None, Some((from, to))) if is_digits(from) && is_digits(to) => return Err(not_a_number(text)),
            _ => return Ok(Self::One(UserId::new(text))),
        };
        let number = |end: &str| match UserId::new(end.trim()) {
            UserId::Number(number) => Ok(number),
            UserId::Name(name) => Err(not_a_number(&name)),
        };
        match (number(from)?, number(to)?) {
            (from, to) if from <= to => Ok(Self::Numbers(from, to)),
            _ => Err(UserIdError::Backwards),
        }
    }

    /// How many ids it holds; more than 64 bits can count saturates.
    #[must_use]
    pub fn len(&self) -> u64 {
        match self {
            Self::One(_) => 1,
            Self::Numbers(from, to) => (to - from).saturating_add(1),
        }
    }

    /// Never: a range holds at least one id.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Its ids in order.
    pub fn iter(&self) -> impl Iterator<Item = UserId> + '_ {
        let (one, numbers) = match self {
            Self::One(id) => (Some(id.clone()), None),
            Self::Numbers(from, to) => (None, Some((*from..=*to).map(UserId::Number))),
        };
        one.into_iter().chain(numbers.into_iter().flatten())
    }

    /// Whether it holds the id.
    #[must_use]
    pub fn contains(&self, id: &UserId) -> bool {
        match (self, id) {
            (Self::One(one), id) => one == id,
            (Self::Numbers(from, to), UserId::Number(number)) => (from..=to).contains(&number),
            (Self::Numbers(..), UserId::Name(_)) => false,
        }
    }
}

impl fmt::Display for IdRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(id) => write!(f, "{id}"),
            Self::Numbers(from, to) => write!(f, "{from}..={to}"),
        }
    }
}

/// A set of ids as it was written: single ids and ranges, in the file's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdSet(pub Vec<IdRange>);

impl IdSet {
    /// How many ids it holds, an id written twice counted twice; saturating.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.0.iter().fold(0, |sum, range| sum.saturating_add(range.len()))
    }

    /// Whether it holds no id.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Its ids in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = UserId> + '_ {
        self.0.iter().flat_map(IdRange::iter)
    }

    /// Whether it holds the id.
    #[must_use]
    pub fn contains(&self, id: &UserId) -> bool {
        self.0.iter().any(|range| range.contains(id))
    }
}

impl fmt::Display for IdSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, range) in self.0.iter().enumerate() {
            let gap = if index == 0 { "" } else { ", " };
            write!(f, "{gap}{range}")?;
        }
        Ok(())
    }
}

/// A role by its rank: 0 is the lowest privilege.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleId(pub u8);

/// The names of the roles, lowest privilege first; at least one, at most 256, none twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roles(Vec<String>);

impl Roles {
    /// The roles in this order; `None` if there are none, too many, or one twice.
    #[must_use]
    pub fn new(names: Vec<String>) -> Option<Self> {
        let distinct = names.iter().enumerate().all(|(index, name)| !names[..index].contains(name));
        (distinct && (1..=256).contains(&names.len())).then_some(Self(names))
    }

    /// The role with this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<RoleId> {
        self.0.iter().position(|own| own == name).map(|rank| RoleId(rank as u8))
    }

    /// The name of a role of this list.
    #[must_use]
    pub fn name(&self, role: RoleId) -> &str {
        &self.0[usize::from(role.0)]
    }

    /// The role that a user has of whom the database knows nothing.
    #[must_use]
    pub fn lowest(&self) -> RoleId {
        RoleId(0)
    }

    /// The role that `add_admin` gives.
    #[must_use]
    pub fn highest(&self) -> RoleId {
        RoleId((self.0.len() - 1) as u8)
    }

    /// The names, lowest privilege first.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.0
    }
}

impl Default for Roles {
    fn default() -> Self {
        Self(vec!["user".to_owned(), "admin".to_owned()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_its_text_are_one_user() {
        assert_eq!(UserId::new("123"), UserId::Number(123));
        assert_eq!(UserId::new("0"), UserId::Number(0));
        for other in ["0123", "", "-1", "+1", "1.0", "99999999999999999999", "alice"] {
            assert_eq!(UserId::new(other), UserId::Name(other.into()), "{other}");
        }
    }

    #[test]
    fn a_range_holds_both_its_ends() {
        let range = IdRange::parse("1000..=1049").unwrap();
        assert_eq!(range.len(), 50);
        assert!(range.contains(&UserId::Number(1049)) && !range.contains(&UserId::Number(1050)));
        assert_eq!(IdRange::parse("5..=4"), Err(UserIdError::Backwards));
        assert!(matches!(IdRange::parse("a..=4"), Err(UserIdError::NotANumber(_))));
        assert!(matches!(IdRange::parse("1..9"), Err(UserIdError::NotANumber(_))));
        assert!(matches!(IdRange::parse("4..=O5"), Err(UserIdError::NotANumber(_))));
    }

    #[test]
    fn dots_between_anything_but_numbers_are_part_of_a_name() {
        for name in ["alice", "a..b", "a..=b", "..", "..=", "v1..2", "1...9", "a...b"] {
            assert_eq!(IdRange::parse(name), Ok(IdRange::One(UserId::new(name))), "{name}");
        }
    }
}
