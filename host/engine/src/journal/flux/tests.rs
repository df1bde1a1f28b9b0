use super::super::{condition::Candidate, json};
use super::*;

const NOW: i64 = 1_700_000_000_000;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// The rows of the reference's transcript, with their times.
const ROWS: [(&str, &str, &str, &str, &str, i64); 4] = [
    ("other", "other", "cpu", r#"{"v":4}"#, "{}", 1_000_000_000_000),
    ("old", "store", "old", r#"{"v":4}"#, "{}", 1_577_836_800_000),
    (
        "cpu",
        "store",
        "cpu",
        r#"{"a-b":"dash","a:b":"colon","f":1.5,"neg":-3,"ok":true,"one":1,"s":"x","str4":"4","v":4,"z":0}"#,
        r#"{"host":"h1","v":"tagv","workspace":"w1"}"#,
        NOW - 50,
    ),
    ("mem", "store", "mem", r#"{"ok":false,"s":"y","v":5}"#, r#"{"host":"h1","workspace":"w2"}"#, NOW - 50),
];

fn rows(query: &str) -> String {
    let selection = parse(query, NOW).unwrap_or_else(|error| panic!("{query}: {error}"));
    let is_met = |(_, bucket, measurement, fields, tags, at): &&(&str, &str, &str, &str, &str, i64)| {
        let (fields, tags) = (json::object(fields).unwrap(), json::tags(tags).unwrap());
        let row = Candidate { bucket, measurement, fields: &fields, tags: &tags };
        selection.from.is_none_or(|from| *at >= from)
            && selection.to.is_none_or(|to| *at < to)
            && selection.condition.is_met(&row)
    };
    ROWS.iter().filter(is_met).map(|row| row.0).collect::<Vec<_>>().join(" ")
}

fn refused(query: &str) -> (usize, usize, String, bool) {
    match parse(query, NOW) {
        Err(Error::Flux { line, column, problem, in_time }) => (line, column, problem, in_time),
        other => panic!("{query}: {other:?}"),
    }
}

#[test]
fn what_the_reference_understands_gives_the_same_rows() {
    for (query, names) in [
        (r#"from(bucket: "store")"#, "old cpu mem"),
        (r#"from(bucket:"other")"#, "other"),
        (r#"from(bucket: "none")"#, ""),
        (r#"from(bucket: "store") |> filter(fn: (r) => r._measurement == "cpu")"#, "cpu"),
        (r#"from(bucket: "store") |> filter(fn: (r) => r["_measurement"] == "cpu")"#, "cpu"),
        (r#"|> filter(fn: (r) => r.measurement == "mem")"#, "mem"),
        (r#"r._measurement=="cpu""#, "other cpu"),
        (r#"r.my_measurement == "cpu""#, ""),
        (r#"r._bucket == "other""#, "other"),
        (r#"r["bucket"] == "other""#, "other"),
        (r#"r.bucket_name == "store""#, "old cpu mem"),
        (r#"r.bucket == "store" and r.bucket == "other""#, ""),
        (r#"r[ "workspace" ] == "w1""#, "cpu"),
        (r#"r.host == "h1" and r.workspace == "w2""#, "mem"),
        (r#"r.v == "4""#, "other old cpu"),
        ("r.v == 4", "other old cpu"),
        ("r.v == 4.0", "other old cpu"),
        ("r.v == 5", "mem"),
        ("r.v == -3", ""),
        ("r.neg == -3", "cpu"),
        ("r.f == 1.5", "cpu"),
        (r#"r.f == "1.5""#, "cpu"),
        ("r.ok == true", "cpu"),
        ("r.ok == false", "mem"),
        (r#"r.ok == "true""#, ""),
        (r#"r.ok == "1""#, "cpu"),
        ("r.one == true", "cpu"),
        ("r.z == false", "cpu"),
        (r#"r["s"] == "x""#, "cpu"),
        ("r.str4 == 4", ""),
        (r#"r.str4 == "4""#, "cpu"),
        (r#"r.v == "tagv""#, "cpu"),
        (r#"r["a-b"] == "dash""#, "cpu"),
        (r#"r.a-b == "dash""#, "cpu"),
        (r#"r["a:b"] == "colon""#, "cpu"),
        ("r.missing == 1", ""),
        (r#"r._field == "v""#, ""),
        (r#"r.s == "x\"y""#, ""),
        ("r.v == 4 and r.f == 1.5", "cpu"),
        ("r.v==99999999999999999999", ""),
        (
            "from(bucket: \"store\") |> range(start: 2000-01-01T00:00:00Z, stop: 2021-01-01T00:00:00Z) \
             |> filter(fn: (r) => r._measurement == \"old\" and r.v == 4)",
            "old",
        ),
    ] {
        assert_eq!(rows(query), names, "{query}");
    }
}

#[test]
fn every_form_of_a_time_is_the_moment_that_it_says() {
    for (time, start) in [
        ("-1h", NOW - HOUR),
        ("-1h30m", NOW - HOUR - HOUR / 2),
        ("-0.5h", NOW - HOUR / 2),
        (".5h", NOW + HOUR / 2),
        ("+1h", NOW + HOUR),
        ("-1ms", NOW - 1),
        ("-1us", NOW - 1),
        ("-1ns", NOW - 1),
        ("-1\u{b5}s", NOW - 1),
        ("-5d", NOW - 5 * DAY),
        ("-106751d", NOW - 106_751 * DAY),
        ("0", NOW),
        ("0s", NOW),
        ("now()", NOW),
        ("\"-1h\"", NOW - HOUR),
        ("time(v: now())", NOW),
        ("time(v:-1h)", NOW - HOUR),
        ("time(v: \"2020-01-01T00:00:00Z\")", 1_577_836_800_000),
        ("2020-01-01T00:00:00Z", 1_577_836_800_000),
        ("\"2020-01-01T00:00:00Z\"", 1_577_836_800_000),
        ("2020-01-01T00:00:00.123456789Z", 1_577_836_800_123),
        ("2020-01-01T00:00:00+02:00", 1_577_836_800_000 - 2 * HOUR),
        ("9999-12-31T23:59:59Z", 253_402_300_799_000),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000),
    ] {
        let selection = parse(&format!("range(start: {time})"), NOW).unwrap();
        assert_eq!((selection.from, selection.to), (Some(start), None), "{time}");
    }
}

#[test]
fn a_range_takes_its_bounds_in_any_order_and_with_any_blanks() {
    for query in [
        "range(start: 2000-01-01T00:00:00Z,stop: 2021-01-01T00:00:00Z)",
        "range( start : 2000-01-01T00:00:00Z\n ,  stop: time(v: \"2021-01-01T00:00:00Z\") )",
        "range(stop: 2021-01-01T00:00:00Z, start: 2000-01-01T00:00:00Z)",
        "range(start: 2000-01-01T00:00:00Z) |> range(start: 1990-01-01T00:00:00Z, stop: 2021-01-01T00:00:00Z)",
    ] {
        assert_eq!(rows(query), "other old", "{query}");
    }
    assert_eq!(rows("range(start: 1h, stop: -1h)"), "");
}

#[test]
fn what_is_no_time_is_refused_as_such() {
    for time in [
        "-1.5d",
        "-1w",
        "-1mo",
        "-1y",
        "-1d12h",
        "1577836800",
        "time(v: 1577836800000000000)",
        "2020-01-01T00:00:00",
        "2020-01-01",
        "2020-01-01 00:00:00Z",
        "2020-13-01T00:00:00Z",
        "yesterday",
        "\"\"",
        "",
        "d",
        "-d",
        "-200000d",
        "106752d",
        "99999999999999999999d",
        "-1 h",
        "-1H",
        "- 1h",
        "now",
        "now( )",
        "-1h + 2h",
        "today()",
        "-9999999h",
        "v.timeRangeStart",
        "1h2",
        "bad",
        "(2000-01-01T00:00:00Z)",
        "1.h.",
        "-",
        "..h",
        "time(x: 1h)",
    ] {
        let (line, column, problem, in_time) = refused(&format!("range(start: {time})"));
        assert!(in_time && line == 1 && column >= 14, "{time}: {column} {problem}");
    }
    assert!(refused("range(start: -1h) |> range(start: bad)").3);
}

#[test]
fn conditions_combine_as_they_read() {
    for (query, names) in [
        (r#"r.workspace == "w1" or r.workspace == "w2""#, "cpu mem"),
        (r#"r._measurement != "cpu""#, "old mem"),
        ("r.v != 4", "mem"),
        ("r.v > 4", "mem"),
        ("r.v >= 4 and r.v < 5", "other old cpu"),
        ("r.f <= 1.5", "cpu"),
        (r#"r.workspace > "w1""#, "mem"),
        (r#"r.s == """#, ""),
        (r#"r["a b"] == "x""#, ""),
        ("not r.v == 4", "mem"),
        // Whoever has no such field is neither.
        ("not r.f == 2", "cpu"),
        (r#"r.ok == true or r.s == "y" and r.v == 4"#, "cpu"),
        (r#"(r.ok == true or r.s == "y") and not (r.v == 4)"#, "mem"),
        (r#"|> filter(fn: (row) => row.v == 5) // a comment"#, "mem"),
    ] {
        assert_eq!(rows(query), names, "{query}");
    }
}

#[test]
fn what_is_not_supported_is_refused_by_name_and_place() {
    for (query, line, column, named) in [
        ("hello", 1, 1, "`hello`"),
        ("DROP TABLE x", 1, 1, "`DROP`"),
        ("/* c */ SELECT 1", 1, 1, "`/`"),
        ("from(bucket: 'x')", 1, 14, "`\\'`"),
        ("from(bucket: \"\")", 1, 14, "empty"),
        ("from(bucket: \"a\", org: \"b\")", 1, 19, "`org`"),
        ("from(bucket: \"a\")\n  |> limit(n: 1)", 2, 6, "`limit`"),
        ("range(start: -1h) |> from(bucket: \"a\")", 1, 22, "`from`"),
        ("RANGE(start: bad)", 1, 1, "`RANGE`"),
        ("xrange(start: bad)", 1, 1, "`xrange`"),
        ("range()", 1, 7, "`)`"),
        ("range(stop: -1h)", 1, 1, "`start`"),
        ("range(begin: -1h)", 1, 7, "`begin`"),
        ("range(x: 1, stop: 2021-01-01T00:00:00Z, start: -1h)", 1, 7, "`x`"),
        ("range(start: -1h, foo: 1)", 1, 19, "`foo`"),
        ("range(start: -1h", 1, 17, "`)`"),
        ("range(start: -1h, start: -2h)", 1, 19, "twice"),
        ("R.s == \"x\"", 1, 1, "`R`"),
        ("xr.s == \"x\"", 1, 1, "`xr`"),
        ("r.v == 4x", 1, 8, "`4x`"),
        ("r.v == 1e3", 1, 8, "`1e3`"),
        ("r.v == truely", 1, 8, "`truely`"),
        ("r.s =~ /x/", 1, 5, "`=~`"),
        ("r.v + 1 == 5", 1, 5, "`+`"),
        ("r.s == \"${x}\"", 1, 9, "`${`"),
        ("r.s == \"x", 1, 8, "without an end"),
        ("r.measurement == 4", 1, 1, "string"),
        ("r._time == \"x\"", 1, 1, "`_time`"),
        ("r.ok > true", 1, 8, "order"),
        ("r.v == 4 AND r.f == 1", 1, 10, "`AND`"),
        ("r.v == 4)", 1, 9, "`)`"),
        ("filter(fn: (r) => r.v == 1, onEmpty: \"drop\")", 1, 29, "`onEmpty`"),
        ("filter(fn: (r) => { return r.v == 1 })", 1, 19, "`{`"),
        ("", 1, 1, "the end"),
    ] {
        let (at_line, at_column, problem, in_time) = refused(query);
        assert_eq!((at_line, at_column, in_time), (line, column, false), "{query}: {problem}");
        assert!(problem.contains(named), "{query}: {problem}");
    }
}

#[test]
fn nesting_and_length_have_an_end() {
    for open in ["(", "not "] {
        assert!(refused(&open.repeat(10_000)).2.contains("deep"));
    }
    assert_eq!(rows(&format!("{}r.v == 5{}", "(".repeat(60), ")".repeat(60))), "mem");
    assert!(matches!(parse(&" ".repeat(limits::FLUX_BYTES + 1), NOW), Err(Error::InvalidArgument { .. })));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "[ -~\u{e9}\n]{0,80}") {
        let _ = parse(&text, NOW);
    }

    #[test]
    fn no_pieces_of_flux_make_the_parser_panic(
        pieces in proptest::collection::vec(proptest::sample::select(vec![
            "from", "range", "filter", "(", ")", "bucket", ":", "\"b\"", "|>", "start", "-1h", "fn", "=>", "r", ".", "v",
            "==", "4", "not", "and", ",", "time", "now()", "[", "]", " ", "-", "\u{b5}s", "\"",
        ]), 0..30)
    ) {
        let _ = parse(&pieces.concat(), NOW);
    }
}
