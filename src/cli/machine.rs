//! What this machine, or who started the program, lets it have.

/// Bytes of memory that the program may take, where something says so: the limit of its addresses, of which stacks and
/// what the allocator sets aside take a part without using it, or that of its control group (version 2), as containers
/// have one.
pub(super) fn memory_bytes() -> Option<u64> {
    [addresses().map(|bytes| bytes / 4 * 3), group()].into_iter().flatten().min()
}

#[cfg(target_os = "linux")]
fn addresses() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::As).current
}

#[cfg(not(target_os = "linux"))]
fn addresses() -> Option<u64> {
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
