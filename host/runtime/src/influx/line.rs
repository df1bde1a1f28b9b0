//! The line protocol.

use std::{collections::BTreeMap, fmt::Write as _};

use larder_engine::{DeliveryBatch, DeliveryRow, DeliveryValue};

use super::config::WholeNumbers;

/// Tags that say whose a row is.
const TENANT: &str = "tenant";
const SCOPE: &str = "scope";

/// Nanoseconds of a millisecond.
const MILLISECOND: i64 = 1_000_000;

/// A line for each row; or the rows that cannot be one, by their place, and why.
pub(super) fn encode(batch: &DeliveryBatch<'_>, whole_numbers: WholeNumbers) -> Result<String, Vec<(usize, String)>> {
    let (mut lines, mut unfit) = (String::new(), Vec::new());
    for (place, row) in batch.rows.iter().enumerate() {
        if let Err(reason) = line(batch.tenant.as_str(), row, whole_numbers, &mut lines) {
            unfit.push((place, reason));
        }
    }
    if unfit.is_empty() { Ok(lines) } else { Err(unfit) }
}

fn line(tenant: &str, row: &DeliveryRow, whole_numbers: WholeNumbers, out: &mut String) -> Result<(), String> {
    if row.measurement.starts_with('#') {
        return Err("the measurement begins with #, which makes a comment of it in the line protocol".into());
    }
    write_name("the measurement", &row.measurement, &[',', ' '], out)?;
    for (name, value) in tags(tenant, row) {
        out.push(',');
        write_name("the name of a tag", &name, &[',', '=', ' '], out)?;
        out.push('=');
        write_name("a tag", value, &[',', '=', ' '], out)?;
    }
    for (n, (name, value)) in row.fields.iter().enumerate() {
        out.push(if n == 0 { ' ' } else { ',' });
        write_name("the name of a field", name, &[',', '=', ' '], out)?;
        out.push('=');
        write_value(value, whole_numbers, out);
    }
    let time = row.committed_at_ms.checked_mul(MILLISECOND);
    let time = time.and_then(|time| time.checked_add(row.id.rem_euclid(MILLISECOND)));
    let time = time.ok_or("the time cannot be told in nanoseconds")?;
    // Writing to a string cannot fail.
    let _ = writeln!(out, " {time}");
    Ok(())
}

/// By the order of their names, which the receiver is quickest with.
fn tags<'a>(tenant: &'a str, row: &'a DeliveryRow) -> BTreeMap<String, &'a str> {
    let mut tags: BTreeMap<String, &str> = BTreeMap::new();
    let own = row.tags.iter().filter(|(_, value)| !value.is_empty());
    let is_reserved = |name: &str| [TENANT, SCOPE].contains(&name);
    for (name, value) in own.clone().filter(|(name, _)| !is_reserved(name)) {
        tags.insert(name.clone(), value);
    }
    for (name, value) in own.filter(|(name, _)| is_reserved(name)) {
        let mut other = format!("{name}_");
        while tags.contains_key(&other) {
            other.push('_');
        }
        tags.insert(other, value);
    }
    tags.insert(TENANT.into(), tenant);
    if let Some(scope) = &row.scope {
        tags.insert(SCOPE.into(), scope);
    }
    tags
}

fn write_name(what: &str, name: &str, special: &[char], out: &mut String) -> Result<(), String> {
    if name.is_empty() {
        return Err(format!("{what} is empty"));
    }
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' | '\r' => return Err(format!("{what} has more than one line, which the line protocol cannot tell")),
            // It would be taken for the one that escapes what follows.
            '\\' if chars.peek().is_none_or(|next| [',', '=', ' '].contains(next)) => {
                let before = "a backslash before a comma, an equals sign, a blank or the end";
                return Err(format!("{what} has {before}, which the line protocol cannot tell"));
            }
            c if special.contains(&c) => out.push('\\'),
            _ => {}
        }
        out.push(c);
    }
    Ok(())
}

fn write_value(value: &DeliveryValue, whole_numbers: WholeNumbers, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = match value {
        DeliveryValue::Integer(integer) if whole_numbers == WholeNumbers::Integer => write!(out, "{integer}i"),
        DeliveryValue::Integer(integer) => write!(out, "{integer}"),
        DeliveryValue::Real(real) => write!(out, "{real:?}"),
        DeliveryValue::Bool(truth) => write!(out, "{truth}"),
        DeliveryValue::Text(text) | DeliveryValue::Json(text) => {
            out.push('"');
            for c in text.chars() {
                if matches!(c, '"' | '\\') {
                    out.push('\\');
                }
                out.push(c);
            }
            out.push('"');
            Ok(())
        }
    };
}

#[cfg(test)]
mod tests {
    use larder_engine::TenantId;

    use super::*;

    fn row() -> DeliveryRow {
        DeliveryRow {
            id: 7,
            measurement: "m".into(),
            fields: vec![("f".into(), DeliveryValue::Integer(1))],
            tags: Vec::new(),
            committed_at_ms: 1_700_000_000_123,
            scope: None,
        }
    }

    fn encoded_as(row: DeliveryRow, whole_numbers: WholeNumbers) -> Result<String, String> {
        let tenant = TenantId::parse("acme").unwrap();
        let batch = DeliveryBatch { tenant: &tenant, bucket: "b", rows: &[row] };
        encode(&batch, whole_numbers).map_err(|unfit| unfit[0].1.clone())
    }

    fn encoded(row: DeliveryRow) -> Result<String, String> {
        encoded_as(row, WholeNumbers::Float)
    }

    fn tag(name: &str, value: &str) -> (String, String) {
        (name.into(), value.into())
    }

    #[test]
    fn a_line_has_names_in_order_and_the_number_within_the_millisecond() {
        let row = DeliveryRow {
            tags: vec![tag("zone", "a"), tag("empty", ""), tag("host", "b")],
            fields: vec![
                ("a".into(), DeliveryValue::Integer(-3)),
                ("b".into(), DeliveryValue::Real(1e300)),
                ("c".into(), DeliveryValue::Bool(true)),
                ("d".into(), DeliveryValue::Text("x".into())),
                ("e".into(), DeliveryValue::Json("[1,\"y\"]".into())),
            ],
            id: 12_000_042,
            scope: Some("plugin".into()),
            ..row()
        };
        let rest = "b=1e300,c=true,d=\"x\",e=\"[1,\\\"y\\\"]\" 1700000000123000042\n";
        let tags = "m,host=b,scope=plugin,tenant=acme,zone=a";
        assert_eq!(encoded(row.clone()).unwrap(), format!("{tags} a=-3,{rest}"));
        assert_eq!(encoded_as(row, WholeNumbers::Integer).unwrap(), format!("{tags} a=-3i,{rest}"));
    }

    #[test]
    fn a_row_cannot_pass_for_another_tenant_or_scope() {
        let row = DeliveryRow { tags: vec![tag("scope", "x"), tag("tenant", "beta"), tag("tenant_", "y")], ..row() };
        assert_eq!(encoded(row).unwrap(), "m,scope_=x,tenant=acme,tenant_=y,tenant__=beta f=1 1700000000123000007\n");
    }

    #[test]
    fn what_has_a_meaning_is_escaped() {
        let row = DeliveryRow {
            measurement: "a b,c=d\"\\e".into(),
            tags: vec![tag("t a,g=", "v a,l=\\x\"")],
            fields: vec![("f i,e=".into(), DeliveryValue::Text("q\"b\\s\nn,=".into()))],
            ..row()
        };
        let names = "a\\ b\\,c=d\"\\e,t\\ a\\,g\\==v\\ a\\,l\\=\\x\",tenant=acme";
        let field = "f\\ i\\,e\\==\"q\\\"b\\\\s\nn,=\"";
        assert_eq!(encoded(row).unwrap(), format!("{names} {field} 1700000000123000007\n"));
    }

    #[test]
    fn what_cannot_be_told_is_refused() {
        let named = |measurement: &str| DeliveryRow { measurement: measurement.into(), ..row() };
        for measurement in ["", "#m", "a\nb", "a\rb", "a\\", "a\\ b", "a\\,b"] {
            assert!(encoded(named(measurement)).unwrap_err().starts_with("the measurement "), "{measurement:?}");
        }
        let with_tag = |name: &str, value: &str| DeliveryRow { tags: vec![tag(name, value)], ..row() };
        for (name, value) in [("", "v"), ("n\n", "v"), ("n\\", "v"), ("n", "v\\"), ("n", "\n"), ("n", "v\\=")] {
            encoded(with_tag(name, value)).unwrap_err();
        }
        let with_field = |name: &str| DeliveryRow { fields: vec![(name.into(), DeliveryValue::Bool(true))], ..row() };
        assert_eq!(encoded(with_field("")).unwrap_err(), "the name of a field is empty");
        for at in [i64::MAX, i64::MIN, 9_223_372_036_855] {
            encoded(DeliveryRow { committed_at_ms: at, ..row() }).unwrap_err();
        }
    }

    #[test]
    fn each_unfit_row_has_its_place() {
        let tenant = TenantId::parse("acme").unwrap();
        let rows = [
            row(),
            DeliveryRow { measurement: "#".into(), ..row() },
            row(),
            DeliveryRow { measurement: String::new(), ..row() },
        ];
        let unfit =
            encode(&DeliveryBatch { tenant: &tenant, bucket: "b", rows: &rows }, WholeNumbers::Float).unwrap_err();
        assert_eq!(unfit.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [1, 3]);
    }
}
