//! triggers.

use serde_json::Value;

use crate::harness::{Cli, guest};

/// A trigger `mirror` that is told of the scope `source` and copies it to the scope `mirror`; it fails for the key "bad".
fn cli() -> Cli {
    let cli = Cli::with_acme();
    cli.manifest(&format!(
        "[plugin.mirror]
        component = {:?}
        on-change = {{ label = \"source\", attempts = 2, first-wait = \"1ms\", longest-wait = \"1ms\" }}
        [plugin.mirror.grants.source]
        scope = \"source\"
        access = \"read-only\"
        [plugin.mirror.grants.mirror]
        scope = \"mirror\"
        ",
        guest("triggers_mirror")
    ));
    cli
}

fn set(cli: &Cli, scope: &str, group: &str, key: &str) {
    cli.run(&["set", "-t", "acme", "--scope", scope, group, key, "v"]).ok();
}

/// What the trigger was told of, in order.
fn told(cli: &Cli) -> String {
    cli.run(&["list", "-t", "acme", "--scope", "mirror", "order", "--values"]).ok().text().to_owned()
}

fn parked(cli: &Cli) -> Vec<Value> {
    cli.run(&["triggers", "parked", "-t", "acme", "--json"]).ok().json_lines()
}

#[test]
fn what_was_committed_is_told_once_and_in_order() {
    let cli = cli();
    for key in ["a", "b"] {
        set(&cli, "source", "g", key);
    }
    cli.run(&["triggers", "status", "-t", "acme"]).ok().prints("");
    cli.run(&["triggers", "run", "--once"]).ok();
    assert_eq!(told(&cli), "0000\ta\n0001\tb\n");
    let status = cli.run(&["triggers", "status", "-t", "acme", "--json"]).ok().json();
    assert_eq!((&status["trigger"], &status["parked"]), (&"mirror".into(), &0.into()));
    set(&cli, "source", "g", "c");
    cli.run(&["triggers", "run", "mirror", "--tenant", "acme", "--once"]).ok();
    cli.run(&["triggers", "run", "--once"]).ok();
    assert_eq!(told(&cli), "0000\ta\n0001\tb\n0002\tc\n");
    cli.run(&["triggers", "status", "-t", "acme"]).ok().shows(&["mirror\tdone up to commit ", "\t0 parked\n"]);
}

#[test]
fn what_fails_is_put_aside_and_can_be_tried_again_or_given_up() {
    let cli = cli();
    for key in ["a", "bad", "traps", "b"] {
        set(&cli, "source", "g", key);
    }
    cli.run(&["triggers", "run", "--once"]).ok();
    assert_eq!(told(&cli), "0000\ta\n0001\tb\n");
    let aside = parked(&cli);
    let keys: Vec<&Value> = aside.iter().map(|parked| &parked["event"]["key"]).collect();
    assert_eq!(keys, ["bad", "traps"]);
    assert_eq!((&aside[0]["trigger"], &aside[0]["attempts"]), (&"mirror".into(), &2.into()));
    cli.run(&["triggers", "parked", "-t", "acme"]).ok().shows(&["bad cannot be taken", "2 attempts"]);
    cli.run(&["triggers", "parked", "-t", "acme", "--trigger", "other"]).ok().prints("");

    cli.run(&["triggers", "retry", "-t", "acme", "--all"]).ended(1).shows(&["bad cannot be taken"]);
    assert_eq!(parked(&cli).len(), 2);
    set(&cli, "mirror", "mended", "bad");
    let id = aside[0]["id"].to_string();
    let done = cli.run(&["triggers", "retry", "-t", "acme", &id, "--json"]).ok().json();
    assert_eq!((&done["id"], &done["done"]), (&aside[0]["id"], &true.into()));
    assert_eq!(told(&cli), "0000\ta\n0001\tb\n0002\tbad\n");

    let id = aside[1]["id"].to_string();
    cli.run(&["triggers", "drop", "-t", "acme", &id]).ok();
    cli.run(&["triggers", "drop", "-t", "acme", &id]).ended(1);
    assert!(parked(&cli).is_empty());
}

#[test]
fn one_that_is_forgotten_begins_anew() {
    let cli = cli();
    set(&cli, "source", "g", "a");
    cli.run(&["triggers", "run", "--once"]).ok();
    cli.run(&["triggers", "forget", "-t", "acme", "mirror"]).ok();
    cli.run(&["triggers", "forget", "-t", "acme", "mirror"]).ended(1);
    cli.run(&["triggers", "run", "--once"]).ok();
    assert_eq!(told(&cli), "0000\ta\n0001\ta\n");
}

#[test]
fn what_is_no_trigger_is_named() {
    let cli = cli();
    cli.run(&["triggers", "run", "nothing", "--once"]).ended(1).says(&["nothing", "triggers are: mirror"]);
    cli.manifest(&format!(
        "[plugin.plain]\ncomponent = {:?}\non-change = {{ }}\n[plugin.plain.grants.default]\n",
        guest("store_get_and_set")
    ));
    cli.run(&["triggers", "run", "--once"]).ended(10).says(&["plain exports neither larder:store/on-change"]);
    cli.manifest("");
    cli.run(&["triggers", "run", "--once"]).ended(1).says(&["there is no trigger"]);
    cli.run(&["triggers", "status", "-t", "nobody"]).ended(1);
}

/// A component of another host that exports `watcher` is called as one that exports `on-change` is.
#[test]
fn a_watcher_is_called_for_the_bucket_of_its_label() {
    let cli = Cli::with_acme();
    for (before, program) in ["watchers_draft", "watchers_draft2", "watchers_wasmcloud"].into_iter().enumerate() {
        let scope = program.replace('_', "-");
        cli.manifest(&format!(
            "[plugin.{program}]
            component = {:?}
            on-change = {{ label = \"source\", attempts = 2, first-wait = \"1ms\", longest-wait = \"1ms\" }}
            [plugin.{program}.grants.source]
            scope = \"{scope}\"
            [plugin.{program}.grants.heard]
            scope = \"{scope}\"
            ",
            guest(program)
        ));
        set(&cli, &scope, "source", "k");
        set(&cli, &scope, "elsewhere", "not-told");
        cli.run(&["triggers", "run", "--once"]).ok();
        set(&cli, &scope, "source", "bad");
        cli.run(&["delete", "-t", "acme", "--scope", &scope, "source", "k"]).ok();
        cli.run(&["triggers", "run", "--once"]).ok();
        let heard = cli.run(&["get", "heard", "all", "-t", "acme", "--scope", &scope]).ok();
        assert_eq!(heard.text().trim_end(), "set k v\ndelete k", "{program}");
        assert_eq!(parked(&cli).len(), before + 1, "{program}: the one that fails");
    }
}
