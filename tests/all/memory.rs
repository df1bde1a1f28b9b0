//! However much hostile guests ask for, the host's memory stays bounded.
//!
//! It is measured in a process of its own: this test binary, started again for one of its tests.

use std::process::Command;

use larder::Limits;

use crate::support::{Host, plugin};

/// Tells the process that it is the one to be measured.
const MEASURED: &str = "LARDER_MEASURED";

/// What hostile guests may add to the memory of the host, one after the other: the arguments of one call (128 MiB), the
/// memory of one guest (128 MiB), and some room. They ask for gigabytes.
const BOUND_KIB: u64 = 320 << 10;

const PROGRAMS: [&str; 8] = [
    "hostile_allocates",
    "hostile_huge_list",
    "hostile_long_names",
    "hostile_opens_files",
    "hostile_opens_preopen",
    "hostile_opens_stores",
    "hostile_recurses",
    "hostile_two_gigabytes",
];

#[test]
fn hostile_guests_do_not_fill_the_hosts_memory() {
    let measured = Command::new(std::env::current_exe().unwrap())
        .args(["memory::process_to_be_measured", "--exact", "--ignored", "--nocapture"])
        .env(MEASURED, "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&measured.stdout) + String::from_utf8_lossy(&measured.stderr);
    assert!(measured.status.success() && text.contains("KiB were added"), "{text}");
}

/// Not a test: the process that is measured. Otherwise it does nothing.
#[tokio::test]
#[ignore = "the other test here starts it"]
async fn process_to_be_measured() {
    if std::env::var_os(MEASURED).is_none() {
        return;
    }
    // Compiling takes memory of its own.
    for program in PROGRAMS {
        plugin(program);
    }
    let host = Host::new();
    host.run("store_get_and_set").passes().await;
    // Since this, `VmHWM` tells of the highest point.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = status("VmRSS:");
    for program in PROGRAMS {
        let memory = if program == "hostile_huge_list" { 4 << 30 } else { 128 << 20 };
        for _ in 0..3 {
            host.run(program).limits(Limits { memory, ..Limits::default() }).ends().await;
        }
        println!("after {program}: {} KiB at most", status("VmHWM:"));
    }
    let added = status("VmHWM:").saturating_sub(before);
    println!("{added} KiB were added to {before} KiB");
    assert!(added < BOUND_KIB, "{added} KiB were added to {before} KiB");
}

/// A number of KiB that the system tells of this process.
fn status(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
