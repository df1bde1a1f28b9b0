/// Makes an async function the program for the command line: what `main` is
/// to others.
///
/// The function takes nothing and answers a `Result<(), E>` whose error has
/// `Debug`, which is printed and makes the status 1. Such a program can wait for
/// several things at once; it needs a host that runs `wasi:cli/run@0.3`, as
/// `larder run` does.
///
/// ```no_run
/// use larder_guest::{Filter, Item, Result, Store};
///
/// larder_guest::async_main!(follow);
///
/// async fn follow() -> Result<()> {
///     let mut changes = Store::default_store()?.event_stream(Filter::All, None).await?;
///     while let Some(item) = changes.next().await {
///         if let Item::Event(event) = item? {
///             println!("{}: {:?}", event.key, event.kind);
///         }
///     }
///     Ok(())
/// }
/// ```
#[macro_export]
macro_rules! async_main {
    ($main:path) => {
        const _: () = {
            struct Program;

            impl $crate::bindings::concurrent_command::exports::wasi::cli::run::Guest for Program {
                async fn run() -> ::core::result::Result<(), ()> {
                    $main().await.map_err(|error| ::std::eprintln!("Error: {error:?}"))
                }
            }

            $crate::bindings::concurrent_command::export_run_in!(
                Program with_types_in $crate::bindings::concurrent_command
            );
        };

        fn main() {
            ::std::eprintln!("Error: this program needs a host that runs wasi:cli/run@0.3");
            ::std::process::exit(1);
        }
    };
}
