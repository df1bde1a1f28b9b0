/// What a plugin does when something changes, for [`export_on_change`](crate::export_on_change).
pub use crate::bindings::trigger::exports::larder::store::on_change::Guest as OnChange;

/// Makes a type the plugin that the host runs when something changes.
///
/// `Ok` says that the items are done with. After an error, a trap or a time-out
/// they come again, and may be put aside for the operator in the end; after a
/// crash of the host too, so that what is done should come to the same when it
/// is done twice.
///
/// ```no_run
/// use larder_guest::{EventKind, Item, OnChange, Store};
///
/// struct Count;
///
/// impl OnChange for Count {
///     fn on_change(label: String, items: Vec<Item>) -> Result<(), String> {
///         let counts = Store::open("counts")?;
///         for item in items {
///             if let Item::Event(event) = item
///                 && event.kind == EventKind::Set
///             {
///                 counts.increment(&label, &event.group, 1)?;
///             }
///         }
///         Ok(())
///     }
/// }
///
/// larder_guest::export_on_change!(Count);
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! export_on_change {
    ($type:ident) => {
        $crate::bindings::trigger::export_on_change_in!($type with_types_in $crate::bindings::trigger);
    };
}
