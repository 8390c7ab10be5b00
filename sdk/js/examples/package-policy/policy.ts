/** What is wrong with a package.json, and where in its text. */
import type { Severity } from "sdlc-sdk";
import { type Json, type Member, member } from "./json.ts";

export interface Policy {
  licenses: string[];
  engines: string[];
  allowInstallScripts: boolean;
  allowDependencies: string[];
}

/** One thing that is wrong; `start` and `end` are indexes of the text. */
export interface Offence {
  rule: string;
  severity: Severity;
  message: string;
  start: number;
  end: number;
}

const DEPENDENCIES = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];
const INSTALL_SCRIPTS = ["preinstall", "install", "postinstall"];
const ANY_VERSION = /^\s*(?:|[*xX]|latest|>=?\s*0(?:\.0)*)\s*$/;
// Also `owner/name`, which npm takes for one on GitHub.
const REMOTE = /^\s*(?:git\b|git@|git\+|https?:|github:|gitlab:|bitbucket:|gist:|[\w.-]+\/[\w.-]+(?:#.*)?$)/;

export function* judge(root: Json, policy: Policy): Iterable<Offence> {
  yield* license(root, policy.licenses);
  for (const section of DEPENDENCIES) {
    for (const dependency of members(root, section)) {
      if (!policy.allowDependencies.includes(dependency.key)) yield* version(section, dependency);
    }
  }
  if (!policy.allowInstallScripts) {
    for (const script of members(root, "scripts").filter(({ key }) => INSTALL_SCRIPTS.includes(key))) {
      yield at(script, "install-script", `\`${script.key}\` runs when the package is installed`);
    }
  }
  yield* engines(root, policy.engines);
}

function* license(root: Json, allowed: string[]): Iterable<Offence> {
  if (member(root, "private")?.value.value === true) return;
  const given = member(root, "license");
  if (given === undefined || given.value.value === "") {
    const hint = "hint: set `license` to an SPDX identifier, or `private` to true";
    yield { rule: "license", severity: "error", message: `the package has no license; ${hint}`, ...place(root) };
  } else if (allowed.length > 0 && !allowed.includes(String(given.value.value))) {
    const names = allowed.map((name) => `\`${name}\``).join(", ");
    yield at(given, "license", `license \`${given.value.value}\` is not among ${names}`);
  }
}

function* version(section: string, dependency: Member): Iterable<Offence> {
  const { value } = dependency.value;
  if (typeof value !== "string") return;
  // An alias is judged by what it stands for: `npm:name@range`.
  const range = /^npm:.+@([^@]*)$/.exec(value)?.[1] ?? value;
  const named = `\`${dependency.key}\` of \`${section}\``;
  if (REMOTE.test(range)) {
    yield at(dependency, "remote-dependency", `${named} comes from \`${value}\`, not from the registry`);
  } else if (ANY_VERSION.test(range) && section !== "peerDependencies") {
    yield at(dependency, "any-version", `${named} is taken in any version; hint: give a range such as \`^1.2.0\``);
  }
}

function* engines(root: Json, wanted: string[]): Iterable<Offence> {
  const given = member(root, "engines");
  const names = members(root, "engines").map(({ key }) => key);
  for (const name of wanted.filter((each) => !names.includes(each))) {
    const message = `\`engines\` does not name \`${name}\``;
    yield { rule: "engines", severity: "warning", message, ...(given === undefined ? place(root) : keyOf(given)) };
  }
}

function members(root: Json, section: string): Member[] {
  return member(root, section)?.value.members ?? [];
}

function at(found: Member, rule: string, message: string): Offence {
  return { rule, severity: "error", message, start: found.start, end: found.value.end };
}

/** What is missing is reported at the brace that it is missing behind. */
function place(root: Json): { start: number; end: number } {
  return { start: root.start, end: root.start + 1 };
}

function keyOf({ start, keyEnd }: Member): { start: number; end: number } {
  return { start, end: keyEnd };
}
