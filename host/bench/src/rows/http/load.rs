use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use http_body_util::{BodyExt as _, Empty};
use hyper::{
    Request,
    body::Bytes,
    client::conn::http1::{SendRequest, handshake},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::Result;

/// Keys that requests are about.
const KEYS: u64 = 1_000;

/// Clients on connections that they keep, each with one request at a time.
pub(super) struct Load {
    pub(super) address: SocketAddr,
    pub(super) method: &'static str,
    pub(super) requests: u64,
    pub(super) connections: usize,
}

impl Load {
    /// How long all of the requests took.
    pub(super) async fn run(&self) -> Result<Duration> {
        let mut clients = Vec::new();
        for _ in 0..self.connections {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            let (sender, connection) = handshake(TokioIo::new(stream)).await?;
            tokio::spawn(connection);
            clients.push(sender);
        }
        let each = self.requests / self.connections as u64;
        let start = Instant::now();
        let clients = clients.into_iter().enumerate().map(|(number, client)| {
            let first = number as u64 * each;
            tokio::spawn(ask(client, self.method, first..first + each))
        });
        for client in clients.collect::<Vec<_>>() {
            client.await??;
        }
        Ok(start.elapsed())
    }
}

async fn ask(mut client: SendRequest<Empty<Bytes>>, method: &'static str, keys: std::ops::Range<u64>) -> Result<()> {
    for key in keys {
        let request = Request::builder().method(method).uri(format!("/{:04}", key % KEYS)).header("host", "localhost");
        client.ready().await?;
        let answer = client.send_request(request.body(Empty::new())?).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        if status != 200 || body.len() != 64 {
            return Err(format!("{status}: {} bytes", body.len()).into());
        }
    }
    Ok(())
}
