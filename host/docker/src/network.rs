//! Networks of an environment. Replicas have addresses of their own choosing there, which they keep when they are started
//! again: an address that goes over to a replica of another version would bring its requests along.

use std::{collections::HashMap, net::Ipv4Addr};

use bollard::models::{Ipam, IpamConfig, NetworkCreateRequest};

use crate::{
    DockerError, Engine,
    error::{Asking, status},
};

/// A range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Subnet {
    first: u32,
    size: u32,
}

impl Subnet {
    fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let (address, length): (Ipv4Addr, u32) = (address.parse().ok()?, length.parse().ok()?);
        let size = 1u32.checked_shl(32u32.checked_sub(length)?)?;
        Some(Self { first: u32::from(address) & !(size - 1), size })
    }

    /// Those that a replica may have: not the network's own, nor the gateway, nor the broadcast's.
    pub(crate) fn addresses(self) -> impl Iterator<Item = Ipv4Addr> {
        (2..self.size.saturating_sub(1)).map(move |offset| Ipv4Addr::from(self.first + offset))
    }
}

impl Engine {
    /// The network of that name; it is made where it is not there.
    pub(crate) async fn network(&self, name: &str, labels: &HashMap<String, String>) -> Result<Subnet, DockerError> {
        if let Some(subnet) = self.subnet(name).await? {
            return Ok(subnet);
        }
        // Only a network whose range was asked for has addresses of one's own choosing, so the engine is asked for a range
        // that is free, and then for that range.
        self.create_network(name, labels, None).await?;
        let subnet = self.range(name).await?;
        self.docker.remove_network(name).await.asking(format!("to remove the network `{name}`"))?;
        self.create_network(name, labels, subnet).await?;
        let made = self.subnet(name).await?;
        made.ok_or_else(|| DockerError::Nonsense(format!("that the network `{name}` has no range of addresses")))
    }

    async fn subnet(&self, name: &str) -> Result<Option<Subnet>, DockerError> {
        Ok(self.range(name).await?.as_deref().and_then(Subnet::parse))
    }

    async fn range(&self, name: &str) -> Result<Option<String>, DockerError> {
        match self.calls.retried(|| self.docker.inspect_network(name, None)).await {
            Ok(network) => {
                let configurations = network.ipam.and_then(|ipam| ipam.config).unwrap_or_default();
                Ok(configurations.into_iter().find_map(|configuration| configuration.subnet))
            }
            Err(error) if status(&error) == Some(404) => Ok(None),
            Err(error) => Err(error).asking(format!("about the network `{name}`")),
        }
    }

    async fn create_network(
        &self,
        name: &str,
        labels: &HashMap<String, String>,
        subnet: Option<String>,
    ) -> Result<(), DockerError> {
        let range = |subnet| IpamConfig { subnet: Some(subnet), ..IpamConfig::default() };
        let request = || NetworkCreateRequest {
            name: name.to_owned(),
            labels: Some(labels.clone()),
            ipam: subnet.clone().map(|subnet| Ipam { config: Some(vec![range(subnet)]), ..Ipam::default() }),
            ..NetworkCreateRequest::default()
        };
        let made = self.calls.retried(|| self.docker.create_network(request())).await;
        made.map(drop).asking(format!("for a network `{name}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_gives_the_addresses_between_the_gateway_and_the_broadcast() {
        let addresses: Vec<_> = Subnet::parse("10.1.2.7/29").unwrap().addresses().map(|one| one.to_string()).collect();
        assert_eq!(addresses, ["10.1.2.2", "10.1.2.3", "10.1.2.4", "10.1.2.5", "10.1.2.6"]);
        assert_eq!(Subnet::parse("10.1.2.0/33"), None);
        assert_eq!(Subnet::parse("fd00::/64"), None);
    }
}
