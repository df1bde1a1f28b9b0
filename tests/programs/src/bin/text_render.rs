//! A template prints the live entries of a group, byte by byte.

use larder_guest::{Error, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let group = store.group("user");
    group.set("name", "Ada")?;
    group.set("any key", "x")?;
    store.set("other", "name", "Bob")?;
    assert_eq!(group.render_string("Hello {{.name}}, {{.missing}}")?, "Hello Ada, <no value>");
    assert_eq!(group.render_string("{{range $k, $v := .}}{{$k}}={{$v}};{{end}}")?, "any key=x;name=Ada;");
    assert_eq!(
        group.render_string("{{index . \"any key\"}}{{index . \"missing\"}}{{printf \"%T\" .name}}")?,
        "xstring"
    );
    assert_eq!(store.render_string("absent", "{{len .}}{{.}}")?, "0map[]");
    group.set("bytes", b"\xFF\0")?;
    assert_eq!(group.render("{{.bytes}}")?, b"\xFF\0");
    assert_eq!(group.render_string("{{.bytes}}"), Err(Error::NotText));
    Ok(())
}
