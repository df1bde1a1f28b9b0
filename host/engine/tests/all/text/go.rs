//! Go's semantics beyond what was recorded.

use larder_engine::Error;

use super::store;

fn printed(template: &str) -> String {
    let store = store(&[("name", b"Alice"), ("n", b"5"), ("accent", "é".as_bytes()), ("raw", b"a\xFFb")]);
    match store.render("g", template) {
        Ok(printed) => String::from_utf8(printed).unwrap(),
        Err(Error::TemplateParse(_)) => "parse".into(),
        Err(Error::TemplateExecution(_)) => "execution".into(),
        Err(error) => panic!("{template}: {error}"),
    }
}

fn check(cases: &[(&str, &str)]) {
    for (template, expected) in cases {
        assert_eq!(printed(template), *expected, "{template}");
    }
}

#[test]
fn numbers_print_as_in_go() {
    check(&[
        ("{{1e100}} {{1000000.0}} {{123456.0}} {{0.00001}} {{1.0}} {{-0.5}}", "1e+100 1e+06 123456 1e-05 1 -0.5"),
        ("{{printf \"%v %6v|%v\" 1e100 2.5 1}}", "1e+100    2.5|1"),
        ("{{print 1e100 2.5}} {{println 1e100}}", "1e+100 2.5 1e+100\n"),
        ("{{0x1F}} {{1_000}} {{'a'}} {{0b11}} {{0o17}}", "31 1000 97 3 15"),
        ("{{9223372036854775808}}", "execution"),
    ]);
}

#[test]
fn functions_take_what_they_take_in_go() {
    check(&[
        ("{{printf \"%T %T %T %T %T\" .name 1 1.5 true .}}", "string int float64 bool map[string]string"),
        ("{{printf \"%T\" .missing}} {{printf \"%5T|%-8T|\" 1 .n}}", "<nil>   int|string  |"),
        ("{{printf \"%d%%T %T\" 1 2}}", "1%T int"),
        ("{{printf \"%*d|%-*d|\" 5 1 3 2}}", "    1|2  |"),
        ("{{printf \"%[2]s %[1]s\" .name .n}}", "5 Alice"),
        (
            "{{printf \"%x %X %q %5.2f %t %c %U\" .name 255 .n 3.14159 true 65 65}}",
            "416c696365 FF \"5\"  3.14 true A U+0041",
        ),
        ("{{printf \"%s\"}} {{printf \"x\" 1}}", "%!s(MISSING) x%!(EXTRA int=1)"),
        ("{{printf}}", "execution"),
        ("{{printf 1}}", "execution"),
        ("{{html .name \"<\" 1 2}} {{html .missing}}", "Alice&lt;1 2 &lt;no value&gt;"),
        ("{{urlquery \"a b\" .name}}", "a+bAlice"),
        (
            "{{eq .n \"4\" \"5\"}} {{ne .n \"5\"}} {{le 1 1}} {{gt 1.5 1.0}} {{ge \"b\" \"a\"}}",
            "true false true true true",
        ),
        ("{{eq . .}}", "execution"),
        ("{{eq 1 1.0}}", "execution"),
        ("{{lt true false}}", "execution"),
        ("{{lt 1}}", "execution"),
        ("{{eq .missing .missing}} {{eq .missing .}}", "true false"),
        ("{{index .missing}}", "execution"),
        ("{{index . \"name\" 0}} {{index . \"nope\"}}|", "65 |"),
        ("{{index . .missing}}", "execution"),
        ("{{len .missing}}", "execution"),
        ("{{slice .name 3 1}}", "execution"),
        ("{{slice .name}} {{slice .name 1}} {{slice .name 0 0}}|", "Alice lice |"),
        ("{{slice .name 0 1 2}}", "execution"),
        ("{{slice .name -1}}", "execution"),
        ("{{and}}", "execution"),
        ("{{and 1 0 .x.y}} {{or 0 \"\"}}|{{not 1 | not}}", "0 |true"),
        ("{{call}}", "execution"),
        ("{{print}}|{{print 1 .n 2 3}}|{{println}}", "|152 3|\n"),
    ]);
}

#[test]
fn names_are_looked_for_when_the_template_is_parsed() {
    check(&[
        ("{{if .missing}}{{nope}}{{end}}", "parse"),
        ("{{define \"a\"}}{{nope}}{{end}}", "parse"),
        ("{{print (nope 1)}}", "parse"),
        ("{{if .missing}}{{$x}}{{end}}", "parse"),
        ("{{if .name}}{{$x := 1}}{{end}}{{$x}}", "parse"),
        ("{{$x := 1}}{{define \"a\"}}{{$x}}{{end}}", "parse"),
        ("{{$x := 1}}{{block \"a\" .}}{{$x}}{{end}}", "parse"),
        ("{{range $i, $v := .}}{{end}}{{$i}}", "parse"),
        ("{{(output)}}", "parse"),
        ("{{with $x := .name}}{{$x}}{{else}}{{$x}}{{end}}", "Alice"),
        ("{{$x := 1}}{{range 3}}{{$x = .}}{{end}}{{$x}}", "2"),
        ("{{$x = 1}}", "parse"),
        ("{{range 2}}{{else}}{{break}}{{end}}", "parse"),
        ("{{range 2}}{{block \"b\" .}}{{break}}{{end}}{{end}}", "parse"),
        ("{{1 | 2}}", "parse"),
        ("{{.name | \"x\"}}", "parse"),
        ("{{.name | .n}}", "execution"),
    ]);
}

#[test]
fn templates_call_each_other() {
    check(&[
        ("{{define \"a\"}}[{{.}}]{{end}}{{template \"a\" .name}}{{template \"a\"}}", "[Alice][<no value>]"),
        ("{{define \"a\"}}1{{end}}{{define \"a\"}}2{{end}}", "parse"),
        ("{{define \"a\"}} {{end}}{{define \"a\"}}2{{end}}{{template \"a\"}}", "2"),
        ("{{define \"a\"}}2{{end}}{{define \"a\"}} {{end}}{{template \"a\"}}", "2"),
        ("{{define \"render\"}}own{{end}}", "own"),
        ("x{{define \"render\"}}own{{end}}", "parse"),
        ("{{if .name}}{{template \"nope\"}}{{end}}", "execution"),
        ("{{if .missing}}{{template \"nope\"}}{{end}}", ""),
        ("{{template \"render\" .}}", "execution"),
        ("{{block \"b\" .name}}<{{.}}>{{end}}{{template \"b\" .n}}", "<Alice><5>"),
    ]);
}

#[test]
fn branches_and_loops_do_as_in_go() {
    check(&[
        ("{{if .missing}}a{{else if .name}}b{{else}}c{{end}}d", "bd"),
        ("{{with .missing}}a{{else with .n}}{{.}}{{end}}", "5"),
        ("{{range 0}}x{{else}}none{{end}}{{range -1}}x{{end}}", "none"),
        ("{{range $i := 2}}{{$i}}{{end}}", "01"),
        ("{{range 5}}{{if eq . 2}}{{break}}{{end}}{{.}}{{end}}", "01"),
        ("{{range 1.5}}{{end}}", "execution"),
        ("{{range $k, $v := 3}}{{end}}", "execution"),
        ("a {{- \" b \" -}} c", "a b c"),
        ("a {{- /* gone */ -}} c", "ac"),
        ("{{.name}}{{/* no end", "parse"),
    ]);
}

#[test]
fn bytes_that_are_no_text_pass_through() {
    let store = store(&[("raw", b"a\xFF\xC3b"), ("accent", "é".as_bytes()), ("same", "\u{10FF80}".as_bytes())]);
    let cases: [(&str, &[u8]); 9] = [
        ("{{.raw}}", b"a\xFF\xC3b"),
        ("{{len .raw}} {{index .raw 1}}", b"4 255"),
        ("{{slice .raw 1 3}}", b"\xFF\xC3"),
        ("{{slice .accent 0 1}}", b"\xC3"),
        ("{{eq (print (slice .accent 0 1) (slice .accent 1)) .accent}}", b"true"),
        ("{{urlquery .raw}}", b"a%FF%C3b"),
        ("{{printf \"<%s>\" .raw}}{{html .raw}}", b"<a\xFF\xC3b>a\xFF\xC3b"),
        ("{{.same}}{{len .same}}", "\u{10FF80}4".as_bytes()),
        ("{{lt .accent .raw}} {{eq .same \"\u{10FF80}\"}}", b"false true"),
    ];
    for (template, expected) in cases {
        let printed = store.render("g", template).unwrap();
        assert_eq!(printed, expected, "{template}: {}", String::from_utf8_lossy(&printed));
    }
}
