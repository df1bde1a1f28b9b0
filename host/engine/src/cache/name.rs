use std::borrow::Borrow;

/// The name of an entry in one piece: the stored group, the key, and the length of the group, which tells them apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Name(Box<[u8]>);

/// Names up to this length are put together without an allocation.
const SHORT: usize = 256;

/// The length of the group is told in so many bytes.
const LENGTH: usize = size_of::<u32>();

impl Name {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The stored group.
    pub(crate) fn group(&self) -> &[u8] {
        let Some((names, length)) = self.0.split_last_chunk::<LENGTH>() else { return &[] };
        names.get(..u32::from_le_bytes(*length) as usize).unwrap_or(names)
    }

    /// Do something with the name of the entry that a scope calls `group` and `key`.
    pub(crate) fn with<R>(scope: Option<&str>, group: &str, key: &str, run: impl FnOnce(&[u8]) -> R) -> R {
        let (scope, colon) = scope.map_or(("", ""), |scope| (scope, ":"));
        let length = length(scope.len() + colon.len() + group.len());
        let parts = [scope.as_bytes(), colon.as_bytes(), group.as_bytes(), key.as_bytes(), &length[..]];
        let mut place = [0; SHORT];
        let mut used = 0;
        for part in parts {
            let Some(to) = place.get_mut(used..used + part.len()) else { return run(&parts.concat()) };
            to.copy_from_slice(part);
            used += part.len();
        }
        run(place.get(..used).unwrap_or(&[]))
    }
}

/// Names are bounded far below what 32 bits can tell.
fn length(group: usize) -> [u8; LENGTH] {
    u32::try_from(group).unwrap_or(u32::MAX).to_le_bytes()
}

impl From<&[u8]> for Name {
    fn from(name: &[u8]) -> Name {
        Name(name.into())
    }
}

impl Borrow<[u8]> for Name {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl std::ops::Deref for Name {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}
