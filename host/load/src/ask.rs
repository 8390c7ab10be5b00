//! [`Asked`]: one request to a service, and what it answers. Over HTTP/1.1, on a connection of its own.

use std::{
    io,
    pin::pin,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Version, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use crate::{
    plan::{LoadError, Plan},
    target::Target,
    tls,
};

/// A service that is asked.
pub struct Asked {
    target: Target,
    tls: Option<TlsConnector>,
}

/// What a service answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Of HTTP.
    pub status: u16,
    /// From the beginning of the connection to the head of the answer.
    pub latency: Duration,
    /// What came after the head. Untrusted.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// There is no connection.
    #[error("it cannot be reached: {0}")]
    Unreachable(#[from] io::Error),
    /// What came is no answer.
    #[error("it does not answer: {0}")]
    Broken(#[from] hyper::Error),
    /// The answer is longer than this.
    #[error("it answered more than {0} bytes")]
    Large(usize),
    /// There was no answer in time.
    #[error("it did not answer within {0:?}")]
    Late(Duration),
}

impl Asked {
    /// Does not connect.
    ///
    /// # Errors
    /// Where that is no address over HTTP, or the certificates of the machine cannot be read.
    pub fn new(url: &str) -> Result<Self, LoadError> {
        let target = target(url)?;
        let tls = target.server_name.is_some().then(|| tls::connector(&[], &[b"http/1.1"])).transpose()?;
        Ok(Self { target, tls })
    }

    /// Asks with `GET`. Redirections are not followed.
    ///
    /// # Errors
    /// Where it does not answer in time, or more than `most` bytes.
    pub async fn get(&self, timeout: Duration, most: usize) -> Result<Answer, AskError> {
        tokio::time::timeout(timeout, self.exchange(most)).await.unwrap_or(Err(AskError::Late(timeout)))
    }

    async fn exchange(&self, most: usize) -> Result<Answer, AskError> {
        let began = Instant::now();
        let stream = TcpStream::connect((self.target.host.as_str(), self.target.port)).await?;
        let request = self.target.request(Version::HTTP_11);
        match (&self.tls, &self.target.server_name) {
            (Some(tls), Some(name)) => exchange(tls.connect(name.clone(), stream).await?, request, began, most).await,
            _ => exchange(stream, request, began, most).await,
        }
    }
}

/// Whether something can be asked at that address.
///
/// # Errors
/// Why not.
pub fn check(url: &str) -> Result<(), LoadError> {
    target(url).map(drop)
}

fn target(url: &str) -> Result<Target, LoadError> {
    // What it is asked is all that counts of a plan here.
    Target::new(&Plan {
        method: "GET".to_owned(),
        url: url.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
        rate: 1.0,
        warm_up: Duration::ZERO,
        duration: Duration::ZERO,
        connections: 1,
        timeout: Duration::ZERO,
    })
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    request: Request<Full<Bytes>>,
    began: Instant,
    most: usize,
) -> Result<Answer, AskError> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let answer = async {
        let mut response = sender.send_request(request).await?;
        let (latency, mut body) = (began.elapsed(), Vec::new());
        while let Some(frame) = response.frame().await {
            if let Some(data) = frame?.data_ref() {
                if body.len() + data.len() > most {
                    return Err(AskError::Large(most));
                }
                body.extend_from_slice(data);
            }
        }
        Ok(Answer { status: response.status().as_u16(), latency, body })
    };
    let (mut answer, mut connection) = (pin!(answer), pin!(connection));
    tokio::select! {
        answer = &mut answer => return answer,
        ended = &mut connection => ended?,
    }
    // What came before it ended is there.
    answer.await
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpListener,
        thread,
    };

    use tokio::runtime::Builder;

    use super::*;

    /// Of a server that answers one connection with that.
    fn asked(said: Vec<u8>) -> Result<Answer, AskError> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/healthz?a=b", listener.local_addr().unwrap());
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            let read = stream.read(&mut request).unwrap();
            let _ = stream.write_all(&said);
            String::from_utf8_lossy(&request[..read]).into_owned()
        });
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let answer = runtime.block_on(Asked::new(&url).unwrap().get(Duration::from_secs(5), 100));
        let request = server.join().unwrap();
        assert!(request.starts_with("GET /healthz?a=b HTTP/1.1\r\nhost: 127.0.0.1:"), "{request}");
        answer
    }

    #[test]
    fn what_is_answered_comes_back_whether_its_length_is_told_or_not() {
        for said in ["HTTP/1.1 503 No\r\ncontent-length: 4\r\n\r\nwell", "HTTP/1.0 503 No\r\n\r\nwell"] {
            let answer = asked(said.into()).unwrap();
            assert_eq!((answer.status, answer.body.as_slice()), (503, &b"well"[..]));
        }
    }

    #[test]
    fn what_is_no_answer_or_too_long_a_one_is_told() {
        assert!(asked(b"SSH-2.0-OpenSSH\r\n".to_vec()).unwrap_err().to_string().contains("does not answer"));
        assert!(asked(Vec::new()).unwrap_err().to_string().contains("does not answer"));
        let long = [&b"HTTP/1.0 200 OK\r\n\r\n"[..], &[b'x'; 101]].concat();
        assert_eq!(asked(long).unwrap_err().to_string(), "it answered more than 100 bytes");
    }

    #[test]
    fn nobody_there_and_nothing_said_come_to_an_end() {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let asked = Asked::new(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let late = runtime.block_on(asked.get(Duration::from_millis(50), 100)).unwrap_err();
        assert_eq!(late.to_string(), "it did not answer within 50ms");
        drop(listener);
        let gone = runtime.block_on(asked.get(Duration::from_secs(5), 100)).unwrap_err();
        assert!(gone.to_string().starts_with("it cannot be reached: "), "{gone}");
        assert!(check("ftp://a/").is_err() && check("http://user:word@a/").is_err() && check("https://a/").is_ok());
    }
}
