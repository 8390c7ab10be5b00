//! Where images come from: built, fetched from a registry; and what containers are made of them with.

use std::fs;

use super::service::{RUN, service};
use crate::registry::Registry;

#[test]
fn an_image_is_built_from_what_is_not_ignored_and_a_build_that_fails_shows_its_last_lines() {
    let Some(service) = service("sdlc-test-build") else { return };
    let project = &service.project;
    service.configure("image = ", "build = { args = { WHO = \"the builder\" } }\nimage = ");
    project.write(
        "Dockerfile",
        "FROM sdlc-test-build:1.0\nARG WHO\nCOPY . /www/\nRUN echo \"built by $WHO\" > /www/index.html; test ! -e /www/private\n",
    );
    project.write(".dockerignore", "private\n");
    project.write("private", "not for the image\n");
    let ran = project.run(&["deploy", "production", "2.0"]).exits(0);
    ran.complains("building `sdlc-test-build:2.0`").complains("Step 3/5 : COPY . /www/");
    assert!(service.page().unwrap().contains("built by the builder"));
    project.write("Dockerfile", "FROM sdlc-test-build:1.0\nRUN echo there is no compiler; exit 4\n");
    let failed = project.run(&["deploy", "production", "2.1"]).exits(3);
    failed.complains("`sdlc-test-build:2.1` cannot be built").complains("there is no compiler");
    assert!(service.page().unwrap().contains("built by the builder"));
}

#[test]
fn an_image_is_fetched_by_tag_or_digest_with_the_login_of_the_docker_configuration() {
    let Some(service) = service("sdlc-test-fetch") else { return };
    let Some(registry) = Registry::with_login() else { return };
    let (project, port) = (&service.project, registry.port);
    let remote = format!("127.0.0.1:{port}/acme/shop");
    service.shell(&format!(
        "set -e; docker tag sdlc-test-fetch:1.0 {remote}:3.0; export DOCKER_CONFIG=$(mktemp -d); \
         echo pass:word | docker login -u user --password-stdin 127.0.0.1:{port} 2>/dev/null; docker push -q {remote}:3.0; \
         docker rmi {remote}:3.0 sdlc-test-fetch:1.0"
    ));
    service.configure("image = \"sdlc-test-fetch\"", &format!("image = \"{remote}\""));
    project.run(&["deploy", "production", "3.0"]).exits(3).complains("no basic auth credentials");
    // `user:pass:word`, as `docker login` writes it.
    let login = format!("{{\"auths\": {{\"127.0.0.1:{port}\": {{\"auth\": \"dXNlcjpwYXNzOndvcmQ=\"}}}}}}");
    project.write("../.docker/config.json", login);
    project.run(&["deploy", "production", "9.9"]).exits(3).complains("9.9");
    project.run(&["deploy", "production", "3.0"]).exits(0).complains("fetching");
    assert!(service.page().unwrap().contains("version 1.0"));
    let digest = service.shell(&format!("docker inspect -f '{{{{index .RepoDigests 0}}}}' {remote}:3.0"));
    let (_, digest) = digest.trim().split_once('@').unwrap();
    project.run(&["deploy", "production", digest]).exits(0).complains("is live");
    service.shell(&format!("docker rm -f $IDS; docker rmi -f $(docker images -q {remote})"));
}

#[test]
fn a_replica_has_the_limits_volumes_networks_and_variables_that_are_asked_for_and_its_own_check_is_listened_to() {
    let Some(service) = service("sdlc-test-made") else { return };
    let project = &service.project;
    let data = project.path("../data");
    fs::create_dir(&data).unwrap();
    fs::write(data.join("a"), "of the host\n").unwrap();
    service.shell("docker network create sdlc-test-made-more");
    let check = "HEALTHCHECK --interval=200ms --retries=1 CMD /bin/sh -c 'test -e /data/well'";
    service.image("2.0", &format!("{RUN}\n{check}"));
    let text = fs::read_to_string(project.path("sdlc.toml")).unwrap();
    let start = text.find("health = ").unwrap();
    let end = start + text[start..].find('\n').unwrap();
    let more = format!(
        "health = {{ kind = \"image\" }}\nresources = {{ cpu = \"500m\", memory = \"64Mi\" }}\nenv = {{ COLOUR = \"teal\" }}\n\
         volumes = [\"{}:/data:ro\"]\nnetworks = [\"sdlc-test-made-more\"]\nrestart = \"on-failure\"\n",
        data.display()
    );
    project.write("sdlc.toml", format!("{}{more}{}", &text[..start], &text[end..]));
    let sick = project.run(&["deploy", "production", "2.0"]).exits(1);
    sick.complains("0 of 2 replicas became healthy within 5s");
    fs::write(data.join("well"), "").unwrap();
    project.run(&["deploy", "production", "2.0"]).exits(0);
    assert!(service.page().unwrap().contains("version 2.0"));
    let asked = "{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} {{.HostConfig.RestartPolicy.Name}} {{.Config.Env}}";
    let made = service.shell(&format!("docker inspect -f '{asked}' $IDS"));
    assert_eq!(made.lines().filter(|line| line.starts_with("500000000 67108864 on-failure")).count(), 2, "{made}");
    assert!(made.contains("COLOUR=teal"), "{made}");
    let inside = "set -- $IDS; docker exec $1 cat /data/a; docker exec $1 sh -c '! echo x > /data/b'";
    assert!(service.shell(inside).contains("of the host"));
    assert_eq!(service.shell("docker network inspect -f '{{len .Containers}}' sdlc-test-made-more").trim(), "2");
    service.shell("docker rm -f $IDS; docker network rm sdlc-test-made-more");
}

#[test]
fn the_example_of_the_readme_is_deployed_as_it_is() {
    let Some(service) = service("sdlc-test-example") else { return };
    let example = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/service");
    let project = &service.project;
    service.shell(&format!("cp -r {}/. /bin/busybox {}", example.display(), project.root().display()));
    service.configure("name = \"pages\"", "name = \"sdlc-test-example\"");
    service.configure("image = \"pages\"", "image = \"sdlc-test-example\"");
    service.configure("127.0.0.1:8080", &format!("127.0.0.1:{}", service.port));
    service.configure("hold = \"3s\"", "hold = \"300ms\"");
    project.run(&["deploy", "production", "1", "--analyze-only"]).exits(0);
    project.run(&["deploy", "production", "1"]).exits(0);
    assert!(service.page().unwrap().contains("the first page"));
    project.write("www/index.html", "the second page\n");
    project.run(&["deploy", "production", "2"]).exits(0).complains("shift 10 %");
    assert!(service.page().unwrap().contains("the second page"));
    project.run(&["rollback", "production"]).exits(0);
    assert!(service.page().unwrap().contains("the first page"));
    project.run(&["deploy", "production", "1"]).exits(0).complains("`1` is live with another image");
}
