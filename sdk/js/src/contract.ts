/** From the SDK's types to those of the contract and back: defaults filled in, variants as `{ tag, val }`. */
import type { Finding, Info, Location, Report, Rule, Selection, Span } from "./data.ts";
import type { Rollout, RolloutDecision, Step } from "./deploy.ts";
import { type ErrorKind, PluginError } from "./errors.ts";
import type { Action, Patient, Treatment } from "./heal.ts";
import type { ScalingDecision } from "./scale.ts";

/** A variant, or a result, of the contract. */
export interface Case {
  tag: string;
  val?: unknown;
}

export function lowerInfo(info: Info, schema: Record<string, unknown>): unknown {
  return { homepage: null, ...info, settingsSchema: JSON.stringify(schema) };
}

export function lowerRule(rule: Rule): unknown {
  return { name: rule.id, explanation: "", help: null, tags: [], securitySeverity: null, ...rule };
}

export function lowerSelection(selection: Selection): unknown {
  return { symlinks: false, context: [], paths: false, ...selection };
}

/** Just findings, as an array or from a generator, are a report without metrics. */
export function lowerReport(report: Report | Iterable<Finding>): unknown {
  const { findings = [], metrics = [] } = Symbol.iterator in report ? { findings: report } : report;
  return {
    findings: [...findings].map(lowerFinding),
    metrics: metrics.map((metric) => ({ unit: null, ...metric })),
  };
}

function lowerFinding(finding: Finding): unknown {
  const { location, related = [], fixes = [] } = finding;
  return {
    confidence: "high",
    sensitive: false,
    ...finding,
    location: location === undefined ? null : lowerLocation(location),
    related: related.map((each) => ({ ...each, location: lowerLocation(each.location) })),
    fixes: fixes.map((fix) => ({ safety: "safe", ...fix })),
  };
}

function lowerLocation({ path, region }: Location): unknown {
  if (region === undefined) return { path, region: null };
  return { path, region: { tag: Array.isArray(region) ? "points" : "bytes", val: region } };
}

/** A finding that a healer gets. */
function liftFinding(finding: any): Finding {
  const { location, ...rest } = finding;
  const lifted = { ...rest, related: rest.related.map((each: any) => ({ ...each, location: liftLocation(each.location) })) };
  return location === null ? lifted : { ...lifted, location: liftLocation(location) };
}

function liftLocation({ path, region }: any): Location {
  return region === null ? { path } : { path, region: region.val as Span };
}

export function liftPatient(patient: Case): Patient {
  if (patient.tag === "incident") return { incident: patient.val } as Patient;
  return { findings: (patient.val as unknown[]).map(liftFinding) };
}

export function lowerTreatment({ summary, actions }: Treatment): unknown {
  return { summary, actions: actions.map(lowerCase) };
}

export function liftRollout({ lastStep, ...rollout }: any): Rollout {
  return { ...rollout, failure: lastStep.tag === "err" ? lastStep.val : null };
}

export function lowerRollout(decision: RolloutDecision): unknown {
  return { state: new Uint8Array(), ...decision, step: lowerCase(decision.step) };
}

export function lowerScaling(decision: ScalingDecision): unknown {
  return { forecast: [], state: new Uint8Array(), ...decision };
}

/** `"promote"` has no value, `{ rollBack: "..." }` has one. */
function lowerCase(value: Action | Step): Case {
  if (typeof value === "string") return { tag: value };
  const [name, val] = Object.entries(value)[0]!;
  return { tag: name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), val };
}

/** What is thrown out of a component; anything but a `PluginError` is a bug, and says where. */
export function lowerError(error: unknown): Case {
  if (error instanceof PluginError) return { tag: error.kind, val: error.message };
  const where = error instanceof Error && error.stack ? `\n${error.stack}` : "";
  return { tag: "other", val: `uncaught ${error}${where}`.trimEnd() };
}

/** Calls the host; what it returns as an error is thrown as a `PluginError`. */
export function callHost<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    const { tag, val } = error as { tag?: ErrorKind; val?: string };
    throw tag === undefined ? error : new PluginError(tag, val ?? "");
  }
}
