//! Whether the steps of a script fit each other, in the order in which they happen: a mailbox is given away
//! by its creator, and a user is created once.

use std::collections::BTreeMap;

use super::field::Field;
use super::id_ranges::Cover;
use crate::model::shown;
use crate::model::{Action, ChangeKind, Mailbox, Step, UserId};

/// The database as the script changes it.
struct Rows<'a> {
    /// The mailboxes in order, for what to say of another.
    mailboxes: Vec<&'a str>,
    creators: BTreeMap<&'a str, &'a UserId>,
    users: Cover,
    /// Whether every step of the script could be read.
    whole: bool,
}

/// Judges all steps that could be read; `users` are those whom the database knows at the start. Where a
/// step could not be read, whose a mailbox is by then is left open.
pub(super) fn judge(
    script: &Field<'_>,
    steps: &[Option<Step>],
    mailboxes: &[Mailbox],
    users: Cover,
) -> Option<()> {
    let creators = mailboxes.iter().map(|mailbox| (mailbox.id.as_str(), &mailbox.creator)).collect();
    let mut names: Vec<&str> = mailboxes.iter().map(|mailbox| mailbox.id.as_str()).collect();
    names.sort_unstable();
    let whole = steps.iter().all(Option::is_some);
    let mut rows = Rows { mailboxes: names, creators, users, whole };
    let fields = script.list()?;
    let readable =
        steps.iter().zip(&fields).filter_map(|(step, field)| step.as_ref().map(|step| (step, field)));
    let mut in_order: Vec<(&Step, &Field<'_>)> = readable.collect();
    in_order.sort_by_key(|(step, _)| step.at);
    let mut fits = true;
    for (step, field) in in_order {
        fits &= rows.apply(step, field).is_some();
    }
    fits.then_some(())
}

impl<'a> Rows<'a> {
    fn apply(&mut self, step: &'a Step, field: &Field<'_>) -> Option<()> {
        match &step.action {
            Action::Change(change) => {
                self.users.add_user(change.kind.user());
                match &change.kind {
                    ChangeKind::Transfer { mailbox, from, to } => {
                        let place = field.at("transfer");
                        self.transfer(&place, mailbox, from, to)
                    }
                    _ => Some(()),
                }
            }
            Action::WriteDb { user, .. } => {
                self.users.add_user(user);
                Some(())
            }
            Action::CreateUser { user, .. } => {
                if self.users.contains(user) {
                    let place = field.at("create_user").at("id");
                    return place.wrong(
                        "the user has a row in the database by then",
                        "create only users that it does not know",
                    );
                }
                self.users.add_user(user);
                Some(())
            }
            _ => Some(()),
        }
    }

    fn transfer(&mut self, field: &Field<'_>, mailbox: &'a str, from: &UserId, to: &'a UserId) -> Option<()> {
        let Some(creator) = self.creators.get(mailbox).copied() else {
            let place = field.at("mailbox");
            if self.mailboxes.is_empty() {
                return place.wrong("no such mailbox is defined", "define it in `database.mailboxes`");
            }
            return place.misnamed("no such mailbox is defined", mailbox, &self.mailboxes);
        };
        if creator != from && self.whole {
            let right = format!("its creator is {}", shown(&creator.to_string()));
            return field.at("from").wrong("is not the mailbox's creator by then", &right);
        }
        self.creators.insert(mailbox, to);
        Some(())
    }
}
