//! What is no template, what fails and what is too large are told apart.

use larder_guest::{Error, Result, SizeLimit, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    store.set("g", "k", "value")?;
    let render = |template: &str| store.render("g", template);
    for template in ["{{", "{{end}}", "{{if .k}}", "{{nofunc}}", "{{$x}}", &"{{if .k}}".repeat(5_000)] {
        assert!(matches!(render(template), Err(Error::TemplateParse(_))), "{template:.40}");
    }
    for template in ["{{.k.l}}", "{{slice .k 9}}", "{{template \"none\"}}", "{{range 1000000000}}{{end}}"] {
        assert!(matches!(render(template), Err(Error::TemplateExecution(_))), "{template}");
    }
    let too_large = |template: &str| match render(template) {
        Err(Error::TooLarge { what, .. }) => what,
        other => panic!("{template:.40}: {:?}", other.map(|printed| printed.len())),
    };
    assert_eq!(too_large(&" ".repeat(64 * 1024 + 1)), SizeLimit::Template);
    assert_eq!(too_large("{{range 1000000}}0123456789{{end}}"), SizeLimit::Response);
    assert_eq!(too_large(&format!("{{{{printf \"{}\"}}}}", "%65535d".repeat(100))), SizeLimit::Response);
    store.set("large", "k", vec![b'x'; 16 * 1024 * 1024])?;
    match store.render("large", "") {
        Err(Error::TooLarge { what: SizeLimit::Entries, .. }) => {}
        other => panic!("{other:?}"),
    }
    assert!(matches!(store.render(&"g".repeat(5000), ""), Err(Error::TooLarge { what: SizeLimit::Group, .. })));
    Ok(())
}
