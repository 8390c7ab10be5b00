/** Native programs that `sdlc.toml` lets the plugin run. No shell is involved. */
/// <reference path="./interfaces.d.ts" />
import host from "sdlc:plugin/tools@0.1.0";
import { callHost } from "./contract.ts";

/** What became of a program; no status where a signal or the time limit ended it. Milliseconds. */
export interface Output {
  status: number | null;
  stdout: Uint8Array;
  stderr: Uint8Array;
  truncated: boolean;
  duration: number;
}

/** Runs a program; a non-zero status is no error. `denied` where not granted, `missing` where not installed. */
export function run(
  program: string,
  args: string[] = [],
  options: { directory?: string; stdin?: Uint8Array } = {},
): Output {
  const { directory = null, stdin = new Uint8Array() } = options;
  return callHost(() => host.run({ program, arguments: args, directory, stdin }));
}
