//! render.

use serde_json::json;

use crate::harness::Cli;

#[test]
fn a_group_is_printed_through_a_template() {
    let cli = Cli::with_acme();
    let render = |template: &str| cli.run(&["render", "-t", "acme", "config", template]);
    render("{{.colour}} {{.size}}").ok().prints("blue 12");
    render("{{range $k, $v := .}}{{$k}}={{$v}};{{end}}").ok().prints("colour=blue;size=12;");
    render("{{.none}}").ok().prints("<no value>");
    cli.run(&["render", "-t", "acme", "config", "{{.colour}}", "--json"]).ok().prints("{\"text\":\"blue\"}\n");
    cli.run(&["render", "-t", "acme", "--scope", "other", "config", "[{{len .}}]"]).ok().prints("[0]");
}

#[test]
fn a_template_comes_from_a_file_or_standard_input() {
    let cli = Cli::with_acme();
    cli.write("page.tmpl", b"<b>{{.colour}}</b>\n");
    cli.run(&["render", "-t", "acme", "config", "--file", "page.tmpl"]).ok().prints("<b>blue</b>\n");
    cli.run_with_input(&["render", "-t", "acme", "config", "-"], b"{{.size}}").ok().prints("12");
    cli.run(&["render", "-t", "acme", "config", "--file", "missing"]).ended(1).says(&["cannot read missing"]);
    cli.run(&["render", "-t", "acme", "config"]).ended(2).says(&["<TEMPLATE|--file <FILE>>"]);
    cli.run(&["render", "-t", "acme", "config", "x", "--file", "page.tmpl"]).ended(2);
}

#[test]
fn bytes_that_are_no_text_are_printed_as_they_are() {
    let cli = Cli::with_acme();
    cli.run_with_input(&["set", "-t", "acme", "b", "k", "-"], &[0xff, 0]).ok();
    assert_eq!(cli.run(&["render", "-t", "acme", "b", "{{.k}}"]).ok().bytes(), [0xff, 0]);
    let json = cli.run(&["render", "-t", "acme", "b", "{{.k}}", "--json"]).ok().json();
    assert_eq!(json, json!({"text_base64": "/wA="}));
    cli.write("no-text", &[b'a', 0xff]);
    cli.run(&["render", "-t", "acme", "b", "--file", "no-text"]).ended(2).says(&["not UTF-8"]);
}

#[test]
fn each_way_to_fail_has_its_status_and_prints_nothing() {
    let cli = Cli::with_acme();
    let failed = |template: &str, status: i32| {
        let ran = cli.run(&["render", "-t", "acme", "config", template, "--json"]).ended(status);
        assert_eq!(ran.text(), "");
        ran.json_error()["kind"].as_str().unwrap().to_owned()
    };
    assert_eq!(failed("{{.colour", 2), "template-parse");
    assert_eq!(failed("{{nonsense}}", 2), "template-parse");
    assert_eq!(failed("printed {{index .colour 99}}", 1), "template-execution");
    assert_eq!(
        failed(
            "{{range $i := .}}{{printf \"%65000d\" 1}}{{end}}{{define \"x\"}}{{template \"x\"}}{{end}}{{template \"x\"}}",
            1
        ),
        "template-execution"
    );
    cli.write("long", &"é".repeat(40_000).into_bytes());
    let long = cli.run(&["render", "-t", "acme", "config", "--file", "long", "--json"]).ended(4).json_error();
    assert_eq!(long["kind"], "too-large");
    let prints = "{{define \"a\"}}{{printf \"%60000d\" 1}}{{end}}".to_owned() + &"{{template \"a\"}}".repeat(80);
    assert_eq!(failed(&prints, 4), "too-large");
    cli.run(&["render", "-t", "none", "g", "x"]).ended(1).says(&["there is no tenant none"]);
}
