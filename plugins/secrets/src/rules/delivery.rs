//! Tokens of services that build, check and deliver: CI, code quality, deployment.

use crate::rule::{ASSIGNED, Rule, TOKEN};

pub(super) const RULES: [Rule; 17] = [
    Rule {
        id: "circleci-token",
        what: "CircleCI API token",
        opens: "can start builds and read their settings",
        revoke: "User settings, Personal API tokens",
        keywords: &["CCIPAT_", "CCIPRJ_"],
        expression: "CCIP(?:AT|RJ)_[A-Za-z0-9]{22}_[a-f0-9]{40}",
        finds: &["CIRCLE_TOKEN=CCIPAT_<b62:22>_<hex:40>", "'CCIPRJ_<b62:22>_<hex:40>'"],
        passes: &["CCIPAT_<b62:22>", "CCIPAT_<=x:22>_<=0:40>"],
        ..TOKEN
    },
    Rule {
        id: "circleci-legacy-token",
        what: "CircleCI API token of the old form",
        opens: "can start builds and read their settings",
        revoke: "User settings, Personal API tokens",
        keywords: &["circle"],
        expression: "[a-f0-9]{40}",
        finds: &["CIRCLECI_TOKEN=<hex:40>", r#"circle_token: "<hex:40>""#],
        passes: &["CIRCLE_SHA1=<hex:40>", "CIRCLECI_TOKEN=<hex:20>"],
        ..ASSIGNED
    },
    Rule {
        id: "travis-token",
        what: "Travis CI API token",
        opens: "can start builds and read their settings",
        revoke: "Settings, API authentication, Regenerate",
        keywords: &["travis"],
        expression: "[A-Za-z0-9_-]{22}",
        entropy: 3.5,
        finds: &["TRAVIS_TOKEN=<b62:22>", r#"travis_api_token: "<b62:22>""#],
        passes: &["TRAVIS_TOKEN=<b62:8>", "travis_branch: <b62:22>"],
        ..ASSIGNED
    },
    Rule {
        id: "buildkite-token",
        what: "Buildkite token",
        opens: "can start builds, or take jobs with their secrets",
        revoke: "Personal settings, API access tokens; or Agents, Agent tokens",
        keywords: &["bkua_", "bkct_", "bkaj_", "bkpi_"],
        expression: "bk(?:ua|ct|aj|pi)_[A-Za-z0-9._-]{32,64}",
        finds: &["BUILDKITE_TOKEN=bkua_<hex:40>", "'bkct_<b62:48>'"],
        passes: &["bkua_<hex:8>", "bkua_<=0:40>"],
        ..TOKEN
    },
    Rule {
        id: "drone-token",
        what: "Drone CI token",
        opens: "can start builds and read their settings",
        revoke: "User settings, Your personal token, Rotate",
        keywords: &["drone"],
        expression: "[A-Za-z0-9]{32}",
        entropy: 3.2,
        finds: &["DRONE_TOKEN=<b62:32>", r#"drone_secret: "<hex:32>""#],
        passes: &["DRONE_COMMIT=<hex:32>", "DRONE_TOKEN=<b62:8>"],
        ..ASSIGNED
    },
    Rule {
        id: "jenkins-token",
        what: "Jenkins API token",
        opens: "can start and change jobs as its user",
        revoke: "the user, Security, API Token",
        keywords: &["jenkins"],
        expression: "(?:11)?[a-f0-9]{32}",
        finds: &["JENKINS_API_TOKEN=11<hex:32>", r#"jenkins_token: "<hex:32>""#],
        passes: &["JENKINS_BUILD=<hex:32>", "JENKINS_API_TOKEN=<hex:12>"],
        ..ASSIGNED
    },
    Rule {
        id: "codecov-token",
        what: "Codecov upload token",
        opens: "can upload coverage of the repository",
        revoke: "Settings of the repository, General, Regenerate",
        severity: sdlc_sdk::Severity::Warning,
        score: 4.0,
        keywords: &["codecov"],
        expression: "[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}",
        finds: &["CODECOV_TOKEN=<uuid>", r#"codecov_token: "<uuid>""#],
        passes: &["CODECOV_TOKEN=${{ secrets.CODECOV_TOKEN }}", "codecov: <uuid>"],
        ..ASSIGNED
    },
    Rule {
        id: "sonar-token",
        what: "SonarQube token",
        opens: "can read results and upload analyses",
        revoke: "My account, Security",
        keywords: &["sqp_", "squ_", "sqa_"],
        expression: "sq[pua]_[a-f0-9]{40}",
        finds: &["SONAR_TOKEN=sqp_<hex:40>", "-Dsonar.token=squ_<hex:40>"],
        passes: &["sqp_<hex:8>", "sqa_<=0:40>"],
        ..TOKEN
    },
    Rule {
        id: "snyk-token",
        what: "Snyk API token",
        opens: "can read and change the organisation's projects",
        revoke: "Account settings, API token",
        keywords: &["snyk"],
        expression: r"(?:snyk_uat\.[0-9a-f]{8}\.)?[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}",
        finds: &["SNYK_TOKEN=<uuid>", r#"snyk_api_key: "<uuid>""#],
        passes: &["SNYK_TOKEN=<hex:12>", "snyk_organisation: <uuid>"],
        ..ASSIGNED
    },
    Rule {
        id: "harness-token",
        what: "Harness access token",
        opens: "can start and change pipelines",
        revoke: "Profile, API keys",
        keywords: &["pat.", "sat."],
        expression: r"[ps]at\.[A-Za-z0-9_-]{22}\.[a-f0-9]{24}\.[A-Za-z0-9]{20}",
        finds: &["HARNESS_TOKEN=pat.<b62:22>.<hex:24>.<b62:20>", "'sat.<b62:22>.<hex:24>.<b62:20>'"],
        passes: &["pat.<b62:22>.<hex:4>", "compat.<b62:22>.<hex:24>.<b62:20>"],
        ..TOKEN
    },
    Rule {
        id: "octopus-deploy-key",
        what: "Octopus Deploy API key",
        opens: "can deploy as its user",
        revoke: "Profile, My API keys",
        keywords: &["API-"],
        expression: "API-[A-Z0-9]{25,34}",
        entropy: 3.5,
        finds: &["OCTOPUS_KEY=API-<upper:26>", "\"API-<upper:30>\""],
        passes: &["API-REFERENCE", "API-<=X:26>"],
        ..TOKEN
    },
    Rule {
        id: "terraform-cloud-token",
        what: "HCP Terraform token",
        opens: "can read states with all their secrets, and apply changes",
        revoke: "User settings, Tokens",
        score: 9.0,
        keywords: &[".atlasv1."],
        expression: r"\b([A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70})",
        form: crate::rule::Form::Around,
        finds: &["token = \"<b62:14>.atlasv1.<b62:67>\"", "TF_TOKEN=<b62:14>.atlasv1.<b62:60>"],
        passes: &["<b62:14>.atlasv1.<b62:8>", ".atlasv1.<b62:67>"],
        ..TOKEN
    },
    Rule {
        id: "pulumi-token",
        what: "Pulumi access token",
        opens: "can read states with their secrets, and apply changes",
        revoke: "Personal access tokens",
        keywords: &["pul-"],
        expression: "pul-[a-f0-9]{40}",
        finds: &["PULUMI_ACCESS_TOKEN=pul-<hex:40>", "'pul-<hex:40>'"],
        passes: &["pul-<hex:8>", "pul-<=0:40>"],
        ..TOKEN
    },
    Rule {
        id: "terraform-platform-token",
        what: "Scalr or env0 access token",
        opens: "can read states, and apply changes",
        revoke: "the account's settings, Access tokens",
        keywords: &["scalr", "env0"],
        expression: r"[A-Za-z0-9_.-]{40,512}",
        entropy: 3.8,
        finds: &["SCALR_TOKEN=<b62:60>", r#"env0_api_key = "<b62:44>""#],
        passes: &["SCALR_TOKEN=<b62:8>", "scalr_workspace = <b62:60>"],
        ..ASSIGNED
    },
    Rule {
        id: "prefect-token",
        what: "Prefect API key",
        opens: "can start and change flows",
        revoke: "Account settings, API keys",
        keywords: &["pnu_", "pnb_"],
        expression: "pn[ub]_[A-Za-z0-9]{36}",
        finds: &["PREFECT_API_KEY=pnu_<b62:36>", "'pnb_<b62:36>'"],
        passes: &["pnu_<b62:8>", "pnu_<=x:36>"],
        ..TOKEN
    },
    Rule {
        id: "launchdarkly-key",
        what: "LaunchDarkly key",
        opens: "can read feature flags, or with an API key change them",
        revoke: "Organization settings, Authorization; or the environment, Reset SDK key",
        keywords: &["sdk-", "api-"],
        expression: "(?:sdk|api)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        entropy: 3.2,
        finds: &["LD_SDK_KEY=sdk-<uuid>", "'api-<uuid>'"],
        passes: &["sdk-<hex:8>", "sdk-00000000-0000-0000-0000-000000000000"],
        ..TOKEN
    },
    Rule {
        id: "infracost-key",
        what: "Infracost API key",
        opens: "can use the account's pricing service",
        revoke: "Org settings, API tokens",
        severity: sdlc_sdk::Severity::Warning,
        score: 4.0,
        keywords: &["ico-"],
        expression: "ico-[A-Za-z0-9]{32}",
        finds: &["INFRACOST_API_KEY=ico-<b62:32>", "'ico-<b62:32>'"],
        passes: &["ico-<b62:8>", "ico-<=x:32>"],
        ..TOKEN
    },
];
