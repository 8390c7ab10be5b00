//! Taking an environment away from an engine.

use sdlc_model::service::Service;

use crate::{
    DockerError, Engine,
    error::{Asking, status},
    replica::network_name,
};

impl Engine {
    /// All containers of an environment, of any release and whatever they do, and its network are gone. Gives how many containers
    /// there were, and whether there was a network.
    ///
    /// # Errors
    /// Where the engine would not.
    pub async fn clear(&self, service: &Service) -> Result<(usize, bool), DockerError> {
        let replicas = self.all(service).await?;
        for replica in &replicas {
            self.stop(replica, service.stop_timeout).await?;
            self.remove(replica).await?;
        }
        let name = network_name(service);
        let network = match self.calls.retried(|| self.docker.remove_network(&name)).await {
            Err(error) if status(&error) == Some(404) => false,
            removed => removed.asking(format!("to remove the network `{name}`")).map(|()| true)?,
        };
        Ok((replicas.len(), network))
    }
}
