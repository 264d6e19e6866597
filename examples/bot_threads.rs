//! A bot whose handlers run on threads of their own, while role events come in on another.
//!
//! Run it with `cargo run --no-default-features --example bot_threads`. The database is a map that takes its time.

use std::collections::HashMap;
use std::fmt;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rolesim::cache::{Options, RoleCache, Row, Updated, Version};

const HANDLERS: u64 = 4;
const COMMANDS: u64 = 500;
const CHANGES: u64 = 50;
const USERS: u64 = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    User,
    Admin,
}

impl Role {
    /// A role as an event spells it.
    fn parse(text: &str) -> Result<Self, UnknownRole> {
        match text {
            "user" => Ok(Self::User),
            "admin" => Ok(Self::Admin),
            _ => Err(UnknownRole(text.to_owned())),
        }
    }
}

#[derive(Debug)]
struct UnknownRole(String);

impl fmt::Display for UnknownRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no role is called \"{}\"", self.0)
    }
}

/// Rows with the numbers of the commits that wrote them.
#[derive(Default)]
struct Database {
    rows: Mutex<HashMap<u64, Row<Role>>>,
}

impl Database {
    fn rows(&self) -> MutexGuard<'_, HashMap<u64, Row<Role>>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn role_of(&self, user: u64) -> Result<Row<Role>, String> {
        let row = self.rows().get(&user).copied();
        // What was read is on its way; meanwhile the role may change.
        thread::sleep(Duration::from_millis(2));
        row.ok_or_else(|| format!("no user {user}"))
    }

    fn commit(&self, user: u64, role: Role, version: u64) {
        self.rows().insert(user, Row { role, version: Version(version) });
    }
}

/// A committed change as it is sent to the bot.
struct Event {
    user: u64,
    role: String,
    version: u64,
}

struct Bot<'a> {
    database: &'a Database,
    roles: RoleCache<u64, Role>,
}

impl Bot<'_> {
    /// A command that only admins may give.
    fn may_ban(&self, user: u64) -> bool {
        match self.roles.get_role(&user, || self.database.role_of(user)) {
            Ok(role) => role == Role::Admin,
            Err(error) => {
                eprintln!("failed to get the role: {error}");
                false
            }
        }
    }

    fn handle_commands(&self, handler: u64) -> u64 {
        let mut allowed = 0;
        for command in 0..COMMANDS {
            allowed += u64::from(self.may_ban((command * 7 + handler) % USERS));
            thread::sleep(Duration::from_micros(50));
        }
        allowed
    }

    /// Takes in events until there are no more. An event that cannot be read must not leave an old role.
    fn handle_events(&self, events: &Receiver<Event>) {
        for Event { user, role, version } in events {
            let version = Version(version);
            let updated = match Role::parse(&role) {
                Ok(role) => self.roles.update_role(user, Row { role, version }),
                Err(unknown) => self.roles.degrade(&user, version, &unknown),
            };
            if updated == Updated::Older {
                println!("an event for user {user} came late and was left out");
            }
        }
    }
}

/// Commits changes and sends an event for each; one of them the bot will not understand.
fn change_roles(database: &Database, events: &Sender<Event>) {
    for version in 1..=CHANGES {
        let user = version % USERS;
        let role = if version % 2 == 0 { Role::User } else { Role::Admin };
        database.commit(user, role, version);
        let spelt = if version == CHANGES / 2 {
            "sheriff"
        } else if role == Role::User {
            "user"
        } else {
            "admin"
        };
        if events.send(Event { user, role: spelt.to_owned(), version }).is_err() {
            return;
        }
        thread::sleep(Duration::from_micros(500));
    }
}

fn main() {
    let database = Database::default();
    (0..USERS).for_each(|user| database.commit(user, Role::User, 0));
    let warn = Box::new(|warning: &str| println!("warning: {warning}"));
    let roles = RoleCache::new(Options::default()).on_warning(warn);
    let bot = Bot { database: &database, roles };

    let (send, events) = channel();
    let allowed: u64 = thread::scope(|scope| {
        let (bot, database) = (&bot, &database);
        scope.spawn(move || change_roles(database, &send));
        scope.spawn(move || bot.handle_events(&events));
        let handlers: Vec<_> =
            (0..HANDLERS).map(|handler| scope.spawn(move || bot.handle_commands(handler))).collect();
        handlers.into_iter().filter_map(|handler| handler.join().ok()).sum()
    });

    let stats = bot.roles.stats();
    println!("commands: {}, of which allowed: {allowed}", HANDLERS * COMMANDS);
    println!("answered from memory: {}, read from the database: {}", stats.hits, stats.loads);
    println!("readers that joined another's read: {}", stats.coalesced);
    println!("reads that a change overtook: {}", stats.fills_refused);
    let admins = (0..USERS).filter(|user| bot.may_ban(*user)).count();
    println!("admins at the end: {admins} of {USERS}");
}
