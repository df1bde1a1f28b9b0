//! Guests in the text format of WebAssembly, for what needs no contract: limits, ends, loading.

use std::time::{Duration, Instant};

use super::*;
use crate::{Interfaces, LarderCtx, Limits};

/// `f` of this component runs `body` of its core module.
fn component(body: &str) -> String {
    format!(
        "(component
          (core module $m (memory 1) (func (export \"f\") {body}))
          (core instance $i (instantiate $m))
          (func (export \"f\") (canon lift (core func $i \"f\"))))"
    )
}

/// `f` of this component waits an hour, once or for ever, without ever waiting for the answer.
const CLOCK: &str = "
    (import \"wasi:io/poll@0.2.0\" (instance $poll
      (export \"pollable\" (type $p (sub resource)))
      (export \"[method]pollable.block\" (func (param \"self\" (borrow $p))))))
    (alias export $poll \"pollable\" (type $pollable))
    (import \"wasi:clocks/monotonic-clock@0.2.0\" (instance $clock
      (alias outer 1 $pollable (type $outer))
      (export \"pollable\" (type $p (eq $outer)))
      (export \"subscribe-duration\" (func (param \"when\" u64) (result (own $p))))))
    (core func $wait (canon lower (func $clock \"subscribe-duration\")))
    (core func $block (canon lower (func $poll \"[method]pollable.block\")))
    (core instance $host (export \"wait\" (func $wait)) (export \"block\" (func $block)))";

fn waiting(body: &str) -> String {
    format!(
        "(component {CLOCK}
          (core module $m
            (import \"h\" \"wait\" (func $wait (param i64) (result i32)))
            (import \"h\" \"block\" (func $block (param i32)))
            (func (export \"f\") {body}))
          (core instance $i (instantiate $m (with \"h\" (instance $host))))
          (func (export \"f\") (canon lift (core func $i \"f\"))))"
    )
}

fn runtime() -> Runtime {
    Runtime::new(RuntimeConfig::new()).unwrap()
}

fn load(text: &str) -> Result<Plugin, LoadError> {
    Plugin::load(&runtime(), &wat::parse_str(text).unwrap(), &Interfaces::none())
}

fn setup(limits: Limits) -> Setup {
    Setup::new(LarderCtx::builder().limits(limits).build().unwrap())
}

fn brief() -> Limits {
    Limits { time: Duration::from_millis(50), ..Limits::default() }
}

async fn call(text: &str, limits: Limits) -> Result<(), RunError> {
    let mut instance = load(text).unwrap().instantiate(setup(limits)).await?;
    instance.call("f", &[]).await.map(drop)
}

#[tokio::test]
async fn a_guest_that_ends_well_answers() {
    call(&component(""), Limits::default()).await.unwrap();
}

#[tokio::test]
async fn a_guest_that_loops_for_ever_ends_and_lets_others_run() {
    let plugin = load(&component("(loop br 0)")).unwrap();
    let looping = async {
        let ended = plugin.instantiate(setup(brief())).await.unwrap().call("f", &[]).await;
        (ended, Instant::now())
    };
    let other = load(&component("")).unwrap();
    let other = async {
        other.instantiate(setup(Limits::default())).await.unwrap().call("f", &[]).await.unwrap();
        Instant::now()
    };
    // Both are on this one thread, and the one that loops is first.
    let ((looped, late), early) = tokio::join!(looping, other);
    assert!(matches!(looped, Err(RunError::TimeOut { limit }) if limit == brief().time), "{looped:?}");
    assert!(early < late);
}

#[tokio::test]
async fn a_guest_that_waits_in_the_host_ends() {
    let ended = call(&waiting("(call $block (call $wait (i64.const 3600000000000)))"), brief()).await;
    assert!(matches!(ended, Err(RunError::TimeOut { .. })), "{ended:?}");
}

#[tokio::test]
async fn a_guest_that_opens_handles_for_ever_ends() {
    let limits = Limits { resources: 10, ..Limits::default() };
    let ended = call(&waiting("(loop (drop (call $wait (i64.const 1))) br 0)"), limits).await;
    assert!(matches!(ended, Err(RunError::TooManyHandles { limit: 10 })), "{ended:?}");
}

/// `f` of this component traps if it gets a socket.
const SOCKET: &str = "(component
    (import \"wasi:sockets/network@0.2.0\" (instance $network
      (type $code (enum \"unknown\" \"access-denied\" \"not-supported\" \"invalid-argument\" \"out-of-memory\" \"timeout\"
        \"concurrency-conflict\" \"not-in-progress\" \"would-block\" \"invalid-state\" \"new-socket-limit\"
        \"address-not-bindable\" \"address-in-use\" \"remote-unreachable\" \"connection-refused\" \"connection-reset\"
        \"connection-aborted\" \"datagram-too-large\" \"name-unresolvable\" \"temporary-resolver-failure\"
        \"permanent-resolver-failure\"))
      (export \"error-code\" (type (eq $code)))
      (type $family (enum \"ipv4\" \"ipv6\"))
      (export \"ip-address-family\" (type (eq $family)))))
    (alias export $network \"error-code\" (type $code))
    (alias export $network \"ip-address-family\" (type $family))
    (import \"wasi:sockets/tcp@0.2.0\" (instance $tcp (export \"tcp-socket\" (type (sub resource)))))
    (alias export $tcp \"tcp-socket\" (type $socket))
    (import \"wasi:sockets/tcp-create-socket@0.2.0\" (instance $create
      (alias outer 1 $code (type $code_)) (export \"error-code\" (type $code (eq $code_)))
      (alias outer 1 $family (type $family_)) (export \"ip-address-family\" (type $family (eq $family_)))
      (alias outer 1 $socket (type $socket_)) (export \"tcp-socket\" (type $socket (eq $socket_)))
      (export \"create-tcp-socket\"
        (func (param \"address-family\" $family) (result (result (own $socket) (error $code)))))))
    (core module $memory (memory (export \"m\") 1))
    (core instance $memory (instantiate $memory))
    (core func $open (canon lower (func $create \"create-tcp-socket\") (memory (core memory $memory \"m\"))))
    (core module $m
      (import \"h\" \"m\" (memory 1))
      (import \"h\" \"open\" (func $open (param i32 i32)))
      (func (export \"f\")
        (call $open (i32.const 0) (i32.const 0))
        (if (i32.eqz (i32.load8_u (i32.const 0))) (then unreachable))))
    (core instance $host (export \"open\" (func $open)) (export \"m\" (memory $memory \"m\")))
    (core instance $i (instantiate $m (with \"h\" (instance $host))))
    (func (export \"f\") (canon lift (core func $i \"f\"))))";

#[tokio::test]
async fn a_guest_gets_no_socket() {
    call(SOCKET, Limits::default()).await.unwrap();
}

/// `f` of this component makes handles of a resource of its own for ever.
const OWN_RESOURCES: &str = "(component
    (type $r (resource (rep i32)))
    (core func $new (canon resource.new $r))
    (core module $m
      (import \"h\" \"new\" (func $new (param i32) (result i32)))
      (func (export \"f\") (loop (drop (call $new (i32.const 0))) br 0)))
    (core instance $i (instantiate $m (with \"h\" (instance (export \"new\" (func $new))))))
    (func (export \"f\") (canon lift (core func $i \"f\"))))";

#[tokio::test]
async fn a_guest_that_makes_handles_of_its_own_for_ever_ends() {
    let ended = call(OWN_RESOURCES, Limits::default()).await;
    assert!(matches!(ended, Err(RunError::TooManyHandles { limit: 1024 })), "{ended:?}");
}

/// `f` of this component opens a label of 100 bytes.
const OPENING: &str = "(component
    (import \"larder:store/store@0.1.0\" (instance $s
      (export \"store\" (type $store (sub resource)))
      (type $quota_ (enum \"keys\" \"groups\" \"bytes\"))
      (export \"quota\" (type $quota (eq $quota_)))
      (type $exceeded_ (record (field \"quota\" $quota) (field \"used\" u64) (field \"limit\" u64)))
      (export \"quota-exceeded\" (type $exceeded (eq $exceeded_)))
      (type $size_ (enum \"group\" \"key\" \"value\" \"batch\" \"response\" \"template\" \"entries\"))
      (export \"size-limit\" (type $size (eq $size_)))
      (type $large_ (record (field \"what\" $size) (field \"size\" u64) (field \"limit\" u64)))
      (export \"too-large\" (type $large (eq $large_)))
      (type $holding_ (enum \"stores\" \"transactions\" \"watchers\" \"workspaces\" \"rows\" \"archives\"))
      (export \"holding\" (type $holding (eq $holding_)))
      (type $many_ (record (field \"what\" $holding) (field \"limit\" u32)))
      (export \"too-many\" (type $many (eq $many_)))
      (type $error_ (variant
        (case \"access-denied\") (case \"invalid-argument\" string) (case \"too-large\" $large)
        (case \"quota-exceeded\" $exceeded) (case \"too-many\" $many) (case \"not-a-counter\") (case \"overflow\")
        (case \"transaction-open\") (case \"transaction-expired\") (case \"conflict\") (case \"busy\") (case \"closed\")
        (case \"unavailable\") (case \"unsupported\" string)))
      (export \"error\" (type $error (eq $error_)))
      (export \"[static]store.open\" (func (param \"label\" string) (result (result (own $store) (error $error)))))))
    (core module $l
      (memory (export \"memory\") 1)
      (func (export \"realloc\") (param i32 i32 i32 i32) (result i32) i32.const 4096))
    (core instance $l (instantiate $l))
    (core func $open (canon lower (func $s \"[static]store.open\")
      (memory (core memory $l \"memory\")) (realloc (core func $l \"realloc\"))))
    (core module $m
      (import \"h\" \"open\" (func $open (param i32 i32 i32)))
      (func (export \"f\") (call $open (i32.const 0) (i32.const 100) (i32.const 1024))))
    (core instance $i (instantiate $m (with \"h\" (instance (export \"open\" (func $open))))))
    (func (export \"f\") (canon lift (core func $i \"f\"))))";

#[tokio::test]
async fn a_call_that_passes_too_much_to_the_host_ends() {
    let plugin = Plugin::load(&runtime(), &wat::parse_str(OPENING).unwrap(), &Interfaces::all()).unwrap();
    let open = async |call_bytes| {
        let limits = Limits { call_bytes, ..Limits::default() };
        plugin.instantiate(setup(limits)).await.unwrap().call("f", &[]).await
    };
    open(100).await.unwrap();
    let ended = open(99).await;
    assert!(matches!(ended, Err(RunError::CallTooLarge { limit: 99 })), "{ended:?}");
}

#[tokio::test]
async fn a_guest_that_allocates_for_ever_ends() {
    let limits = Limits { memory: 1 << 20, ..Limits::default() };
    let greedy = component("(loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) unreachable");
    let ended = call(&greedy, limits.clone()).await;
    assert!(matches!(ended, Err(RunError::OutOfMemory { limit, .. }) if limit == 1 << 20), "{ended:?}");
    let modest = component("(loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))");
    call(&modest, limits).await.unwrap();
}

#[tokio::test]
async fn a_guest_that_starts_too_large_is_not_made() {
    let ended = call(&component(""), Limits { memory: 65_535, ..Limits::default() }).await;
    assert!(matches!(ended, Err(RunError::OutOfMemory { limit: 65_535, .. })), "{ended:?}");
}

#[tokio::test]
async fn a_run_can_be_a_task() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let plugin = load(&component("")).unwrap();
    drop(is_send(plugin.run_command(setup(Limits::default()))));
    let mut instance = is_send(is_send(plugin.instantiate(setup(Limits::default()))).await.unwrap());
    is_send(instance.call("f", &[])).await.unwrap();
}

#[tokio::test]
async fn a_trap_says_why_and_where() {
    let ended = call(&component("unreachable"), Limits::default()).await;
    let Err(RunError::Trap { message, backtrace: Some(backtrace) }) = ended else { panic!("{ended:?}") };
    assert!(message.contains("unreachable") && backtrace.contains("0:"), "{message} {backtrace}");
}

#[tokio::test]
async fn after_a_trap_an_instance_is_of_no_more_use() {
    let plugin = load(&component("unreachable")).unwrap();
    let mut instance = plugin.instantiate(setup(Limits::default())).await.unwrap();
    for _ in 0..2 {
        assert!(matches!(instance.call("f", &[]).await, Err(RunError::Trap { .. })));
    }
    plugin.instantiate(setup(Limits::default())).await.unwrap();
}

#[tokio::test]
async fn calls_are_checked_before_they_run() {
    let mut instance = load(&component("unreachable")).unwrap().instantiate(setup(Limits::default())).await.unwrap();
    let unknown = instance.call("g", &[]).await.unwrap_err();
    assert!(matches!(&unknown, RunError::NoSuchExport { available, .. } if available == &["f"]), "{unknown:?}");
    let arguments = instance.call("f", &[wasmtime::component::Val::Bool(true)]).await;
    assert!(matches!(arguments, Err(RunError::Arguments { .. })), "{arguments:?}");
}

/// A program for the command line that runs `body`, which answers 0 for good and 1 for bad.
fn command(body: &str) -> String {
    format!(
        "(component
          (import \"wasi:cli/exit@0.2.0\" (instance $exit
            (export \"exit\" (func (param \"status\" (result))))))
          (core func $exit (canon lower (func $exit \"exit\")))
          (core module $m
            (import \"h\" \"exit\" (func $exit (param i32)))
            (func (export \"f\") (result i32) {body}))
          (core instance $i (instantiate $m (with \"h\" (instance (export \"exit\" (func $exit))))))
          (func $run (result (result)) (canon lift (core func $i \"f\")))
          (instance $command (export \"run\" (func $run)))
          (export \"wasi:cli/run@0.2.0\" (instance $command)))"
    )
}

#[tokio::test]
async fn a_command_has_an_exit_status() {
    for (body, status) in [
        ("i32.const 0", 0),
        ("i32.const 1", 1),
        ("i32.const 1 call $exit unreachable", 1),
        ("i32.const 0 call $exit unreachable", 0),
    ] {
        let plugin = load(&command(body)).unwrap();
        assert!(plugin.program().is_command());
        assert_eq!(plugin.run_command(setup(Limits::default())).await.unwrap(), status, "{body}");
    }
    let not_one = load(&component("")).unwrap().run_command(setup(Limits::default())).await;
    assert!(matches!(not_one, Err(RunError::NotACommand)), "{not_one:?}");
}

#[test]
fn what_is_no_component_is_refused_with_advice() {
    let load = |bytes: &[u8]| Program::from_bytes(&runtime(), bytes).unwrap_err();
    assert!(matches!(load(b""), LoadError::NotWasm));
    assert!(matches!(load(b"#!/bin/sh"), LoadError::NotWasm));
    let module = load(&wat::parse_str("(module)").unwrap());
    assert!(module.to_string().contains("wasm-tools component new"), "{module}");
    let mut broken = wat::parse_str(component("")).unwrap();
    broken.truncate(40);
    assert!(matches!(load(&broken), LoadError::Invalid { .. }));
}

#[test]
fn what_was_not_granted_is_listed() {
    let text =
        "(component (import \"larder:store/batch@0.1.0\" (instance)) (import \"wasi:http/types@0.2.0\" (instance)))";
    let Err(LoadError::Missing { imports }) = load(text) else { panic!("it was loaded") };
    let names: Vec<_> = imports.iter().map(|import| import.name.as_str()).collect();
    assert_eq!(names, ["larder:store/batch@0.1.0", "wasi:http/types@0.2.0"]);
    let unlike = "(component (import \"wasi:cli/exit@0.2.0\" (instance (export \"leave\" (func)))))";
    assert!(matches!(load(unlike), Err(LoadError::Mismatch { .. })));
}

#[test]
fn compiled_code_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let load = || {
        let runtime = Runtime::new(RuntimeConfig::new().cache(folder.path().join("cache"))).unwrap();
        Program::from_bytes(&runtime, &wat::parse_str(component("")).unwrap()).unwrap();
        runtime.cache_hits()
    };
    assert_eq!((load(), load()), (0, 1));
}

#[cfg(unix)]
#[test]
fn a_cache_that_others_can_write_to_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let refused = Runtime::new(RuntimeConfig::new().cache(folder.path())).unwrap_err();
    assert!(matches!(refused, RuntimeError::CacheDirectory { .. }), "{refused:?}");
}

#[tokio::test]
async fn a_pool_has_an_end() {
    let pooling = Pooling { instances: 1, memory: 1 << 20 };
    let runtime = Runtime::new(RuntimeConfig::new().pooling(pooling)).unwrap();
    let plugin = Plugin::load(&runtime, &wat::parse_str(component("")).unwrap(), &Interfaces::none()).unwrap();
    let mut first = plugin.instantiate(setup(Limits::default())).await.unwrap();
    let second = plugin.instantiate(setup(Limits::default())).await;
    assert!(matches!(second, Err(RunError::NoRoom { .. })), "{second:?}");
    first.call("f", &[]).await.unwrap();
    drop(first);
    plugin.instantiate(setup(Limits::default())).await.unwrap().call("f", &[]).await.unwrap();
}

/// `f` counts its calls in the memory of the instance; the third ends in a trap.
const COUNTING: &str = "(component
    (core module $m
      (memory 1)
      (func (export \"f\") (result i32)
        (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1)))
        (if (i32.eq (i32.load (i32.const 8)) (i32.const 3)) (then unreachable))
        (i32.load (i32.const 8))))
    (core instance $i (instantiate $m))
    (func (export \"f\") (result u32) (canon lift (core func $i \"f\"))))";

async fn count(warm: &Warm, tenant: &str) -> Result<u32, RunError> {
    let tenant = larder_engine::TenantId::parse(tenant).unwrap();
    let answer = warm.call::<RunError>(&tenant, || Ok(setup(Limits::default())), "f", &[]).await?;
    let [wasmtime::component::Val::U32(count)] = answer[..] else { panic!("{answer:?}") };
    Ok(count)
}

#[tokio::test]
async fn a_warm_instance_goes_on_for_its_own_tenant_alone() {
    for pooling in [None, Some(Pooling { instances: 3, memory: 1 << 20 })] {
        let config = pooling.into_iter().fold(RuntimeConfig::new(), RuntimeConfig::pooling);
        let runtime = Runtime::new(config).unwrap();
        let plugin = Plugin::load(&runtime, &wat::parse_str(COUNTING).unwrap(), &Interfaces::none()).unwrap();
        let warm = Warm::new(plugin, 2);
        assert_eq!((count(&warm, "a").await.unwrap(), count(&warm, "a").await.unwrap()), (1, 2));
        assert_eq!(count(&warm, "b").await.unwrap(), 1);
        // One that trapped is not used again.
        assert!(matches!(count(&warm, "a").await, Err(RunError::Trap { .. })));
        assert_eq!(warm.idle_instances(), 1);
        // In the place of another tenant's memory, a new one finds nothing of it.
        assert_eq!(count(&warm, "a").await.unwrap(), 1);
        assert_eq!(count(&warm, "c").await.unwrap(), 1);
        assert_eq!((warm.idle_instances(), count(&warm, "b").await.unwrap()), (2, 1));
        warm.forget(&larder_engine::TenantId::parse("b").unwrap());
        assert_eq!((warm.idle_instances(), count(&warm, "b").await.unwrap()), (1, 1));
    }
}

#[tokio::test]
async fn a_pooled_place_has_nothing_of_the_one_before() {
    let runtime = Runtime::new(RuntimeConfig::new().pooling(Pooling { instances: 1, memory: 4 << 20 })).unwrap();
    // Looks for anything but zeros where a guest before it could write: its whole memory, and its globals; then fills it.
    let text = "(component
        (core module $m
          (memory 64)
          (global $g (mut i64) (i64.const 0))
          (table $t 100 funcref)
          (func $self)
          (elem declare func $self)
          (func (export \"f\") (result i32)
            (local $at i32) (local $found i32)
            (loop $next
              (local.set $found (i32.or (local.get $found) (i64.ne (i64.load (local.get $at)) (i64.const 0))))
              (i64.store (local.get $at) (i64.const -1))
              (local.set $at (i32.add (local.get $at) (i32.const 8)))
              (br_if $next (i32.lt_u (local.get $at) (i32.const 4194304))))
            (local.set $found (i32.or (local.get $found) (i64.ne (global.get $g) (i64.const 0))))
            (global.set $g (i64.const -1))
            (if (i32.eqz (ref.is_null (table.get $t (i32.const 99)))) (then (local.set $found (i32.const 2))))
            (table.set $t (i32.const 99) (ref.func $self))
            (local.get $found)))
        (core instance $i (instantiate $m))
        (func (export \"f\") (result u32) (canon lift (core func $i \"f\"))))";
    let plugin = Plugin::load(&runtime, &wat::parse_str(text).unwrap(), &Interfaces::none()).unwrap();
    for _ in 0..5 {
        let mut instance = plugin.instantiate(setup(Limits::default())).await.unwrap();
        let found = instance.call("f", &[]).await.unwrap();
        assert_eq!(found, [wasmtime::component::Val::U32(0)]);
    }
}
