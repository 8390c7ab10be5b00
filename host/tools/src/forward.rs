//! [`Forwards`]: connecting in place of a program that is in a network of its own.
//!
//! The program sees each granted host under an address that exists there alone. Which host a connection goes to is so
//! settled by the grant, and not by what the program, or a name server that it asks, says.

use std::{
    collections::BTreeMap,
    fmt::Write,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::timeout,
};

use crate::grant::Endpoint;

/// How long a host may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Connections to one endpoint at once; more of them wait.
const CONNECTIONS: usize = 256;

/// The endpoints of a grant with their addresses in the network of the program.
pub(crate) struct Forwards {
    all: Vec<(Endpoint, SocketAddr)>,
}

impl Forwards {
    /// Each once.
    pub(crate) fn new(endpoints: &[Endpoint]) -> Self {
        let mut names = BTreeMap::new();
        let mut all: Vec<(Endpoint, SocketAddr)> = Vec::new();
        for endpoint in endpoints {
            let count = names.len();
            let address = match endpoint.host.parse() {
                Ok(address) => address,
                Err(_) => *names.entry(endpoint.host.to_ascii_lowercase()).or_insert_with(|| stand_in(count)),
            };
            let address = SocketAddr::new(address, endpoint.port);
            if all.iter().all(|(_, other)| *other != address) {
                all.push((endpoint.clone(), address));
            }
        }
        Self { all }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// What is to be listened on.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        self.all.iter().map(|(_, address)| *address)
    }

    /// The names of the hosts, in the format of `/etc/hosts`.
    pub(crate) fn hosts(&self) -> String {
        let mut text = String::new();
        for (endpoint, address) in &self.all {
            if endpoint.host.parse::<IpAddr>().is_err() {
                // Writing to a string does not fail.
                let _ = writeln!(text, "{} {}", address.ip(), endpoint.host);
            }
        }
        text
    }

    /// Serves the listeners, which are in the order of the addresses, until the set is dropped.
    pub(crate) fn serve(&self, listeners: Vec<TcpListener>) -> JoinSet<()> {
        let endpoints = self.all.iter().map(|(endpoint, _)| endpoint.clone());
        listeners.into_iter().zip(endpoints).map(|(listener, endpoint)| serve(listener, endpoint)).collect()
    }
}

/// A loopback address of the network of the program.
fn stand_in(count: usize) -> IpAddr {
    // Not 127.0.0.1, which may be granted under its own name.
    let [.., high, low] = (count + 2).to_be_bytes();
    Ipv4Addr::new(127, 1, high, low).into()
}

async fn serve(listener: TcpListener, endpoint: Endpoint) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        if connections.len() >= CONNECTIONS {
            connections.join_next().await;
        }
        connections.spawn(forward(stream, endpoint.clone()));
    }
}

/// Where the host does not answer, the program sees its connection closed.
async fn forward(mut inside: TcpStream, endpoint: Endpoint) {
    let connected = timeout(PATIENCE, TcpStream::connect((endpoint.host.as_str(), endpoint.port))).await;
    if let Ok(Ok(mut outside)) = connected {
        let _ = copy_bidirectional(&mut inside, &mut outside).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_get_addresses_of_their_own_and_addresses_stay() {
        let endpoints =
            ["db:1", "10.0.0.1:2", "DB:3", "api.example.com:443", "db:1", "[::1]:4"].map(|text| text.parse().unwrap());
        let forwards = Forwards::new(&endpoints);
        let addresses: Vec<String> = forwards.addresses().map(|address| address.to_string()).collect();
        assert_eq!(addresses, ["127.1.0.2:1", "10.0.0.1:2", "127.1.0.2:3", "127.1.0.3:443", "[::1]:4"]);
        assert_eq!(forwards.hosts(), "127.1.0.2 db\n127.1.0.2 DB\n127.1.0.3 api.example.com\n");
    }
}
