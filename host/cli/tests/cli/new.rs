//! new; that its projects build and run is shown by the guides.

use serde_json::json;

use crate::harness::Cli;

#[test]
fn the_next_commands_are_told() {
    let cli = Cli::new();
    cli.run(&["new", "--lang", "rust", "visits"]).ok().prints(
        "made visits: a plugin in Rust\nnext:\n  cd visits\n  ./build.sh\n  larder run visits --tenant acme -- /home\n",
    );
    assert!(cli.path("visits/larder/guest/wit/package.wit").is_file());
    let made = cli.run(&["new", "--lang", "javascript", "a b/c", "--name", "counts", "--json"]).ok().json();
    assert_eq!((&made["name"], &made["next"][0]), (&json!("counts"), &json!("cd 'a b/c'")));
    let files = made["files"].as_array().unwrap();
    assert!(files.iter().all(|file| cli.path("a b/c").join(file.as_str().unwrap()).is_file()), "{made}");
}

#[test]
fn nothing_is_written_over() {
    let cli = Cli::new();
    cli.write("taken", b"mine");
    std::fs::create_dir(cli.path("full")).unwrap();
    cli.write("full/notes", b"mine");
    cli.run(&["new", "--lang", "c", "taken"]).ended(1).says(&["error: taken is a file", "hint: "]);
    cli.run(&["new", "--lang", "c", "full"]).ended(1).says(&["full is there already, and not empty"]);
    assert_eq!(std::fs::read(cli.path("full/notes")).unwrap(), b"mine");
    assert_eq!(std::fs::read_dir(cli.path("full")).unwrap().count(), 1);
    std::fs::create_dir(cli.path("empty")).unwrap();
    cli.run(&["new", "--lang", "c", "empty"]).ok();
}

#[test]
fn a_name_has_to_be_one_in_every_language() {
    let cli = Cli::new();
    cli.run(&["new", "--lang", "python", "My_Plugin"])
        .ended(2)
        .says(&["My_Plugin: a name has up to 64", "--name NAME"]);
    cli.run(&["new", "--lang", "python", "world"]).ended(2).says(&["my-world"]);
    assert!(!cli.path("world").exists());
    cli.run(&["new", "--lang", "python", "My_Plugin", "--name", "my-plugin"]).ok();
    let error = cli.run(&["new", "--lang", "python", "x", "--name", "-", "--json"]).ended(2).json_error();
    assert_eq!(error["kind"], "usage");
    cli.run(&["new", "--lang", "cobol", "x"]).ended(2).says(&["rust, js, python, c"]);
    cli.run(&["new", "x"]).ended(2).says(&["--lang"]);
}
