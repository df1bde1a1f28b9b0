//! Writes until it is refused, in small values and large ones. (The host: 1 MiB for this scope.)

use larder_guest::{Error, Quota, Result, Store};

fn main() -> Result<()> {
    let store = Store::default_store()?;
    let mut refusals = 0;
    for n in 0..400 {
        let value = vec![0xa5; if n % 2 == 0 { 100 } else { 100_000 }];
        match store.set(&format!("g{}", n % 7), &format!("k{n}"), value) {
            Ok(_) => {}
            Err(Error::QuotaExceeded { quota: Quota::Bytes, limit, .. }) => {
                assert_eq!(limit, 1 << 20);
                refusals += 1;
            }
            Err(error) => return Err(error),
        }
    }
    assert!(refusals > 100, "{refusals}");
    assert!(store.usage()?.bytes.used <= 1 << 20);
    assert!(store.get("g0", "k0")?.is_some(), "reading goes on");
    Ok(())
}
