//! From the tree to what it means: every field read by hand, all faults noted at once.
//!
//! Knows neither JSON nor YAML, nor how a recorded day is read: that is asked of a [`Probe`].

mod budget;
mod caches;
mod changes;
mod context;
mod database;
mod delay;
mod expect;
mod field;
mod gate;
mod id_ranges;
mod ids;
mod mapping;
mod population;
mod script_consistency;
mod steps;
mod system;
mod totals;
mod trace;
mod trace_rows;
mod traffic;

pub use budget::{Limits, Written};
pub(super) use caches::DEFAULT_COMPARE;
pub use caches::described;
pub use expect::limit;
pub use trace::{Probe, ProbeError, Question, Recorded};

use self::context::{TraceEnd, Words};
use self::field::{Field, Sink};
use self::mapping::Mapping;
use super::Scenario;
use super::digest::digest;
use super::fault::{Fault, Faults};
use super::node::{Node, Place};
use crate::gate::{Expectation, GateRules};
use crate::model::{Day, Population, Span, Step, System};
use crate::policy::CacheSpec;

/// The seed where none is given.
const DEFAULT_SEED: u64 = 42;

/// Reads a scenario from its tree; `probe` reads the rows of a recorded day, where there is one. Its run may cost what
/// is usual.
///
/// # Errors
/// With all faults that do not follow from each other.
pub fn decode(node: &Node, file_name: &str, probe: Probe<'_>) -> Result<Scenario, Faults> {
    decode_within(node, file_name, &Limits::default(), probe)
}

/// The same, where its run may cost so much.
///
/// # Errors
/// With all faults that do not follow from each other.
pub fn decode_within(
    node: &Node,
    file_name: &str,
    limits: &Limits,
    probe: Probe<'_>,
) -> Result<Scenario, Faults> {
    let sink = Sink::default();
    let scenario = scenario(&Field::root(node, &sink), file_name, limits, probe);
    match (scenario, sink.into_inner().of_file(file_name)) {
        (Some(scenario), None) => Ok(scenario),
        (_, Some(faults)) => Err(faults),
        (None, None) => {
            let message = "the scenario cannot be understood, and rolesim cannot say why";
            Err(Faults::new(file_name, vec![Fault::new(Place::START, "", message)]))
        }
    }
}

fn scenario(root: &Field<'_>, file_name: &str, limits: &Limits, probe: Probe<'_>) -> Option<Scenario> {
    let mut map = root.mapping()?;
    let head = head(&mut map, file_name);
    let roles = context::roles(map.take("roles"));
    let clock = map.take("clock");
    let ends_itself = clock.as_ref().is_some_and(|clock| clock.node.get("end").is_some());
    let trace = trace::trace(map.take("trace").as_ref(), roles.as_ref(), !ends_itself, probe);
    let end = trace.as_ref().map_or(TraceEnd::Unknown, |trace| trace.end);
    let replicas = system::replicas(map.take("replicas"));
    let words = Words { clock: context::clock(clock, end), roles, replicas };

    let database = database::database(map.take("database"), &words);
    let channel = system::channel(map.take("channel"));
    let faults = system::faults(map.take("faults"), &words);
    let cache = caches::own(map.take("cache"));
    let compare = caches::compare(root, map.take("compare"), cache.as_ref());
    let population = population::population(map.take("population"), &words);
    let traffic = map.maybe("traffic", |field| traffic::traffic(&field, &words));
    let role_changes = map.maybe("role_changes", |field| changes::role_changes(&field, &words));
    let script_field = map.take("script");
    let script = script_field.as_ref().map_or(Some(Vec::new()), |field| steps::script(field, &words));
    let slo = map.or("slo", vec![Span::default()], |field| expect::spans(&field));
    let (expect, gate) = judging(&mut map, &words, (cache.as_ref(), compare.as_deref()), slo.as_deref());
    map.finish();

    // Before anything that may be missing: whether the parts fit each other is judged wherever they can be.
    let in_order = in_order(script_field.as_ref(), script.as_deref(), database.as_ref(), population.as_ref());
    let script = script.and_then(|steps| steps.into_iter().collect::<Option<Vec<_>>>());
    let (database, population, traffic, role_changes, script) =
        (database?, population?, traffic?, role_changes?, script?);
    let parts = totals::Parts {
        users: &database.users,
        population: &population,
        traffic: traffic.as_ref(),
        role_changes: role_changes.as_ref(),
        script: &script,
        recorded: trace.as_ref().is_some_and(|trace| trace.spec.is_some()),
    };
    let caches = caches::all(cache.as_ref(), compare.as_deref());
    let in_touch = system::heartbeats_fit(root, channel.as_ref(), &words, caches.as_deref());
    let fits = fits(root, &parts, &words, (caches.as_deref(), expect.as_deref()), limits);

    let (name, description, seed) = head?;
    let trace = trace?.spec;
    let day = Day {
        seed,
        clock: words.clock?,
        roles: words.roles?,
        users: database.users,
        mailboxes: database.mailboxes,
        population,
        traffic,
        role_changes,
        trace,
        script,
    };
    let system = System {
        read_latency: database.read_latency,
        read_errors: database.read_errors,
        replica_lag: database.replica_lag,
        concurrency: database.concurrency,
        write_latency: database.write_latency,
        replicas: words.replicas?,
        channel: channel?,
        faults: faults?,
    };
    in_order.and(fits).and(in_touch)?;
    let digest = digest(&day, None);
    let (cache, compare, expect, slo, gate) = (cache?, compare?, expect?, slo?, gate?);
    Some(Scenario { name, description, day, system, cache, compare, expect, slo, gate, digest })
}

/// What is expected, and how far figures may move.
fn judging(
    map: &mut Mapping<'_>,
    words: &Words,
    (own, others): (Option<&CacheSpec>, Option<&[CacheSpec]>),
    slo: Option<&[Span]>,
) -> (Option<Vec<Expectation>>, Option<GateRules>) {
    let caches = caches::all(own, others);
    let expect = map.or("expect", Vec::new(), |field| expect::expect(&field, words, caches.as_deref(), slo));
    (expect, map.or("gate", GateRules::default(), |field| gate::rules(&field, slo)))
}

/// Whether the requests add up and a run is within the limits, as far as its parts can be read.
fn fits(
    root: &Field<'_>,
    parts: &totals::Parts<'_>,
    words: &Words,
    (caches, expect): (Option<&[CacheSpec]>, Option<&[Expectation]>),
    limits: &Limits,
) -> Option<()> {
    let totals = totals::judge(root, parts)?;
    let (Some(clock), Some(replicas), Some(caches)) = (words.clock, words.replicas, caches) else {
        return Some(());
    };
    let expect = expect.unwrap_or_default();
    let place = |index: usize| root.at(if index == 0 { "cache" } else { "compare" });
    let listed = caches.iter().enumerate().map(|(index, spec)| (place(index), spec.clone()));
    let only_expected = expect.iter().filter_map(|one| one.cache.as_deref()?.parse::<CacheSpec>().ok());
    let only_expected = only_expected.filter(|spec| caches.iter().all(|known| known.policy != spec.policy));
    let caches = listed.chain(only_expected.map(|spec| (root.at("expect"), spec))).collect();
    budget::judge(root, &totals, &budget::Setting { clock, replicas, caches }, limits)
}

/// Whether the steps fit each other and the database, as far as all of it can be read.
fn in_order(
    script: Option<&Field<'_>>,
    steps: Option<&[Option<Step>]>,
    database: Option<&database::Database>,
    population: Option<&Population>,
) -> Option<()> {
    let (Some(script), Some(steps), Some(database)) = (script, steps, database) else { return Some(()) };
    let mut users = population.map(totals::active_users).unwrap_or_default();
    database.users.iter().for_each(|rows| users.add_set(&rows.ids));
    script_consistency::judge(script, steps, &database.mailboxes, users)
}

/// Name, description and seed.
fn head(map: &mut Mapping<'_>, file_name: &str) -> Option<(String, Option<String>, u64)> {
    map.take("$schema");
    let version = map.or("version", 1, |field| match field.whole(1, u64::MAX)? {
        1 => Some(1),
        _ => field.wrong("needs a newer rolesim", "this one reads version 1"),
    });
    let name = map.or("name", name_of_file(file_name), |field| field.text());
    let description = map.maybe("description", |field| field.text());
    let seed = map.or("seed", DEFAULT_SEED, |field| field.whole(0, u64::MAX));
    version?;
    Some((name?, description?, seed?))
}

fn name_of_file(file_name: &str) -> String {
    let stem = std::path::Path::new(file_name).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    match stem {
        Some(stem) if file_name != "-" => stem,
        _ => "standard input".to_owned(),
    }
}
