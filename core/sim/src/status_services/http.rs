//! A small HTTP/1.1 server on this machine (RFC 9112), one request for each connection, one connection at a time.

use std::{
    collections::BTreeMap,
    fmt, io,
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use super::OcspResponder;

/// The longest request body that is taken, in bytes.
pub const MAX_BODY_LEN: usize = 64 * 1024;
const MAX_HEAD_LEN: usize = 8 * 1024;
const MAX_HEADERS: usize = 32;
/// A client that needs longer for its request is dropped.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a read waits before it looks whether the server has been stopped.
const POLL: Duration = Duration::from_millis(50);

/// A request as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpRequest {
    /// Such as `POST`.
    pub method: String,
    /// The request target, such as `/`.
    pub path: String,
    /// The Content-Type field.
    pub content_type: Option<String>,
    /// The content, at most [`MAX_BODY_LEN`] bytes.
    pub body: Vec<u8>,
}

/// What is sent back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpAnswer {
    /// Status code.
    pub status: u16,
    /// The Content-Type field.
    pub content_type: String,
    /// The content.
    pub body: Vec<u8>,
}

impl HttpAnswer {
    /// 200 with content.
    pub fn ok(content_type: &str, body: Vec<u8>) -> Self {
        Self { status: 200, content_type: content_type.to_owned(), body }
    }

    /// A status code without content.
    pub fn empty(status: u16) -> Self {
        Self { status, content_type: "text/plain".to_owned(), body: Vec::new() }
    }
}

/// A running server. It listens on 127.0.0.1 only, and stops when dropped.
pub struct StatusServer {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
}

impl StatusServer {
    /// Starts a server on a free port. A test that changes what is served keeps it behind a lock that it shares with
    /// `handler`.
    ///
    /// # Errors
    /// When no port can be listened on.
    pub fn start(handler: impl Fn(&HttpRequest) -> HttpAnswer + Send + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let (stopped, answered) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let shared = (stopped.clone(), answered.clone());
        let thread = std::thread::Builder::new().name("status server".to_owned()).spawn(move || {
            let (stopped, answered) = shared;
            for connection in listener.incoming() {
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                // A client that hangs up or talks nonsense is its own problem.
                let _ = connection.and_then(|stream| serve(stream, &stopped, &answered, &handler));
            }
        })?;
        Ok(Self { address, stopped, answered, thread: Some(thread) })
    }

    /// Serves an OCSP responder by POST on every path (RFC 6960 §A.1). `clock` gives seconds since
    /// 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn ocsp(responder: OcspResponder, clock: impl Fn() -> i64 + Send + 'static) -> io::Result<Self> {
        Self::start(move |request| match (request.method.as_str(), request.content_type.as_deref()) {
            ("POST", Some("application/ocsp-request")) => {
                HttpAnswer::ok("application/ocsp-response", responder.answer(&request.body, clock()))
            }
            ("POST", _) => HttpAnswer::empty(415),
            _ => HttpAnswer::empty(405),
        })
    }

    /// Serves files by GET, such as lists, by path, such as `/kiyose.crl`.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn files(files: BTreeMap<String, Vec<u8>>) -> io::Result<Self> {
        Self::start(move |request| match (request.method.as_str(), files.get(&request.path)) {
            ("GET", Some(file)) => HttpAnswer::ok("application/pkix-crl", file.clone()),
            ("GET", None) => HttpAnswer::empty(404),
            _ => HttpAnswer::empty(405),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address without a path, such as `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many requests it has answered, error codes included.
    pub fn answered(&self) -> usize {
        self.answered.load(Ordering::Relaxed)
    }
}

impl Drop for StatusServer {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // Wakes the thread if it waits for a client; if this fails, somebody else has just woken it.
        let _ = TcpStream::connect_timeout(&self.address, PATIENCE);
        if let Some(thread) = self.thread.take() {
            // A handler that panicked has shown why.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for StatusServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusServer").field("address", &self.address).finish_non_exhaustive()
    }
}

fn serve(
    mut stream: TcpStream,
    stopped: &AtomicBool,
    answered: &AtomicUsize,
    handler: &impl Fn(&HttpRequest) -> HttpAnswer,
) -> io::Result<()> {
    stream.set_read_timeout(Some(POLL))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let answer = match receive(&mut stream, stopped)? {
        Ok(request) => handler(&request),
        Err(status) => HttpAnswer::empty(status),
    };
    // Before the answer is out, so that whoever has it finds it counted.
    answered.fetch_add(1, Ordering::Relaxed);
    let head = format!(
        "HTTP/1.1 {} \r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        answer.status,
        answer.content_type,
        answer.body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(&answer.body)?;
    stream.flush()
}

/// The request, or the status code it is refused with.
fn receive(stream: &mut TcpStream, stopped: &AtomicBool) -> io::Result<Result<HttpRequest, u16>> {
    let deadline = Instant::now() + PATIENCE;
    let mut received = Vec::new();
    let (mut request, head_len, body_len) = loop {
        match head(&received) {
            Err(status) => return Ok(Err(status)),
            Ok(Some(head)) => break head,
            Ok(None) if received.len() > MAX_HEAD_LEN => return Ok(Err(431)),
            Ok(None) => more(stream, &mut received, stopped, deadline)?,
        }
    };
    if body_len > MAX_BODY_LEN {
        return Ok(Err(413));
    }
    while received.len() < head_len + body_len {
        more(stream, &mut received, stopped, deadline)?;
    }
    request.body = received.get(head_len..head_len + body_len).unwrap_or_default().to_vec();
    Ok(Ok(request))
}

/// The request without its body, the lengths of head and body; `None` while the head is incomplete.
fn head(received: &[u8]) -> Result<Option<(HttpRequest, usize, usize)>, u16> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let head_len = match parsed.parse(received) {
        Ok(httparse::Status::Complete(head_len)) => head_len,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(431),
        Err(_) => return Err(400),
    };
    let field = |name: &str| {
        let found = parsed.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| String::from_utf8_lossy(header.value).trim().to_owned())
    };
    if field("Transfer-Encoding").is_some() {
        return Err(411);
    }
    let body_len = field("Content-Length").map_or(Ok(0), |len| len.parse()).map_err(|_| 400_u16)?;
    let request = HttpRequest {
        method: parsed.method.unwrap_or_default().to_owned(),
        path: parsed.path.unwrap_or_default().to_owned(),
        content_type: field("Content-Type"),
        body: Vec::new(),
    };
    Ok(Some((request, head_len, body_len)))
}

fn more(
    stream: &mut TcpStream,
    received: &mut Vec<u8>,
    stopped: &AtomicBool,
    deadline: Instant,
) -> io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        if stopped.load(Ordering::Relaxed) || Instant::now() > deadline {
            return Err(io::ErrorKind::TimedOut.into());
        }
        match stream.read(&mut buffer) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                received.extend(buffer.iter().take(count));
                return Ok(());
            }
            Err(error) if is_timeout(&error) => {}
            Err(error) => return Err(error),
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}
