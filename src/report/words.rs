//! The words of reports in English and in Russian, with the right plural forms.
//!
//! Knows the two languages and nothing of what is said in them: which message stands where is the
//! business of the other modules, and so is making names safe to show.

use std::borrow::Cow;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};

use crate::metrics::Value;

/// The messages of each language, a file for each area.
const ENGLISH: &[&str] = &[
    include_str!("locales/en/check.ftl"),
    include_str!("locales/en/choice.ftl"),
    include_str!("locales/en/day.ftl"),
    include_str!("locales/en/cli.ftl"),
    include_str!("locales/en/html.ftl"),
    include_str!("locales/en/runs.ftl"),
    include_str!("locales/en/sweep.ftl"),
    include_str!("locales/en/trace.ftl"),
];
const RUSSIAN: &[&str] = &[
    include_str!("locales/ru/check.ftl"),
    include_str!("locales/ru/choice.ftl"),
    include_str!("locales/ru/day.ftl"),
    include_str!("locales/ru/cli.ftl"),
    include_str!("locales/ru/html.ftl"),
    include_str!("locales/ru/runs.ftl"),
    include_str!("locales/ru/sweep.ftl"),
    include_str!("locales/ru/trace.ftl"),
];

/// A language of reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Russian.
    Ru,
}

impl Lang {
    fn messages(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::En => ("en", ENGLISH),
            Self::Ru => ("ru", RUSSIAN),
        }
    }
}

/// What fills a gap in a message.
#[derive(Clone, Copy, Debug)]
pub enum Arg<'a> {
    /// A count: shown with its thousands apart, and decides the plural form.
    Count(u64),
    /// A text, shown as it is.
    Text(&'a str),
}

/// The words of one language.
pub struct Words {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// The words of this language.
    #[must_use]
    pub fn new(lang: Lang) -> Self {
        let (name, messages) = lang.messages();
        let mut bundle = FluentBundle::new(vec![name.parse().unwrap_or_default()]);
        bundle.set_use_isolating(false);
        for area in messages {
            let (Ok(resource) | Err((resource, _))) = FluentResource::try_new((*area).to_owned());
            bundle.add_resource_overriding(resource);
        }
        Self { lang, bundle }
    }

    /// The language.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// A message without gaps.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// A message with its gaps filled. One that does not exist reads as its own key.
    #[must_use]
    pub fn with(&self, key: &str, gaps: &[(&str, Arg<'_>)]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut args = FluentArgs::new();
        for (name, gap) in gaps {
            match gap {
                Arg::Text(text) => args.set(*name, *text),
                Arg::Count(count) => {
                    args.set(*name, self.lang.count(*count));
                    args.set(format!("{name}-form"), plural_number(*count));
                }
            }
        }
        let mut faults = Vec::new();
        let text: Cow<'_, str> = self.bundle.format_pattern(pattern, Some(&args), &mut faults);
        text.into_owned()
    }

    /// A value for people; what is undefined reads as the message `undefined`.
    #[must_use]
    pub fn value(&self, value: Value, undefined: &str) -> String {
        let text = self.values(&[value]).pop().flatten();
        text.unwrap_or_else(|| self.text(undefined))
    }

    /// Values of one column for people: different shares look different. `None` for what is undefined.
    #[must_use]
    pub fn values(&self, values: &[Value]) -> Vec<Option<String>> {
        let share = |value: &Value| if let Value::Ratio(share) = value { Some(*share) } else { None };
        let shares: Vec<f64> = values.iter().filter_map(share).collect();
        let mut shares = self.lang.percents(&shares).into_iter();
        let text = |value: &Value| match value {
            Value::Count(count) => Some(self.lang.count(*count)),
            Value::Ratio(_) => shares.next(),
            Value::Micros(us) => Some(self.lang.duration(*us)),
            Value::Undefined => None,
        };
        values.iter().map(text).collect()
    }
}

/// A number with the plural form of this one. Fluent counts in floats, which confuse large neighbours;
/// in both languages the last two digits decide, and whether there are more.
fn plural_number(count: u64) -> FluentValue<'static> {
    const WHOLE: u64 = 1_000_000;
    let same_form = if count < WHOLE { count } else { WHOLE + count % 100 };
    FluentValue::from(same_form)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Every source of a layer, to see which messages it names.
    fn sources(folder: &Path, out: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                sources(&path, out);
            } else if name.ends_with(".rs") && !["tests.rs", "words.rs"].contains(&name.as_str()) {
                out.push(fs::read_to_string(&path).unwrap());
            }
        }
    }

    fn messages(areas: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
        let mut all = BTreeMap::<String, BTreeSet<String>>::new();
        let mut key = String::new();
        let lines = areas.iter().flat_map(|text| text.lines());
        for line in lines.filter(|line| !line.starts_with('#')) {
            let mut rest = line;
            if let Some((name, value)) = line.split_once(" = ")
                && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            {
                assert!(all.insert(name.to_owned(), BTreeSet::new()).is_none(), "`{name}` stands twice");
                (key, rest) = (name.to_owned(), value);
            }
            for variable in rest.split('$').skip(1) {
                let end =
                    variable.find(|c: char| !(c.is_alphanumeric() || c == '-')).unwrap_or(variable.len());
                // A language needs the plural form of a number or does not.
                if !variable[..end].ends_with("-form") {
                    all.get_mut(&key).unwrap().insert(variable[..end].to_owned());
                }
            }
        }
        all
    }

    #[test]
    fn both_languages_say_the_same_with_the_same_gaps() {
        assert_eq!(messages(ENGLISH), messages(RUSSIAN));
        for text in ENGLISH.iter().chain(RUSSIAN) {
            assert!(FluentResource::try_new((*text).to_owned()).is_ok());
        }
    }

    #[test]
    fn every_message_is_used_and_every_used_message_exists() {
        let known = messages(ENGLISH);
        let groups: BTreeSet<&str> = known.keys().filter_map(|key| key.split('-').next()).collect();
        let (mut used, mut all) = (BTreeSet::new(), Vec::new());
        for layer in ["src/report", "src/cli"] {
            sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(layer), &mut all);
        }
        for source in &all {
            let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            for literal in code.split('"').skip(1).step_by(2) {
                let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
                let group = literal.split_once('-').map(|(group, _)| group);
                if literal.chars().all(word) && group.is_some_and(|group| groups.contains(group)) {
                    used.insert(literal.to_owned());
                }
            }
        }
        assert_eq!(used, known.into_keys().collect());
    }

    #[test]
    fn counts_take_their_plural_forms() {
        let (english, russian) = (Words::new(Lang::En), Words::new(Lang::Ru));
        for (count, en, ru) in [
            (0, "0 users", "0 пользователей"),
            (1, "1 user", "1 пользователь"),
            (2, "2 users", "2 пользователя"),
            (5, "5 users", "5 пользователей"),
            (11, "11 users", "11 пользователей"),
            (21, "21 users", "21 пользователь"),
            (1_000_001, "1,000,001 users", "1 000 001 пользователь"),
            (u64::MAX, "18,446,744,073,709,551,615 users", "18 446 744 073 709 551 615 пользователей"),
        ] {
            assert_eq!(english.with("box-users", &[("n", Arg::Count(count))]), en);
            assert_eq!(russian.with("box-users", &[("n", Arg::Count(count))]).replace('\u{a0}', " "), ru);
        }
    }

    #[test]
    fn a_text_in_a_gap_brings_no_marks_along() {
        let words = Words::new(Lang::En);
        assert_eq!(words.with("box-title", &[("cache", Arg::Text("event"))]), "The day’s totals: event");
        assert_eq!(words.text("no-such-message"), "no-such-message");
    }
}
