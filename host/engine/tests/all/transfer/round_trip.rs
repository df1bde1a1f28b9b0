//! Whatever is stored: given out and taken in, it is the same.

use proptest::prelude::*;

use super::{commit, export_file, export_lines, import_file, import_lines, journal};
use crate::{sqlite::Place, support::*};

type Entries = Vec<(String, String, Vec<u8>, Option<u64>)>;

fn entries() -> impl Strategy<Value = Entries> {
    let name = prop_oneof![any::<String>(), "[a-b]:[a-c\0]{0,2}"];
    let entry =
        (name.clone(), name, prop::collection::vec(any::<u8>(), 0..40), prop::option::of(1..u64::from(u32::MAX)));
    prop::collection::vec(entry, 0..20)
}

fn rows() -> impl Strategy<Value = Vec<(String, String)>> {
    let fields = any::<(i64, String)>()
        .prop_map(|(n, text)| serde_json::to_string(&std::collections::BTreeMap::from([(text, n)])).unwrap());
    prop::collection::vec(("[a-zü\"]{1,5}", fields), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn what_is_given_out_and_taken_in_is_the_same(entries in entries(), rows in rows()) {
        let from = Place::new();
        let store = from.store();
        for (group, key, value, ttl) in &entries {
            match ttl {
                Some(ttl) => store.set_with_ttl(group, key, value, *ttl).unwrap(),
                None => store.set(group, key, value).unwrap(),
            };
        }
        store.set("", "", b"").unwrap();
        for (measurement, fields) in &rows {
            commit(&from, measurement, fields);
        }
        let lines = export_lines(&store);
        let (by_lines, by_file) = (Place::new(), Place::new());
        import_lines(&by_lines.store(), &lines, Default::default()).unwrap();
        let path = from.outside("out.db");
        export_file(&store, &path).unwrap();
        import_file(&by_file.store(), &path, Default::default()).unwrap();
        for place in [&by_lines, &by_file] {
            prop_assert_eq!(export_lines(&place.store()), lines.clone());
            prop_assert_eq!(journal(place), journal(&from));
            assert_sound(&place.tenant());
        }
    }
}
