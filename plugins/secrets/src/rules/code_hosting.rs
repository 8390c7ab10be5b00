//! Tokens of the places where code is kept: GitHub, GitLab, Bitbucket, Gitea.

use crate::judge::checksum;
use crate::rule::{ASSIGNED, Rule, TOKEN};

pub(super) const RULES: [Rule; 20] = [
    Rule {
        id: "github-token",
        what: "GitHub personal access token (classic)",
        opens: "can do on GitHub what its scopes allow its user, which mostly is to push to all repositories",
        revoke: "Settings, Developer settings, Personal access tokens",
        score: 9.0,
        keywords: &["ghp_"],
        expression: "ghp_[A-Za-z0-9]{36}",
        check: Some(checksum::crc32_base62),
        finds: &["GITHUB_TOKEN=ghp_<b62:30><crc>", "https://x:ghp_<b62:30><crc>@github.com/a/b"],
        passes: &["ghp_<b62:30>000000", "ghp_<b62:20>", "ghp_<=x:36>"],
        ..TOKEN
    },
    Rule {
        id: "github-oauth-token",
        what: "GitHub OAuth access token",
        opens: "can do on GitHub what its user let the application do",
        revoke: "Settings, Applications, Authorized OAuth apps",
        keywords: &["gho_"],
        expression: "gho_[A-Za-z0-9]{36}",
        check: Some(checksum::crc32_base62),
        finds: &["token: gho_<b62:30><crc>", r#""gho_<b62:30><crc>""#],
        passes: &["gho_<b62:30>zzzzzz", "gho_<b62:12>"],
        ..TOKEN
    },
    Rule {
        id: "github-app-token",
        what: "GitHub App token",
        opens: "can do on GitHub what the App may, until it expires",
        revoke: "it expires within hours; suspend the installation to be sure",
        keywords: &["ghu_", "ghs_"],
        expression: "gh[us]_[A-Za-z0-9]{36}",
        check: Some(checksum::crc32_base62),
        finds: &["token: ghs_<b62:30><crc>", r#""ghu_<b62:30><crc>""#],
        passes: &["ghs_<b62:30>zzzzzz", "ghu_<b62:12>"],
        ..TOKEN
    },
    Rule {
        id: "github-refresh-token",
        what: "GitHub refresh token",
        opens: "can get access tokens of a user of the App for six months",
        revoke: "Settings, Applications, Authorized GitHub Apps",
        keywords: &["ghr_"],
        expression: "ghr_[A-Za-z0-9]{36,76}",
        finds: &["token: ghr_<b62:76>", r#""ghr_<b62:36>""#],
        passes: &["ghr_<b62:12>", "ghr_<=x:76>"],
        ..TOKEN
    },
    Rule {
        id: "github-fine-grained-token",
        what: "GitHub fine-grained personal access token",
        opens: "can do on GitHub what it was made for",
        revoke: "Settings, Developer settings, Fine-grained tokens",
        score: 9.0,
        keywords: &["github_pat_"],
        expression: "github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}",
        finds: &["GH_TOKEN=github_pat_<b62:22>_<b62:59>", "'github_pat_<b62:22>_<b62:59>'"],
        passes: &["github_pat_<b62:22>", "github_pat_<=x:22>_<=x:59>"],
        ..TOKEN
    },
    Rule {
        id: "gitlab-personal-access-token",
        what: "GitLab personal, project or group access token",
        opens: "can do on GitLab what its scopes allow",
        revoke: "Preferences, Access tokens; or Settings, Access tokens of the project or group",
        score: 9.0,
        keywords: &["glpat-"],
        expression: r"glpat-(?:[A-Za-z0-9_-]{27,300}\.[0-9a-z]{2}\.?[0-9a-z]{7}|[A-Za-z0-9_-]{20,22})",
        finds: &["GITLAB_TOKEN=glpat-<b62:20>", r#""glpat-<b62:27>.01.<lower:7>""#],
        passes: &["glpat-<b62:8>", "glpat-<=x:20>"],
        ..TOKEN
    },
    Rule {
        id: "gitlab-deploy-token",
        what: "GitLab deploy token",
        opens: "can read the repository, and its registries as its scopes allow",
        revoke: "Settings, Repository, Deploy tokens",
        keywords: &["gldt-"],
        expression: "gldt-[A-Za-z0-9_-]{20,64}",
        finds: &["token: gldt-<b62:20>", "'gldt-<b62:20>'"],
        passes: &["gldt-<b62:8>", "gldt-<=x:20>"],
        ..TOKEN
    },
    Rule {
        id: "gitlab-runner-token",
        what: "GitLab runner token",
        opens: "can take jobs, with the secrets that those get",
        revoke: "Settings, CI/CD, Runners: reset the token",
        keywords: &["glrt-", "glrtr-", "GR1348941"],
        expression: "(?:glrtr?-(?:t[0-9]_)?|GR1348941)[A-Za-z0-9_.-]{20,64}",
        finds: &["token = \"glrt-<b62:20>\"", "--registration-token GR1348941<b62:20>", "glrtr-<b62:20>"],
        passes: &["glrt-<b62:8>", "GR1348941<=x:20>"],
        ..TOKEN
    },
    Rule {
        id: "gitlab-trigger-token",
        what: "GitLab pipeline trigger token",
        opens: "can start pipelines",
        revoke: "Settings, CI/CD, Pipeline trigger tokens",
        keywords: &["glptt-"],
        expression: "glptt-[A-Za-z0-9_-]{20,64}",
        finds: &["token=glptt-<hex:40>", "\"glptt-<hex:40>\""],
        passes: &["glptt-<hex:8>", "glptt-<=0:40>"],
        ..TOKEN
    },
    Rule {
        id: "gitlab-job-token",
        what: "GitLab CI job token",
        opens: "can do what the job may, until that ends",
        revoke: "it ends with its job",
        severity: sdlc_sdk::Severity::Warning,
        keywords: &["glcbt-"],
        expression: "glcbt-(?:[A-Za-z0-9]{1,5}_)?[A-Za-z0-9_-]{20,64}",
        finds: &["JOB-TOKEN: glcbt-64_<b62:20>", "\"glcbt-<b62:20>\""],
        passes: &["glcbt-<b62:8>", "glcbt-64_<=x:20>"],
        ..TOKEN
    },
    Rule {
        id: "gitlab-feed-token",
        what: "GitLab feed or incoming mail token",
        opens: "can read a user's activity, or open issues in their name",
        revoke: "Preferences, Access tokens: reset",
        severity: sdlc_sdk::Severity::Warning,
        score: 5.0,
        keywords: &["glft-", "glimt-"],
        expression: "gl(?:f|im)t-[A-Za-z0-9_-]{20,64}",
        finds: &["feed_token=glft-<b62:20>", "incoming+glimt-<b62:25>@example.org"],
        passes: &["glft-<b62:8>", "glimt-<=x:25>"],
        ..TOKEN
    },
    Rule {
        id: "gitlab-agent-token",
        what: "GitLab agent token",
        opens: "can reach the cluster's connection to GitLab",
        revoke: "Operate, Kubernetes clusters, Access tokens of the agent",
        keywords: &["glagent-"],
        expression: "glagent-[A-Za-z0-9_-]{50,1024}",
        finds: &["token: glagent-<b62:50>", "'glagent-<b64u:49>a'"],
        passes: &["glagent-<b62:8>", "glagent-<=x:50>"],
        ..TOKEN
    },
    Rule {
        id: "gitlab-oauth-secret",
        what: "GitLab OAuth application secret",
        opens: "can pass for the application when users sign in",
        revoke: "Applications, Renew secret",
        keywords: &["gloas-"],
        expression: "gloas-[A-Za-z0-9_-]{64}",
        finds: &["secret: gloas-<hex:64>", "'gloas-<hex:64>'"],
        passes: &["gloas-<hex:8>", "gloas-<=0:64>"],
        ..TOKEN
    },
    Rule {
        id: "gitlab-scim-token",
        what: "GitLab SCIM token",
        opens: "can add, change and remove users of the group",
        revoke: "Settings, SAML SSO, Reset SCIM token",
        keywords: &["glsoat-"],
        expression: "glsoat-[A-Za-z0-9_-]{20,64}",
        finds: &["token: glsoat-<b62:20>", "'glsoat-<b62:20>'"],
        passes: &["glsoat-<b62:8>", "glsoat-<=x:20>"],
        ..TOKEN
    },
    Rule {
        id: "gitlab-feature-flags-token",
        what: "GitLab feature flags client token",
        opens: "can read the project's feature flags",
        revoke: "Deploy, Feature flags, Configure, Regenerate",
        severity: sdlc_sdk::Severity::Warning,
        score: 4.0,
        keywords: &["glffct-"],
        expression: "glffct-[A-Za-z0-9_-]{20,64}",
        finds: &["instance_id: glffct-<b62:20>", "'glffct-<b62:20>'"],
        passes: &["glffct-<b62:8>", "glffct-<=x:20>"],
        ..TOKEN
    },
    Rule {
        id: "bitbucket-app-password",
        what: "Bitbucket app password",
        opens: "can do on Bitbucket what it was made for",
        revoke: "Personal settings, App passwords",
        keywords: &["ATBB"],
        expression: "ATBB[A-Za-z0-9]{32}",
        entropy: 3.5,
        finds: &["https://user:ATBB<b62:32>@bitbucket.org/a/b", "\"ATBB<b62:32>\""],
        passes: &["ATBB<b62:12>", "ATBB<=x:32>"],
        ..TOKEN
    },
    Rule {
        id: "bitbucket-access-token",
        what: "Bitbucket repository, project or workspace access token",
        opens: "can do on Bitbucket what it was made for",
        revoke: "Repository settings, Access tokens",
        keywords: &["ATCTT3xFf"],
        expression: "ATCTT3xFf[A-Za-z0-9_=-]{150,220}",
        finds: &["x-token-auth:ATCTT3xFf<b62:170>=<HEX:8>", "'ATCTT3xFf<b62:180>'"],
        passes: &["ATCTT3xFf<b62:12>", "ATCTT3xFf<=x:180>"],
        ..TOKEN
    },
    Rule {
        id: "atlassian-api-token",
        what: "Atlassian API token",
        opens: "can do in Jira, Confluence and Bitbucket what its user can",
        revoke: "id.atlassian.com, Security, API tokens",
        keywords: &["ATATT3xFf"],
        expression: "ATATT3xFf[A-Za-z0-9_=-]{150,220}",
        finds: &["JIRA_TOKEN=ATATT3xFf<b62:170>=<HEX:8>", "'ATATT3xFf<b62:180>'"],
        passes: &["ATATT3xFf<b62:12>", "ATATT3xFf<=x:180>"],
        ..TOKEN
    },
    Rule {
        id: "sourcegraph-token",
        what: "Sourcegraph access token",
        opens: "can search all code that its user can",
        revoke: "Settings, Access tokens",
        keywords: &["sgp_", "slk_", "sgd_"],
        expression: "(?:sgp_(?:[a-fA-F0-9]{16}_|local_)?[a-fA-F0-9]{40}|slk_[a-f0-9]{64}|sgd_[a-f0-9]{64})",
        finds: &["SRC_ACCESS_TOKEN=sgp_<hex:40>", "sgp_<hex:16>_<hex:40>", "slk_<hex:64>"],
        passes: &["sgp_<hex:8>", "sgp_<=0:40>"],
        ..TOKEN
    },
    Rule {
        id: "gitea-token",
        what: "Gitea or Forgejo access token",
        opens: "can do on the server what its scopes allow",
        revoke: "Settings, Applications",
        keywords: &["gitea", "forgejo", "codeberg"],
        expression: "[a-f0-9]{40}",
        finds: &["GITEA_TOKEN=<hex:40>", r#"codeberg_token = "<hex:40>""#],
        passes: &[r#"gitea_commit = "<hex:40>""#, "GITEA_TOKEN=<hex:12>"],
        ..ASSIGNED
    },
];
