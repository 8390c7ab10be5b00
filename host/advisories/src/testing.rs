//! Advisories for tests, in the shape of OSV's.

/// Versions before `fixed` of one package are affected.
pub(crate) fn advisory(id: &str, ecosystem: &str, name: &str, fixed: &str) -> String {
    format!(
        r#"{{"schema_version": "1.7.0", "id": "{id}", "modified": "2024-01-02T03:04:05Z", "summary": "bad {name}",
        "aliases": ["CVE-{id}"], "severity": [{{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}}],
        "affected": [{{"package": {{"ecosystem": "{ecosystem}", "name": "{name}"}},
        "ranges": [{{"type": "ECOSYSTEM", "events": [{{"introduced": "0"}}, {{"fixed": "{fixed}"}}]}}], "versions": null}}],
        "database_specific": {{"severity": "HIGH"}}}}"#
    )
}
