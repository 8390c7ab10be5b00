/** The rules, as `sdlc explain` tells them. */
import type { Rule } from "sdlc-sdk";

export const RULES: Rule[] = [
  {
    id: "license",
    severity: "error",
    summary: "the package has no license that is allowed",
    explanation: "Without a license nobody may use a package. Set `license` to an SPDX identifier, or `private` to true.",
    tags: ["legal"],
  },
  {
    id: "any-version",
    severity: "error",
    summary: "a dependency is taken in any version",
    explanation: "`*` takes the next major version, or a compromised one, on the day it is published. Give a range.",
    tags: ["security", "supply-chain"],
    securitySeverity: 5,
  },
  {
    id: "remote-dependency",
    severity: "error",
    summary: "a dependency comes from git or an address",
    explanation: "What a branch or an address holds can change, and the registry's checks do not apply to it.",
    tags: ["security", "supply-chain", "external/cwe/cwe-829"],
    securitySeverity: 7,
  },
  {
    id: "install-script",
    severity: "error",
    summary: "a script runs when the package is installed",
    explanation: "Install scripts run on every machine that installs the package, with the rights of its user.",
    tags: ["security", "supply-chain"],
    securitySeverity: 6,
  },
  {
    id: "engines",
    severity: "warning",
    summary: "the package does not say what it runs on",
    explanation: 'Say what was tested: `"engines": { "node": ">=20" }`.',
    tags: ["correctness"],
  },
];
