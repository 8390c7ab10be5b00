/** One function a kind of plugin: from what a plugin is to what its module exports. */
import * as contract from "./contract.ts";
import type { Finding, Info, Report, Rule, Selection } from "./data.ts";
import type { Rollout, RolloutDecision } from "./deploy.ts";
import { PluginError, SettingsError } from "./errors.ts";
import { SourceFile } from "./file.ts";
import type { Incident, Treatment } from "./heal.ts";
import type { Observation, ScalingDecision } from "./scale.ts";
import { parse, type Setting, table } from "./settings.ts";

/** Who a plugin is, and how it is made from its settings. */
export interface PluginOf<S, K> {
  info: Info;
  rules?: Rule[];
  /** Without it, any setting is an error. */
  settings?: Setting<S>;
  /** Called once, before any other call; throws a `SettingsError` with what types could not say. */
  create(settings: S): K;
}

/** Judges one file at a time, as a pure function. */
export interface FileGate {
  /** Which files are wanted. */
  select(): Selection;
  /** Takes the context files and paths. What it returns stands for them when results are kept; nothing is all. */
  begin?(project: { context: SourceFile[]; paths: string[] }): Uint8Array | void;
  /** Judges one file: a report, or just its findings, which may come from a generator. */
  check(file: SourceFile): Report | Iterable<Finding>;
}

/** Judges the workspace as a whole, through `sdlc-sdk/workspace`, `tools` and `load`, as far as granted. */
export interface WorkspaceGate {
  check(): Report | Iterable<Finding>;
}

/** Proposes cures. The host tries them, and keeps what helped. */
export interface Healer {
  /** Treatments for what gates found. */
  healFindings?(findings: Finding[]): Iterable<Treatment>;
  /** Treatments for a service in trouble. */
  healIncident?(incident: Incident): Iterable<Treatment>;
}

/** Says how many replicas a service needs, as a pure function. */
export interface ScalingPolicy {
  decide(observation: Observation): ScalingDecision;
}

/** Says the next step of a deployment, as a pure function. */
export interface DeployStrategy {
  next(rollout: Rollout): RolloutDecision;
}

/** `export const { plugin, fileGate } = defineFileGate({ ... });` */
export function defineFileGate<S = {}>(definition: PluginOf<S, FileGate>) {
  const { plugin, call } = slot(definition);
  const file = ({ path, content, kind, size }: any) => new SourceFile(path, content, kind, size);
  const fileGate = {
    select: () => call((gate) => contract.lowerSelection(gate.select())),
    begin: ({ context, paths }: any) => call((gate) => gate.begin?.({ context: context.map(file), paths }) ?? null),
    check: (entry: unknown) => call((gate) => contract.lowerReport(gate.check(file(entry)))),
  };
  return { plugin, fileGate };
}

/** `export const { plugin, workspaceGate } = defineWorkspaceGate({ ... });` */
export function defineWorkspaceGate<S = {}>(definition: PluginOf<S, WorkspaceGate>) {
  const { plugin, call } = slot(definition);
  return { plugin, workspaceGate: { check: () => call((gate) => contract.lowerReport(gate.check())) } };
}

/** `export const { plugin, healer } = defineHealer({ ... });` */
export function defineHealer<S = {}>(definition: PluginOf<S, Healer>) {
  const { plugin, call } = slot(definition);
  const heal = (patient: contract.Case) =>
    call((healer) => {
      const lifted = contract.liftPatient(patient);
      const treatments =
        "findings" in lifted ? healer.healFindings?.(lifted.findings) : healer.healIncident?.(lifted.incident);
      return [...(treatments ?? [])].map(contract.lowerTreatment);
    });
  return { plugin, healer: { heal } };
}

/** `export const { plugin, scalingPolicy } = defineScalingPolicy({ ... });` */
export function defineScalingPolicy<S = {}>(definition: PluginOf<S, ScalingPolicy>) {
  const { plugin, call } = slot(definition);
  const decide = (observation: Observation) => call((policy) => contract.lowerScaling(policy.decide(observation)));
  return { plugin, scalingPolicy: { decide } };
}

/** `export const { plugin, deployStrategy } = defineDeployStrategy({ ... });` */
export function defineDeployStrategy<S = {}>(definition: PluginOf<S, DeployStrategy>) {
  const { plugin, call } = slot(definition);
  const next = (rollout: unknown) =>
    call((strategy) => contract.lowerRollout(strategy.next(contract.liftRollout(rollout))));
  return { plugin, deployStrategy: { next } };
}

/** The one configured plugin of an instance: its `plugin` interface, and how its role is called. */
function slot<S, K>({ info, rules = [], settings, create }: PluginOf<S, K>) {
  const setting = settings ?? (table({}) as unknown as Setting<S>);
  let instance: K | undefined;
  const plugin = {
    describe: () => contract.lowerInfo(info, setting.schema()),
    rules: (ids: string[]) =>
      rules.filter((rule) => ids.length === 0 || ids.includes(rule.id)).map(contract.lowerRule),
    configure(json: string) {
      try {
        instance = create(parse(setting, json));
      } catch (error) {
        throw error instanceof SettingsError ? error.problems : error;
      }
    },
  };
  const call = <T>(call: (instance: K) => T): T => {
    try {
      if (instance === undefined) throw new PluginError("other", "called before `configure`");
      return call(instance);
    } catch (error) {
      throw contract.lowerError(error);
    }
  };
  return { plugin, call };
}
