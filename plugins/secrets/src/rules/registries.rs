//! Tokens of package and image registries: whoever publishes, runs code elsewhere.

use crate::judge::{checksum, encoded};
use crate::rule::{ASSIGNED, Form, Rule, TOKEN};

pub(super) const RULES: [Rule; 12] = [
    Rule {
        id: "npm-token",
        what: "npm access token",
        opens: "can publish packages as its user",
        revoke: "npmjs.com, Access tokens",
        score: 9.5,
        keywords: &["npm_"],
        expression: "npm_[A-Za-z0-9]{36}",
        check: Some(checksum::perhaps_crc32_base62),
        finds: &["//registry.npmjs.org/:_authToken=npm_<b62:30><crc>", "'npm_<b62:30><crc>'"],
        passes: &["npm_<b62:30>000000", "npm_<b62:8>", "npm_<=x:36>"],
        ..TOKEN
    },
    Rule {
        id: "npm-legacy-token",
        what: "npm access token of the old form",
        opens: "can publish packages as its user",
        revoke: "npmjs.com, Access tokens",
        score: 9.5,
        keywords: &["_authtoken"],
        expression: "[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}",
        finds: &["//registry.npmjs.org/:_authToken=<uuid>", "_authToken = <uuid>"],
        passes: &["_authToken=${NPM_TOKEN}", "_authToken=<hex:8>"],
        ..ASSIGNED
    },
    Rule {
        id: "pypi-token",
        what: "PyPI API token",
        opens: "can publish packages of its user or project",
        revoke: "pypi.org, Account settings, API tokens",
        score: 9.5,
        form: Form::Token { reach: 1024, lines: false },
        keywords: &["pypi-AgE"],
        expression: "pypi-AgE[A-Za-z0-9_-]{50,600}",
        check: Some(encoded::is_pypi_macaroon),
        finds: &["TWINE_PASSWORD=pypi-AgEIcHlwaS5vcmc<b62:140>", "'pypi-AgENdGVzdC5weXBpLm9yZw<b62:150>'"],
        passes: &["pypi-AgEIcHlwaS5vcmc", "pypi-AgE<=x:120>", "pypi-AgE<b62:120>"],
        ..TOKEN
    },
    Rule {
        id: "rubygems-key",
        what: "RubyGems API key",
        opens: "can publish gems",
        revoke: "rubygems.org, Settings, API keys",
        score: 9.5,
        keywords: &["rubygems_"],
        expression: "rubygems_[a-f0-9]{48}",
        finds: &["GEM_HOST_API_KEY=rubygems_<hex:48>", "'rubygems_<hex:48>'"],
        passes: &["rubygems_<hex:8>", "rubygems_<=0:48>"],
        ..TOKEN
    },
    Rule {
        id: "crates-io-token",
        what: "crates.io API token",
        opens: "can publish crates",
        revoke: "crates.io, Account settings, API tokens",
        score: 9.5,
        keywords: &["cio"],
        expression: "cio[A-Za-z0-9]{32}",
        entropy: 3.8,
        finds: &["CARGO_REGISTRY_TOKEN=cio<b62:32>", "'cio<b62:32>'"],
        passes: &["cio<b62:8>", "cio<=0:32>"],
        ..TOKEN
    },
    Rule {
        id: "nuget-key",
        what: "NuGet API key",
        opens: "can publish packages",
        revoke: "nuget.org, API keys",
        score: 9.5,
        keywords: &["oy2"],
        expression: "oy2[a-z0-9]{43}",
        entropy: 3.5,
        finds: &["NUGET_API_KEY=oy2<lower:43>", "'oy2<lower:43>'"],
        passes: &["oy2<lower:8>", "toy2<lower:43>"],
        ..TOKEN
    },
    Rule {
        id: "docker-hub-token",
        what: "Docker Hub access token",
        opens: "can pull and push images as its user or organisation",
        revoke: "hub.docker.com, Account settings, Personal access tokens",
        score: 9.0,
        keywords: &["dckr_pat_", "dckr_oat_"],
        expression: "dckr_(?:pat_[A-Za-z0-9_-]{27}|oat_[A-Za-z0-9_-]{32})",
        finds: &["DOCKER_TOKEN=dckr_pat_<b62:27>", "'dckr_oat_<b62:32>'"],
        passes: &["dckr_pat_<b62:8>", "dckr_pat_<=x:27>"],
        ..TOKEN
    },
    Rule {
        id: "clojars-token",
        what: "Clojars deploy token",
        opens: "can publish packages",
        revoke: "clojars.org, Deploy tokens",
        keywords: &["CLOJARS_"],
        expression: "CLOJARS_[a-z0-9]{60}",
        finds: &["TOKEN=CLOJARS_<lower:60>", "'CLOJARS_<lower:60>'"],
        passes: &["CLOJARS_<lower:8>", "CLOJARS_<=0:60>"],
        ..TOKEN
    },
    Rule {
        id: "artifactory-key",
        what: "Artifactory API key",
        opens: "can read and publish artifacts as its user",
        revoke: "User profile, API key",
        score: 9.0,
        keywords: &["AKCp"],
        expression: "AKCp[A-Za-z0-9]{69}",
        finds: &["ARTIFACTORY_KEY=AKCp<b62:69>", "'AKCp<b62:69>'"],
        passes: &["AKCp<b62:8>", "AKCp<=x:69>"],
        ..TOKEN
    },
    Rule {
        id: "artifactory-reference-token",
        what: "Artifactory reference token",
        opens: "can read and publish artifacts as its user",
        revoke: "Administration, Access tokens",
        score: 9.0,
        keywords: &["cmVmdGtu"],
        expression: "cmVmdGtu[A-Za-z0-9]{56}",
        finds: &["ARTIFACTORY_TOKEN=cmVmdGtu<b62:56>", "'cmVmdGtu<b62:56>'"],
        passes: &["cmVmdGtu<b62:8>", "cmVmdGtu<=x:56>"],
        ..TOKEN
    },
    Rule {
        id: "packagist-token",
        what: "Private Packagist token",
        opens: "can read or publish packages",
        revoke: "Settings, API access",
        keywords: &["packagist_"],
        expression: "packagist_[ou][ru][ts]_[a-f0-9]{60,80}",
        finds: &["PACKAGIST=packagist_ort_<hex:68>", "'packagist_uut_<hex:68>'"],
        passes: &["packagist_ort_<hex:8>", "packagist_ort_<=0:68>"],
        ..TOKEN
    },
    Rule {
        id: "jfrog-identity-token",
        what: "JFrog identity token",
        opens: "can read and publish artifacts as its user",
        revoke: "User profile, Identity tokens",
        form: Form::Token { reach: 2048, lines: false },
        keywords: &["eyJ2ZXIiOiIyIi"],
        expression: r"eyJ2ZXIiOiIyIi[A-Za-z0-9_-]{40,600}(?:\.[A-Za-z0-9_-]{20,1200}){0,2}",
        finds: &["JFROG_TOKEN=eyJ2ZXIiOiIyIi<b62:120>", "'eyJ2ZXIiOiIyIi<b62:120>'"],
        passes: &["eyJ2ZXIiOiIyIi<b62:8>", "eyJ2ZXIiOiIyIi<=0:120>"],
        ..TOKEN
    },
];
