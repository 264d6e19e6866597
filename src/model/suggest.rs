//! "Did you mean": the known word nearest to one that is not known.

/// The longest word worth comparing; nothing longer is a misspelt key.
const LONGEST: usize = 64;

/// At most this many known words are compared; nobody has named more by hand.
const MOST: usize = 1_000;

/// The nearest of the known words, where it is near enough to be meant.
#[must_use]
pub fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    if word.chars().nth(LONGEST).is_some() {
        return None;
    }
    let plain = |word: &str| word.to_lowercase().replace(['-', ' '], "_");
    let word = plain(word);
    let limit = (word.chars().count() / 3).clamp(1, 2);
    known
        .into_iter()
        .take(MOST)
        .map(|candidate| (strsim::damerau_levenshtein(&word, &plain(candidate)), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// What to say of a word that is none of the known ones: the nearest, else all (or the first of very many).
#[must_use]
pub fn instead(word: &str, known: &[&str]) -> String {
    const LISTED: usize = 30;
    match nearest(word, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if known.len() > LISTED => format!("known are {} and others", known[..LISTED].join(", ")),
        None => format!("known are {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_word_is_suggested_and_a_far_one_is_not() {
        let known = ["requests", "between", "every_active_user", "sweep", "at"];
        for (word, meant) in [
            ("request", Some("requests")),
            ("Requests", Some("requests")),
            ("reqeusts", Some("requests")),
            ("every-active-user", Some("every_active_user")),
            ("swep", Some("sweep")),
            ("att", Some("at")),
            ("population", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), meant, "{word}");
        }
        assert_eq!(nearest(&"x".repeat(1_000_000), known), None);
    }
}
