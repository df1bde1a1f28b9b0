//! By wasi:http 0.3.

use wasip3::exports::http::handler::Guest;
use wasip3::http::types::{ErrorCode, Fields, Method, Request, Response, Scheme};
use wasip3::wit_bindgen::{StreamWriter, spawn_local};
use wasip3::{wit_future, wit_stream};

use super::{Answer, PIECE, Question, answer, write_after};

/// Answers by `wasi:http/handler@0.3`.
pub struct Handler;

impl Guest for Handler {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        match answer(&question(request).await) {
            Answer::Whole(status, body) => respond(status, async move |mut stream| drop(stream.write_all(body).await)),
            Answer::Large(bytes) => respond(200, async move |mut stream| {
                for _ in 0..bytes.div_ceil(PIECE as u64) {
                    if !stream.write_all(vec![b'x'; PIECE]).await.is_empty() {
                        return;
                    }
                }
            }),
            Answer::Broken => respond(200, async move |mut stream| {
                stream.write_all(b"some".to_vec()).await;
                panic!("on purpose");
            }),
            Answer::WriteAfter(key) => respond(200, async move |stream| {
                drop(stream);
                write_after(&key);
            }),
            Answer::Ask(host) => {
                let told = ask(&host).await.map_or_else(|error| format!("{error:?}"), |status| status.to_string());
                respond(200, async move |mut stream| drop(stream.write_all(told.into_bytes()).await))
            }
            Answer::None => Err(ErrorCode::InternalError(None)),
        }
    }
}

async fn question(request: Request) -> Question {
    let headers = request.get_headers().copy_all();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let method = match request.get_method() {
        Method::Get => "GET".into(),
        Method::Put => "PUT".into(),
        Method::Post => "POST".into(),
        other => format!("{other:?}"),
    };
    let (target, authority) = (request.get_path_with_query(), request.get_authority());
    let (_result, told) = wit_future::new(|| Ok(()));
    let (stream, trailers) = Request::consume_body(request, told);
    let bytes = stream.collect().await;
    Question {
        method,
        target: target.unwrap_or_default(),
        authority: authority.unwrap_or_default(),
        headers: headers.into_iter().map(|(name, value)| (name, text(value))).collect(),
        body: trailers.await.map(|_| bytes).map_err(|error| format!("{error:?}")),
    }
}

fn respond(status: u16, body: impl AsyncFnOnce(StreamWriter<u8>) + 'static) -> Result<Response, ErrorCode> {
    let (writer, contents) = wit_stream::new();
    let (trailers_writer, trailers) = wit_future::new(|| Ok(None));
    let (response, _sent) = Response::new(Fields::new(), Some(contents), trailers);
    response.set_status_code(status).expect("it is a status");
    spawn_local(async move {
        body(writer).await;
        drop(trailers_writer);
    });
    Ok(response)
}

async fn ask(host: &str) -> Result<u16, ErrorCode> {
    let (_trailers, trailers) = wit_future::new(|| Ok(None));
    let (request, _sent) = Request::new(Fields::new(), None, trailers, None);
    request.set_scheme(Some(&Scheme::Http)).expect("it is a scheme");
    request.set_authority(Some(host)).expect("it is an authority");
    request.set_path_with_query(Some("/")).expect("it is a path");
    Ok(wasip3::http::client::send(request).await?.get_status_code())
}
