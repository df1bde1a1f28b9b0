use std::{net::SocketAddr, path::Path};

use larder::{
    Grant, Interfaces, LarderCtx, Pooling, Runtime, RuntimeConfig, Setup,
    http::{HttpLimits, HttpPlugin, HttpServer, HttpService, ServerConfig, TenantRule},
};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{
    Result,
    bench::{Place, tenant},
};

/// A component that larder serves.
pub(super) struct Served {
    address: SocketAddr,
    task: JoinHandle<larder::http::Drained>,
}

impl Served {
    /// With room set aside for instances, as `wasmtime serve` has it.
    pub(super) fn start(executor: &tokio::runtime::Runtime, component: &Path, place: &Place) -> Result<Served> {
        let runtime = Runtime::new(RuntimeConfig::new().pooling(Pooling::default()))?;
        let plugin = HttpPlugin::load_file(&runtime, component, &Interfaces::all())?;
        let (tenant, store) = (tenant()?, place.store.clone());
        place.larder.tenant(&tenant).create()?;
        let service = HttpService::new(plugin, HttpLimits::default(), move |_| {
            Ok(Setup::new(LarderCtx::builder().grant("default", Grant::store(store.clone())).build()?))
        });
        let config = ServerConfig::new(TenantRule::fixed(tenant));
        let server = HttpServer::new(service, place.larder.clone(), config);
        let listener = executor.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        let task = executor.spawn(async move { server.serve(listener, std::future::pending()).await });
        Ok(Served { address, task })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}
