//! The rules that the host functions themselves keep. What they pass on to the engine is tried with real guests.

use larder_engine::{Config, Larder, Quota, ScopeName, TenantId};
use wasmtime::component::{Resource, ResourceTable};

use crate::{
    Grant, LarderCtx, LarderCtxBuilder, LarderCtxView, Limits,
    bindings::larder::store::{
        files::{FileError, HostDirectory, HostReader, HostWriter},
        store::HostStore,
        transactions::HostTransaction,
        types::{Error, Holding, TooMany},
    },
    fault::{FileFault, StoreFault},
    handles::StoreHandle,
};

struct Guest {
    ctx: LarderCtx,
    table: ResourceTable,
}

impl Guest {
    fn new(builder: LarderCtxBuilder) -> Guest {
        Guest { ctx: builder.build().unwrap(), table: ResourceTable::new() }
    }

    fn host(&mut self) -> LarderCtxView<'_> {
        LarderCtxView { ctx: &mut self.ctx, table: &mut self.table }
    }

    async fn open(&mut self, label: &str) -> Resource<StoreHandle> {
        HostStore::open(&mut self.host(), label.into()).await.unwrap()
    }

    async fn set(&mut self, store: &Resource<StoreHandle>, key: &str) -> Result<u64, StoreFault> {
        self.host().set(again(store), "g".into(), key.into(), b"v".to_vec()).await
    }

    async fn has(&mut self, store: &Resource<StoreHandle>, key: &str) -> bool {
        self.host().exists(again(store), "g".into(), key.into()).await.unwrap()
    }
}

/// What the guest passes when it lends a handle.
fn again<T: 'static>(resource: &Resource<T>) -> Resource<T> {
    Resource::new_borrow(resource.rep())
}

fn larder() -> Larder {
    Larder::in_memory(Config::new())
}

fn grant(larder: &Larder, tenant: &str) -> Grant {
    Grant::store(larder.tenant(&TenantId::parse(tenant).unwrap()).store())
}

fn error<R>(result: Result<R, StoreFault>) -> Error {
    match result {
        Err(StoreFault::Guest(error)) => error,
        Err(StoreFault::Trap(error)) => panic!("{error:?}"),
        Ok(_) => panic!("it was done"),
    }
}

fn file_error<R>(result: Result<R, FileFault>) -> FileError {
    match result {
        Err(FileFault::Guest(error)) => error,
        Err(FileFault::Trap(error)) => panic!("{error:?}"),
        Ok(_) => panic!("it was done"),
    }
}

#[tokio::test]
async fn labels_that_were_not_granted_are_denied() {
    let mut guest = Guest::new(LarderCtx::builder().grant("default", grant(&larder(), "a")));
    for label in ["", "other", "Default", "default ", "default\0", "../default", &"x".repeat(10_000)] {
        assert!(
            matches!(error(HostStore::open(&mut guest.host(), label.into()).await), Error::AccessDenied),
            "{label:?}"
        );
        let files = HostDirectory::open(&mut guest.host(), label.into()).await;
        assert!(matches!(file_error(files), FileError::AccessDenied), "{label:?}");
    }
    // Granted, but without files.
    let files = HostDirectory::open(&mut guest.host(), "default".into()).await;
    assert!(matches!(file_error(files), FileError::AccessDenied));
}

#[tokio::test]
async fn a_grant_for_reading_refuses_writes_and_transactions() {
    let larder = larder();
    let builder = LarderCtx::builder().grant("rw", grant(&larder, "a")).grant("ro", grant(&larder, "a").read_only());
    let mut guest = Guest::new(builder);
    let (writable, readable) = (guest.open("rw").await, guest.open("ro").await);
    guest.set(&writable, "k").await.unwrap();
    assert!(guest.has(&readable, "k").await);
    assert!(matches!(error(guest.set(&readable, "k").await), Error::AccessDenied));
    assert!(matches!(error(guest.host().begin(again(&readable)).await), Error::AccessDenied));
}

#[tokio::test]
async fn tenants_and_scopes_see_nothing_of_each_other() {
    let larder = larder();
    let scope = larder.tenant(&TenantId::parse("a").unwrap()).scope(ScopeName::parse("s").unwrap(), Quota::default());
    let builder = LarderCtx::builder().grant("b", grant(&larder, "b")).grant("s", Grant::store(scope));
    let mut guest = Guest::new(builder.grant("a", grant(&larder, "a")));
    let (a, b, s) = (guest.open("a").await, guest.open("b").await, guest.open("s").await);
    guest.set(&a, "k").await.unwrap();
    assert!(!guest.has(&b, "k").await && !guest.has(&s, "k").await);
}

#[tokio::test]
async fn handles_are_bounded_and_come_back() {
    let limits = Limits { stores: 2, transactions: 1, ..Limits::default() };
    let larder = larder();
    let builder = LarderCtx::builder().grant("a", grant(&larder, "a")).grant("b", grant(&larder, "b"));
    let mut guest = Guest::new(builder.limits(limits));
    let (a, b) = (guest.open("a").await, guest.open("b").await);
    let refused = error(HostStore::open(&mut guest.host(), "a".into()).await);
    assert!(matches!(refused, Error::TooMany(TooMany { what: Holding::Stores, limit: 2 })), "{refused:?}");

    let transaction = guest.host().begin(again(&a)).await.unwrap();
    let refused = error(guest.host().begin(again(&b)).await);
    assert!(matches!(refused, Error::TooMany(TooMany { what: Holding::Transactions, limit: 1 })), "{refused:?}");
    let refused = error(HostTransaction::store(&mut guest.host(), again(&transaction)).await);
    assert!(matches!(refused, Error::TooMany(TooMany { what: Holding::Stores, limit: 2 })), "{refused:?}");

    HostStore::drop(&mut guest.host(), b).await.unwrap();
    let inside = HostTransaction::store(&mut guest.host(), again(&transaction)).await.unwrap();
    guest.host().commit(transaction).await.unwrap();
    HostStore::drop(&mut guest.host(), inside).await.unwrap();
    let transaction = guest.host().begin(again(&a)).await.unwrap();
    guest.host().rollback(transaction).await.unwrap();
}

#[tokio::test]
async fn a_write_beside_the_own_transaction_is_refused_at_once() {
    let larder = larder();
    let builder = LarderCtx::builder().grant("a", grant(&larder, "a")).grant("b", grant(&larder, "b"));
    let mut guest = Guest::new(builder);
    let (a, b) = (guest.open("a").await, guest.open("b").await);
    let transaction = guest.host().begin(again(&a)).await.unwrap();
    let inside = HostTransaction::store(&mut guest.host(), again(&transaction)).await.unwrap();
    guest.set(&inside, "k").await.unwrap();

    assert!(matches!(error(guest.set(&a, "x").await), Error::TransactionOpen));
    assert!(matches!(error(guest.host().begin(again(&a)).await), Error::TransactionOpen));
    assert!(matches!(error(guest.host().begin(again(&inside)).await), Error::TransactionOpen));
    assert!(!guest.has(&a, "k").await, "reading beside it sees what was committed");
    guest.set(&b, "x").await.unwrap();

    guest.host().commit(transaction).await.unwrap();
    assert!(guest.has(&a, "k").await);
    guest.set(&a, "x").await.unwrap();
    assert!(matches!(error(guest.set(&inside, "x").await), Error::Closed));
}

#[tokio::test]
async fn dropping_a_transaction_rolls_back_though_its_store_is_held() {
    let mut guest = Guest::new(LarderCtx::builder().grant("a", grant(&larder(), "a")));
    let a = guest.open("a").await;
    let transaction = guest.host().begin(again(&a)).await.unwrap();
    let inside = HostTransaction::store(&mut guest.host(), again(&transaction)).await.unwrap();
    guest.set(&inside, "k").await.unwrap();
    HostTransaction::drop(&mut guest.host(), transaction).await.unwrap();
    assert!(!guest.has(&a, "k").await);
    guest.set(&a, "x").await.unwrap();
}

#[tokio::test]
async fn the_end_of_an_instance_rolls_back() {
    let larder = larder();
    let mut guest = Guest::new(LarderCtx::builder().grant("a", grant(&larder, "a")));
    let a = guest.open("a").await;
    let transaction = guest.host().begin(again(&a)).await.unwrap();
    let inside = HostTransaction::store(&mut guest.host(), again(&transaction)).await.unwrap();
    guest.set(&inside, "k").await.unwrap();
    drop(guest);

    let mut next = Guest::new(LarderCtx::builder().grant("a", grant(&larder, "a")));
    let a = next.open("a").await;
    next.set(&a, "x").await.unwrap();
    assert!(!next.has(&a, "k").await);
}

#[tokio::test]
async fn file_handles_are_bounded_together_and_leave_no_trace() {
    let root = tempfile::tempdir().unwrap();
    let larder = Larder::open(root.path(), Config::new()).unwrap();
    let tenant = larder.tenant(&TenantId::parse("a").unwrap());
    let files = tenant.files().unwrap();
    let builder = LarderCtx::builder().grant("a", Grant::store(tenant.store()).files(files.clone()));
    let mut guest = Guest::new(builder.limits(Limits { files: 2, ..Limits::default() }));
    let directory = HostDirectory::open(&mut guest.host(), "a".into()).await.unwrap();

    let writer = guest.host().create(again(&directory), "f".into()).await.unwrap();
    let full = file_error(guest.host().create(again(&directory), "g".into()).await);
    assert!(matches!(full, FileError::TooManyHandles(2)), "{full:?}");
    HostWriter::write(&mut guest.host(), again(&writer), b"text".to_vec()).await.unwrap();
    assert_eq!(guest.host().written(again(&writer)).await.unwrap(), 4);
    guest.host().finish(writer).await.unwrap();

    let reader = guest.host().open_read(again(&directory), "f".into(), 1).await.unwrap();
    assert_eq!(guest.host().size(again(&reader)).await.unwrap(), 4);
    assert_eq!(HostReader::read(&mut guest.host(), again(&reader), u32::MAX).await.unwrap(), b"ext");
    assert_eq!(HostReader::read(&mut guest.host(), again(&reader), u32::MAX).await.unwrap(), b"");
    HostReader::drop(&mut guest.host(), reader).await.unwrap();

    let unfinished = guest.host().create(again(&directory), "h".into()).await.unwrap();
    HostWriter::write(&mut guest.host(), again(&unfinished), b"text".to_vec()).await.unwrap();
    drop(guest);
    assert!(files.stat("h").unwrap().is_none());
    assert_eq!(files.usage().unwrap().bytes, 4);
}

#[tokio::test]
async fn a_handle_that_was_never_given_out_is_a_trap() {
    let mut guest = Guest::new(LarderCtx::builder().grant("a", grant(&larder(), "a")));
    let ended = guest.set(&Resource::new_own(7), "k").await;
    assert!(matches!(ended, Err(StoreFault::Trap(_))), "{ended:?}");
}

#[tokio::test]
async fn a_fault_of_the_host_tells_the_guest_nothing() {
    let root = tempfile::tempdir().unwrap();
    let larder = Larder::open(root.path(), Config::new()).unwrap();
    std::fs::write(root.path().join("tenants/a"), "a file where the tenant's directory should be").unwrap();
    let mut guest = Guest::new(LarderCtx::builder().grant("a", grant(&larder, "a")));
    let a = guest.open("a").await;
    assert!(matches!(error(guest.set(&a, "k").await), Error::Unavailable));
}
