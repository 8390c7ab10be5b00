//! Images: found, fetched, built.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use bollard::{
    auth::DockerCredentials,
    body_try_stream,
    query_parameters::{BuildImageOptionsBuilder, CreateImageOptionsBuilder},
};
use futures_util::StreamExt;
use sdlc_model::service::Build;

use crate::{
    DockerError, Engine, context,
    error::{Asking, status},
};

/// Lines of the builder that are shown when a build fails.
const LINES: usize = 20;

/// An image that the engine has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its digest, which names this image and no other.
    pub id: String,
    /// Bytes.
    pub size: u64,
    /// Whether it says how to tell that a container is well.
    pub has_health_check: bool,
}

/// A login for a registry.
#[derive(Clone)]
pub struct Credentials {
    /// Name of the registry.
    pub server: String,
    /// Name of the user.
    pub user: String,
    /// Password.
    pub password: String,
}

impl Engine {
    /// An image that the engine has; none: it has it not.
    ///
    /// # Errors
    /// Where the engine does not say.
    pub async fn image(&self, reference: &str) -> Result<Option<Image>, DockerError> {
        let found = match self.calls.retried(|| self.docker.inspect_image(reference)).await {
            Err(error) if status(&error) == Some(404) => return Ok(None),
            found => found.asking(format!("about the image `{reference}`"))?,
        };
        let check = found.config.and_then(|config| config.healthcheck).and_then(|check| check.test);
        Ok(Some(Image {
            id: found.id.unwrap_or_default(),
            size: found.size.and_then(|size| size.try_into().ok()).unwrap_or_default(),
            has_health_check: check.is_some_and(|test| test.first().is_some_and(|word| word != "NONE")),
        }))
    }

    /// Fetches an image from its registry. `tell` gets a line now and then.
    ///
    /// # Errors
    /// Where it is not there, or may not be fetched.
    pub async fn pull(
        &self,
        reference: &str,
        credentials: Option<Credentials>,
        tell: &mut dyn FnMut(&str),
    ) -> Result<(), DockerError> {
        let options = CreateImageOptionsBuilder::new().from_image(reference).build();
        let credentials = credentials.map(|login| DockerCredentials {
            username: Some(login.user),
            password: Some(login.password),
            serveraddress: Some(login.server),
            ..DockerCredentials::default()
        });
        let mut stream = self.docker.create_image(Some(options), None, credentials);
        while let Some(info) = stream.next().await {
            let info = info.asking(format!("for the image `{reference}`"))?;
            if let (Some(status), None) = (&info.status, &info.progress_detail) {
                tell(status);
            }
        }
        Ok(())
    }

    /// Builds an image and gives it a name. `tell` gets the lines of the builder.
    ///
    /// # Errors
    /// Where a file cannot be read, or the build fails: with its last lines.
    pub async fn build(
        &self,
        root: &Path,
        build: &Build,
        tag: &str,
        labels: &HashMap<String, String>,
        tell: &mut dyn FnMut(&str),
    ) -> Result<(), DockerError> {
        let args: HashMap<_, _> = build.args.clone().into_iter().collect();
        let options = BuildImageOptionsBuilder::new().dockerfile(&build.dockerfile).t(tag).rm(true).forcerm(true);
        let mut options = options.buildargs(&args).labels(labels);
        if let Some(target) = &build.target {
            options = options.target(target);
        }
        // Without the `.` of the context, which would be in every message.
        let context: PathBuf = root.join(&build.context).components().collect();
        let (archive, failure) = context::stream(&context);
        let mut last = Vec::new();
        let mut result = Ok(());
        {
            let mut stream = Box::pin(self.docker.build_image(options.build(), None, Some(body_try_stream(archive))));
            while let Some(info) = stream.next().await {
                match info {
                    Ok(info) => {
                        for line in
                            info.stream.as_deref().unwrap_or_default().lines().filter(|line| !line.trim().is_empty())
                        {
                            tell(line);
                            last.push(line.to_owned());
                        }
                    }
                    Err(error) => result = Err(error),
                }
            }
        }
        // A file that could not be read cuts the context off, which the engine only notices as such.
        if let Ok(failure) = failure.await {
            return Err(failure);
        }
        result.map_err(|error| {
            let said = last.iter().skip(last.len().saturating_sub(LINES)).map(|line| format!("\n  {line}"));
            DockerError::Build { image: tag.to_owned(), reason: format!("{error}{}", said.collect::<String>()) }
        })
    }
}
