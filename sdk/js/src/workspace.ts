/** The files under test, read-only, as far as `sdlc.toml` grants. What the host refuses is thrown as a `PluginError`. */
/// <reference path="./interfaces.d.ts" />
import host from "sdlc:plugin/workspace@0.1.0";
import { callHost } from "./contract.ts";

/** A file of the workspace, and its size in bytes. */
export interface Entry {
  path: string;
  size: number;
}

/** Lines that differ from the base revision; both ends count from 1 and are included. */
export interface ChangedLines {
  path: string;
  first: number;
  last: number;
}

/** Paths that match any of the globs, sorted. */
export function files(...globs: string[]): Entry[] {
  return callHost(() => host.files(globs));
}

/** A file; `denied` outside the grant, `missing` where there is none. */
export function read(path: string): Uint8Array {
  return callHost(() => host.read(path));
}

/** Lines added or changed since the base revision; `missing` where the run has none. */
export function changes(): ChangedLines[] {
  return callHost(() => host.changes());
}
