/**
 * Write sdlc plugins in JavaScript or TypeScript.
 *
 * A plugin is made by one function a kind (`defineFileGate`, `defineWorkspaceGate`, `defineHealer`,
 * `defineScalingPolicy`, `defineDeployStrategy`); what it returns is exported by name. What workspace
 * gates and healers may ask of the host is in `sdlc-sdk/workspace`, `sdlc-sdk/tools` and `sdlc-sdk/load`.
 */
export type * from "./data.ts";
export type * from "./deploy.ts";
export type * from "./heal.ts";
export type * from "./scale.ts";
export { PluginError, SettingsError, type ErrorKind, type Problem } from "./errors.ts";
export { SourceFile, type FileKind } from "./file.ts";
export { Offsets } from "./offsets.ts";
export { flag, integer, list, map, number, oneOf, table, text, type Infer, type Setting } from "./settings.ts";
export { decodeUtf8, encodeUtf8 } from "./utf8.ts";
export {
  defineDeployStrategy,
  defineFileGate,
  defineHealer,
  defineScalingPolicy,
  defineWorkspaceGate,
  type DeployStrategy,
  type FileGate,
  type Healer,
  type PluginOf,
  type ScalingPolicy,
  type WorkspaceGate,
} from "./kinds.ts";
