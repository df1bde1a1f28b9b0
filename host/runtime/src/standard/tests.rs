//! Labels on imports, by a component in its text form: not every tool chain for guests writes them yet.

use larder_engine::{Config, Larder, Store, TenantId};
use wasmtime::component::{Component, Linker, Val};

use crate::{Grant, Instance, Interface, Interfaces, LarderCtx, Plugin, Runtime, RuntimeConfig, Setup, State};

/// Imports the store under two labels. For each, `mark` sets the key `b` in the bucket that is called like the first letters of
/// `bucket`, and `has` looks for it. 2 is a bucket that does not open.
fn component() -> Vec<u8> {
    let label = |name: &str| {
        format!(
            r#"
            (import "team-{name}" (implements "wasi:keyvalue/store@0.2.0-draft") (instance ${name}
                (export "bucket" (type $bucket (sub resource)))
                (type $cases (variant (case "no-such-store") (case "access-denied") (case "other" string)))
                (export "error" (type $error (eq $cases)))
                (export "open" (func (param "identifier" string) (result (result (own $bucket) (error $error)))))
                (export "[method]bucket.set" (func (param "self" (borrow $bucket)) (param "key" string)
                    (param "value" (list u8)) (result (result (error $error)))))
                (export "[method]bucket.exists" (func (param "self" (borrow $bucket)) (param "key" string)
                    (result (result bool (error $error)))))))
            (core func $open-{name}
                (canon lower (func ${name} "open") (memory $memory) (realloc $realloc)))
            (core func $set-{name}
                (canon lower (func ${name} "[method]bucket.set") (memory $memory) (realloc $realloc)))
            (core func $exists-{name}
                (canon lower (func ${name} "[method]bucket.exists") (memory $memory) (realloc $realloc)))
            (core instance $of-{name} (instantiate $code
                (with "libc" (instance $libc))
                (with "store" (instance
                    (export "open" (func $open-{name}))
                    (export "set" (func $set-{name}))
                    (export "exists" (func $exists-{name}))))))
            (func (export "mark-{name}") (param "letters" u32) (result u32) (canon lift (core func $of-{name} "mark")))
            (func (export "has-{name}") (param "letters" u32) (result u32) (canon lift (core func $of-{name} "has")))
            "#
        )
    };
    let text = format!(
        r#"(component
            (core module $libc
                (memory (export "memory") 1)
                (global $free (mut i32) (i32.const 1024))
                (func (export "realloc") (param i32 i32 i32 i32) (result i32)
                    (global.get $free)
                    (global.set $free (i32.add (global.get $free) (i32.and (i32.add (local.get 3) (i32.const 7)) (i32.const -8)))))
                (data (i32.const 0) "bucket"))
            (core instance $libc (instantiate $libc))
            (alias core export $libc "memory" (core memory $memory))
            (alias core export $libc "realloc" (core func $realloc))
            (core module $code
                (import "libc" "memory" (memory 1))
                (import "store" "open" (func $open (param i32 i32 i32)))
                (import "store" "set" (func $set (param i32 i32 i32 i32 i32 i32)))
                (import "store" "exists" (func $exists (param i32 i32 i32 i32)))
                (func $bucket (param $letters i32) (result i32)
                    (call $open (i32.const 0) (local.get $letters) (i32.const 64))
                    (if (result i32) (i32.load8_u (i32.const 64)) (then (i32.const -1)) (else (i32.load (i32.const 68)))))
                (func (export "mark") (param $letters i32) (result i32) (local $bucket i32)
                    (local.set $bucket (call $bucket (local.get $letters)))
                    (if (i32.eq (local.get $bucket) (i32.const -1)) (then (return (i32.const 2))))
                    (call $set (local.get $bucket) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 64))
                    (i32.load8_u (i32.const 64)))
                (func (export "has") (param $letters i32) (result i32) (local $bucket i32)
                    (local.set $bucket (call $bucket (local.get $letters)))
                    (if (i32.eq (local.get $bucket) (i32.const -1)) (then (return (i32.const 2))))
                    (call $exists (local.get $bucket) (i32.const 0) (i32.const 1) (i32.const 64))
                    (i32.load8_u (i32.const 68))))
            {}{})"#,
        label("a"),
        label("b"),
    );
    wat::parse_str(text).unwrap()
}

fn store() -> Store {
    Larder::in_memory(Config::new()).tenant(&TenantId::parse("acme").unwrap()).store()
}

async fn call(instance: &mut Instance, name: &str, letters: u32) -> u32 {
    match instance.call(name, &[Val::U32(letters)]).await.unwrap()[..] {
        [Val::U32(answer)] => answer,
        ref other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_label_of_an_import_is_a_grant_of_its_own_with_buckets_of_any_name() {
    let runtime = Runtime::new(RuntimeConfig::new()).unwrap();
    let plugin = Plugin::load(&runtime, &component(), &Interfaces::of([Interface::Store])).unwrap();
    let store = store();
    let ctx = LarderCtx::builder()
        .grant("team-a", Grant::store(store.clone()))
        .grant("team-b", Grant::store(store.clone()))
        .grant("bucket", Grant::store(store.clone()));
    let mut instance = plugin.instantiate(Setup::new(ctx.build().unwrap())).await.unwrap();
    assert_eq!(call(&mut instance, "mark-a", 6).await, 0);
    assert_eq!(call(&mut instance, "has-a", 6).await, 1);
    for (function, letters) in [("has-b", 6), ("has-a", 5), ("has-a", 0), ("has-b", 0)] {
        assert_eq!(call(&mut instance, function, letters).await, 0, "{function} {letters}");
    }
    assert_eq!(call(&mut instance, "mark-b", 0).await, 0);
    assert_eq!(store.groups("", None, 0).unwrap().groups, ["team-a/bucket", "team-b"]);
}

#[tokio::test]
async fn a_label_that_was_not_granted_opens_nothing() {
    let runtime = Runtime::new(RuntimeConfig::new()).unwrap();
    let plugin = Plugin::load(&runtime, &component(), &Interfaces::of([Interface::Store])).unwrap();
    let ctx = LarderCtx::builder().grant("team-a", Grant::store(store())).grant("default", Grant::store(store()));
    let mut instance = plugin.instantiate(Setup::new(ctx.build().unwrap())).await.unwrap();
    assert_eq!(call(&mut instance, "mark-a", 0).await, 0);
    for letters in [0, 6] {
        assert_eq!(call(&mut instance, "mark-b", letters).await, 2);
    }
    let missing = plugin.program().missing(&Interfaces::none());
    assert_eq!(missing.iter().map(|missing| missing.name.as_str()).collect::<Vec<_>>(), ["team-a", "team-b"]);
}

#[test]
fn a_linker_of_the_host_s_own_gets_what_the_component_imports() {
    let mut config = wasmtime::Config::new();
    config.wasm_component_model_implements(true);
    let engine = wasmtime::Engine::new(&config).unwrap();
    let mut linker = Linker::<State>::new(&engine);
    let component = Component::from_binary(&engine, &component()).unwrap();
    super::add_to_linker(&mut linker, &component).unwrap();
    linker.instantiate_pre(&component).unwrap();
    assert!(super::add_to_linker(&mut linker, &component).is_err(), "it has them already");
}
