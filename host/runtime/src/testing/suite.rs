//! Components that test plugins.

use std::{
    fmt,
    time::{Duration, Instant},
};

use wasmtime::component::{Type, Val, types::ComponentFunc};

use super::{Kit, KitBuilder, KitError, LoggedCall, kit::Nested};
use crate::{Export, Interfaces, Plugin, Program, wave};

/// How the names of tests begin.
const PREFIX: &str = "test-";

/// How long a test may take. Each run and each call in it has the plugin's own limit as well.
pub(super) const TIME: Duration = Duration::from_secs(600);

/// The tests of a component, for a plugin or for the component itself.
///
/// A test is an exported function, of the world or of an interface, whose name begins with `test-`; it takes nothing and answers
/// nothing or a `result`. It passes if it comes to its end without a trap, and its answer is no error.
///
/// ```no_run
/// use larder::{Interfaces, Program, Runtime, RuntimeConfig, testing::{Kit, Suite}};
///
/// # async fn test() -> Result<(), Box<dyn std::error::Error>> {
/// let runtime = Runtime::new(RuntimeConfig::new())?;
/// let plugin = Program::from_file(&runtime, "inventory.wasm")?;
/// let tests = Program::from_file(&runtime, "inventory_tests.wasm")?;
/// let suite = Suite::new(&plugin, &Interfaces::all(), Some(&tests), Kit::builder())?;
/// for test in suite.tests() {
///     let verdict = suite.run(test).await;
///     println!("{test}: {:?}", verdict.result);
/// }
/// # Ok(()) }
/// ```
pub struct Suite {
    plugin: Plugin,
    tests: Plugin,
    names: Vec<String>,
    others: Vec<NotATest>,
    kit: KitBuilder,
}

/// A function that is called like a test and cannot be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotATest {
    /// Its name.
    pub name: String,
    /// Why not.
    pub why: &'static str,
}

/// How a test ended.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Its name.
    pub name: String,
    /// Why it failed, if it did.
    pub result: Result<(), String>,
    /// What it wrote to standard output and standard error, in this order.
    pub output: (Vec<u8>, Vec<u8>),
    /// The calls that the plugin made.
    pub calls: Vec<LoggedCall>,
    /// How long it took.
    pub took: Duration,
}

impl Suite {
    /// The tests of `tests`, or of `plugin` itself, for `plugin`, which is granted `interfaces`.
    ///
    /// # Errors
    /// [`KitError::Load`] when one of the components cannot be linked.
    pub fn new(
        plugin: &Program,
        interfaces: &Interfaces,
        tests: Option<&Program>,
        kit: KitBuilder,
    ) -> Result<Suite, KitError> {
        let plugin = plugin.link_for_tests(interfaces)?;
        let tests = match tests {
            // What a test looks into is not the plugin's affair.
            Some(tests) => tests.link_for_tests(&Interfaces::all())?,
            None => plugin.clone(),
        };
        let (mut names, mut others) = (Vec::new(), Vec::new());
        for export in tests.program().exports().iter().filter(|export| export.function.starts_with(PREFIX)) {
            match why_no_test(&export.ty) {
                None => names.push(export.path()),
                Some(why) => others.push(NotATest { name: export.path(), why }),
            }
        }
        Ok(Suite { plugin, tests, names, others, kit })
    }

    /// Whether a component has tests.
    pub fn has_tests(program: &Program) -> bool {
        let is_test = |export: &Export| export.function.starts_with(PREFIX) && why_no_test(&export.ty).is_none();
        program.exports().iter().any(is_test)
    }

    /// The names of the tests, as the component has them.
    pub fn tests(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// What is called like a test and is none.
    pub fn others(&self) -> &[NotATest] {
        &self.others
    }

    /// Run the test `name` with a store and an instance of its own. Needs a tokio runtime with its timer enabled.
    pub async fn run(&self, name: &str) -> Verdict {
        let started = Instant::now();
        let mut verdict = Verdict {
            name: name.to_owned(),
            result: Ok(()),
            output: (Vec::new(), Vec::new()),
            calls: Vec::new(),
            took: Duration::ZERO,
        };
        verdict.result = match self.kit.build(&self.plugin) {
            Ok(kit) => self.run_with(&kit, &mut verdict).await,
            Err(error) => Err(error.to_string()),
        };
        verdict.took = started.elapsed();
        verdict
    }

    async fn run_with(&self, kit: &Kit, verdict: &mut Verdict) -> Result<(), String> {
        let words = |error: crate::RunError| error.to_string();
        let (setup, output) = kit.setup(Some(Nested::Test(kit.clone()))).map_err(words)?;
        let ended = async {
            let mut instance = self.tests.instantiate(setup).await?;
            instance.call(&verdict.name, &[]).await
        }
        .await;
        verdict.output = output.both();
        verdict.calls = kit.calls();
        match ended.map_err(words)?.as_slice() {
            [Val::Result(Err(error))] => Err(match error.as_deref() {
                Some(Val::String(message)) => message.clone(),
                Some(other) => wave::print(other).unwrap_or_else(|error| format!("an error: {error}")),
                None => "it answered an error".to_owned(),
            }),
            _ => Ok(()),
        }
    }
}

fn why_no_test(function: &ComponentFunc) -> Option<&'static str> {
    if function.params().len() > 0 {
        return Some("a test takes no parameters");
    }
    let mut results = function.results();
    match (results.next(), results.next()) {
        (None | Some(Type::Result(_)), None) => None,
        _ => Some("a test answers nothing, or a result"),
    }
}

impl fmt::Debug for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Suite").field("tests", &self.names).finish_non_exhaustive()
    }
}
