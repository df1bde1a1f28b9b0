//! Settings are read by name, and all of them in the order of their names.

larder_test_programs::bindings! { path: "../../wit/standard/config", world: "all" }

larder_test_programs::reads_settings!();
