//! Templates that a hostile plugin writes. Each has to end soon, without much memory and with a typed error.

use std::time::{Duration, Instant};

use larder_engine::{Error, SizeLimit, Store};
use proptest::prelude::*;

use super::store;

/// Well above what the steps cost on a slow machine, and below what an attack would take.
const SOON: Duration = Duration::from_secs(60);

fn refused(store: &Store, template: &str) -> Error {
    let begun = Instant::now();
    let error = store.render("g", template).unwrap_err();
    assert!(begun.elapsed() < SOON, "{:?}: {template:.80}", begun.elapsed());
    error
}

/// The stack that threads have, and less than what tests have on the main one.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(1024 * 1024).spawn(work).unwrap().join().unwrap();
}

#[test]
fn loops_without_end_are_ended() {
    let store = store(&[("a", b"1")]);
    for template in [
        "{{range 1000000000}}{{end}}",
        "{{range 1000000}}{{range 1000000}}{{end}}{{end}}",
        "{{range 9223372036854775807}}{{if .}}{{end}}{{end}}",
        "{{range 1000000000}}{{$x := .}}{{end}}",
        "{{range 1000000000}}{{if eq . 1}}{{continue}}{{end}}{{end}}",
        "{{define \"r\"}}{{template \"r\"}}{{end}}{{range 1000000000}}{{with .}}{{end}}{{end}}",
    ] {
        assert!(matches!(refused(&store, template), Error::TemplateExecution(_)), "{template}");
    }
}

#[test]
fn calls_that_double_are_ended() {
    let mut template = String::new();
    for n in 0..100 {
        template +=
            &format!("{{{{define \"t{n}\"}}}}{{{{template \"t{0}\"}}}}{{{{template \"t{0}\"}}}}{{{{end}}}}", n + 1);
    }
    template += "{{define \"t100\"}}{{end}}{{template \"t0\"}}";
    assert!(matches!(refused(&store(&[]), &template), Error::TemplateExecution(_)));
}

#[test]
fn comparing_much_costs_steps() {
    let (one, two) = (vec![b'x'; 4 << 20], vec![b'x'; 4 << 20]);
    let store = store(&[("a", &one), ("b", &two)]);
    for template in [
        "{{$a := .a}}{{$b := .b}}{{range 1000000}}{{if eq $a $b}}{{end}}{{end}}",
        "{{$a := .a}}{{$b := .b}}{{range 1000000}}{{if lt $a $b}}{{end}}{{end}}",
        "{{$a := .a}}{{range 1000000}}{{if len $a}}{{end}}{{end}}",
    ] {
        assert!(matches!(refused(&store, template), Error::TemplateExecution(_)), "{template}");
    }
}

#[test]
fn what_is_printed_and_made_is_bounded() {
    let big = vec![b'"'; 1 << 20];
    let store = store(&[("big", &big), ("s", b"0123456789")]);
    let verbs = "%65535d".repeat(5000);
    let again = "%[1]q".repeat(5000);
    for template in [
        "{{range 1000000}}{{$.s}}{{end}}",
        "{{range 1000000}}{{$}}{{end}}",
        "{{$x := .s}}{{range 100}}{{$x = printf \"%s%s\" $x $x}}{{end}}",
        "{{$x := .s}}{{range 100}}{{$x = print $x $x}}{{end}}",
        "{{$x := .s}}{{range 100}}{{$x = html $x $x}}{{end}}",
        "{{range 1000000}}{{$x := slice $.big 1}}{{end}}",
        "{{range 100}}{{$x := printf \"%1000000000d\" 1}}{{end}}",
        "{{range 100}}{{$x := printf \"%*d\" 1000000000 1}}{{end}}",
        "{{range 100}}{{$x := printf \"%.1000000000f\" 1.0}}{{end}}",
        "{{range 100}}{{$x := printf \"%99999999999999999999999d\" 1}}{{end}}",
        &format!("{{{{printf \"{verbs}\"}}}}"),
        &format!("{{{{printf \"{again}\" .big}}}}"),
        "{{html .big .big .big .big .big}}",
        "{{println . . . . .}}",
    ] {
        let error = refused(&store, template);
        assert!(matches!(error, Error::TooLarge { what: SizeLimit::Response, .. }), "{template:.80}: {error}");
    }
}

#[test]
fn depth_costs_no_stack() {
    on_a_small_stack(|| {
        let store = store(&[("a", b"1")]);
        let many = 2_500;
        let nested = |open: &str, close: &str| open.repeat(many) + &close.repeat(many);
        let templates = [
            nested("{{if .a}}", "{{end}}"),
            nested("{{range 1}}", "{{end}}"),
            nested("{{block \"b\" .}}", "{{end}}"),
            format!("{{{{if .b}}}}{}{{{{end}}}}", "{{else if .b}}".repeat(many)),
            format!("{{{{with .b}}}}{}{{{{end}}}}", "{{else with .b}}".repeat(many)),
            format!("{{{{{}1{}}}}}", "(".repeat(20_000), ")".repeat(20_000)),
            format!("{{{{{}1}}}}", "(".repeat(60_000)),
            format!("{{{{{}1{}}}}}", "(print ".repeat(5_000), ")".repeat(5_000)),
        ];
        for template in templates {
            assert!(matches!(refused(&store, &template), Error::TemplateParse(_)), "{template:.80}");
        }
        let recursive = "{{define \"r\"}}{{range 1}}{{with 1}}{{if 1}}{{template \"r\" (((((1)))))}}{{end}}{{end}}{{end}}{{end}}\
                         {{template \"r\"}}";
        assert!(matches!(refused(&store, recursive), Error::TemplateExecution(_)));
        // As deep as it may be, in each of the ways.
        let parens = format!("{}.a{}", "(".repeat(30), ")".repeat(30));
        let deep = format!("{}{{{{{parens}}}}}{}", "{{if .a}}".repeat(64), "{{end}}".repeat(64));
        assert_eq!(store.render("g", &deep).unwrap(), b"1");
    });
}

#[test]
fn long_templates_are_parsed_in_time() {
    let store = store(&[("a", b"1")]);
    let longest = 64 * 1024;
    let begun = Instant::now();
    for piece in [
        "{{.}}",
        "{{.a}}",
        "{{/**/}}",
        "{{- 1 -}} ",
        "{{$x := 1}}",
        "{{\"",
        "{{`",
        "{{'",
        "{{",
        "}",
        "{{1",
        " \n",
        "{{(",
        "{{|",
        "{{a.",
        "{{.a.",
        "{{$",
        "{{end}}",
        "{{define \"a\"}}",
    ] {
        let template = piece.repeat(longest / piece.len());
        store.render("g", &template).ok();
        store.render("g", &format!("{{{{{}", &template[..template.len() - 2])).ok();
    }
    for inside in [" . ", ".a", "|.", "$x:=", "1 ", "(", "\"a\" ", "'a' "] {
        let template = format!("{{{{{}}}}}", inside.repeat(longest / inside.len() - 1));
        store.render("g", &template).ok();
    }
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
}

#[test]
fn the_text_of_an_error_is_bounded() {
    let store = store(&[("a", &[b'x'; 100_000])]);
    let long = "x".repeat(60_000);
    for template in [
        format!("{{{{{long}}}}}"),
        format!("{{{{${long}}}}}"),
        format!("{{{{template \"{long}\"}}}}"),
        "{{printf .}}".into(),
        "{{range .a}}{{end}}".into(),
        "{{len (len .)}}".into(),
        "{{call .a}}".into(),
    ] {
        let error = refused(&store, &template).to_string();
        assert!(error.len() < 1000, "{error:.80}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// gotmpl's parser takes positions on trust here and there.
    #[test]
    fn no_template_makes_a_panic(pieces in prop::collection::vec(prop_oneof![
        Just("{{"), Just("}}"), Just("{{- "), Just(" -}}"), Just("if "), Just("else "), Just("end"), Just("range "),
        Just("with "), Just("define "), Just("block "), Just("template "), Just("break"), Just("continue"),
        Just("\"a\""), Just("`b`"), Just("'c'"), Just("\""), Just("'\\"), Just("."), Just(".a"), Just("$"), Just("$x"), Just(" := "),
        Just(" = "), Just("1"), Just("-1.5e9"), Just("0x"), Just("("), Just(")"), Just("|"), Just(","), Just(" "), Just("\n"),
        Just("printf "), Just("index "), Just("slice "), Just("len "), Just("/* */"), Just("é"), Just("\0"), Just("nil"),
        Just("{{if .a}}"), Just("{{end}}"), Just("{{else}}"), Just("{{range $k, $v := .}}"), Just("{{printf \"%*.*[3]d\" "),
    ], 0..16)) {
        store(&[("a", b"1")]).render("g", &pieces.concat()).ok();
    }

    #[test]
    fn no_format_makes_a_panic(format in "(%[-+# 0]{0,2}[0-9*]{0,3}(\\.[0-9*]{0,3})?(\\[[0-9]{0,3}\\]?)?[a-zA-Z%!é]?|x){0,4}") {
        let store = store(&[("f", format.as_bytes()), ("r", b"\xFF")]);
        store.render("g", "{{printf .f}}{{printf .f 1}}{{printf .f -1 1.5 .r nil true .}}").ok();
    }
}
