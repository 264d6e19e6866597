//! What this machine, or whatever started the program, lets it have.

use std::sync::OnceLock;

/// What a further thread takes of the addresses without using it: its stack, and what the allocator sets aside for it.
const THREAD_BYTES: u64 = 66 << 20;
/// Half of what estimates count for the program itself is there before anything is estimated.
const THERE_BYTES: u64 = 16 << 20;

/// What the program may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MachineLimits {
    /// Threads that run at once; at least 1.
    pub(super) threads: usize,
    /// Bytes of memory; `None` if nothing limits them.
    pub(super) memory_bytes: Option<u64>,
}

/// How much room there is where this many threads are wanted: the limit of the program's addresses leaves some, of which
/// threads take at most an eighth, and so does that of its control group (version 2), as containers have one.
pub(super) fn room(threads: usize) -> MachineLimits {
    static FREE_BYTES: OnceLock<Option<u64>> = OnceLock::new();
    let (threads, addresses) = match *FREE_BYTES.get_or_init(free_bytes) {
        None => (threads, None),
        Some(free_bytes) => {
            let (threads, bytes) = shared_out(free_bytes, threads);
            (threads, Some(bytes))
        }
    };
    MachineLimits { threads, memory_bytes: [addresses, group()].into_iter().flatten().min() }
}

/// How many threads there can be of this many that are wanted, and the memory that is left then. A table that grows takes
/// addresses for what it has no use for yet, so a quarter of them is kept free.
fn shared_out(free_bytes: u64, wanted: usize) -> (usize, u64) {
    let most = usize::try_from(free_bytes / 8 / THREAD_BYTES).unwrap_or(usize::MAX);
    let threads = wanted.min(most);
    // One thread needs none but that of the program.
    let threads = if threads < 2 { 1 } else { threads };
    let taken = if threads < 2 { 0 } else { threads as u64 * THREAD_BYTES };
    (threads, THERE_BYTES + (free_bytes - taken) / 4 * 3)
}

/// Addresses that the program may still take; `None` if nothing limits them.
#[cfg(target_os = "linux")]
fn free_bytes() -> Option<u64> {
    let limit = rustix::process::getrlimit(rustix::process::Resource::As).current?;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let taken = status.lines().find_map(|line| line.strip_prefix("VmSize:")?.trim().strip_suffix(" kB"));
    let taken_kib: u64 = taken.and_then(|taken| taken.parse().ok()).unwrap_or(0);
    Some(limit.saturating_sub(taken_kib << 10))
}

#[cfg(not(target_os = "linux"))]
fn free_bytes() -> Option<u64> {
    None
}

/// The smallest limit of the program's group and those around it.
#[cfg(target_os = "linux")]
fn group() -> Option<u64> {
    let groups = std::fs::read_to_string("/proc/self/cgroup").ok()?;
    let own = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let around = std::path::Path::new("/sys/fs/cgroup").join(own);
    let inside = |folder: &&std::path::Path| folder.starts_with("/sys/fs/cgroup");
    let limits = around
        .ancestors()
        .take_while(inside)
        .filter_map(|folder| std::fs::read_to_string(folder.join("memory.max")).ok()?.trim().parse().ok());
    limits.min()
}

#[cfg(not(target_os = "linux"))]
fn group() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_and_memory_fit_into_what_is_free() {
        for free_mib in 0..3_000 {
            for wanted in [1, 2, 7, 1_024] {
                let free_bytes = free_mib << 20;
                let (threads, bytes) = shared_out(free_bytes, wanted);
                let of_threads = if threads > 1 { threads as u64 * THREAD_BYTES } else { 0 };
                assert!((1..=wanted).contains(&threads));
                assert!(of_threads <= free_bytes / 8);
                assert!(of_threads + bytes <= free_bytes + THERE_BYTES);
            }
        }
        assert_eq!(shared_out(64 << 30, 8).0, 8);
        assert_eq!(shared_out(1_055 << 20, 8).0, 1);
        assert_eq!(shared_out(1_056 << 20, 8).0, 2);
    }
}
