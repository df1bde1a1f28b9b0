//! What cannot be run is refused before it runs, with what is wrong and what to do.

use larder::{Interface, Interfaces, LoadError, Plugin, Program};

use crate::support::{guest, runtime};

#[test]
fn what_is_not_wasm_is_refused() {
    for bytes in [&b""[..], b"hello", b"(component)", b"\0asm", b"\x7fELF\x02\x01\x01\0"] {
        let error = Plugin::load(runtime(), bytes, &Interfaces::all()).unwrap_err();
        assert!(matches!(error, LoadError::NotWasm), "{error:?}");
    }
    let missing = Plugin::load_file(runtime(), "no/such/file.wasm", &Interfaces::all()).unwrap_err();
    assert!(missing.to_string().contains("no/such/file.wasm"), "{missing}");
}

#[test]
fn a_core_module_is_refused_with_how_to_make_a_component() {
    let error = Plugin::load(runtime(), b"\0asm\x01\0\0\0", &Interfaces::all()).unwrap_err();
    assert!(matches!(error, LoadError::CoreModule), "{error:?}");
    assert!(error.to_string().contains("wasm32-wasip2"), "{error}");
}

#[test]
fn a_component_that_is_cut_off_or_altered_is_refused() {
    let bytes = std::fs::read(guest("store_get_and_set")).unwrap();
    for length in [8, 9, 100, bytes.len() / 2, bytes.len() - 1] {
        let loaded = Plugin::load(runtime(), &bytes[..length], &Interfaces::all());
        // Eight bytes are a component, one that does nothing.
        assert!(length == 8 || matches!(loaded, Err(LoadError::Invalid { .. })), "{length}: {loaded:?}");
    }
}

#[test]
fn every_interface_that_is_not_granted_is_listed() {
    let program = Program::from_file(runtime(), guest("transactions_have_every_function")).unwrap();
    let missing = |granted: Interfaces| -> Vec<String> {
        program.missing(&granted).into_iter().map(|import| import.name).collect()
    };
    assert!(missing(Interfaces::all()).is_empty());
    let listed = missing(Interfaces::of([Interface::Store, Interface::Batch]));
    assert_eq!(listed, ["larder:store/atomics@0.1.0", "larder:store/transactions@0.1.0"]);
    assert_eq!(missing(Interfaces::none()).len(), 5, "and the types");
    let error = program.link(&Interfaces::of([Interface::Store])).unwrap_err();
    let text = error.to_string();
    for name in ["larder:store/batch@0.1.0", "larder:store/atomics@0.1.0", "larder:store/transactions@0.1.0"] {
        assert!(text.contains(name), "{text}");
    }
}

#[test]
fn a_component_imports_what_it_calls_and_nothing_else() {
    let program = Program::from_file(runtime(), guest("store_get_and_set")).unwrap();
    assert!(program.missing(&Interfaces::of([Interface::Store])).is_empty());
    let names: Vec<_> = program.imports().into_iter().map(|import| import.name).collect();
    assert!(!names.iter().any(|name| name.starts_with("larder:store/batch")), "{names:?}");
}
