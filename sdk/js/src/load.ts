/** Load on a service that `sdlc.toml` lets the plugin reach, produced and measured by the host. */
/// <reference path="./interfaces.d.ts" />
import host from "sdlc:plugin/load@0.1.0";
import { callHost } from "./contract.ts";

/** Requests start on schedule whether or not earlier ones have ended. Times are milliseconds. */
export interface Plan {
  request: { url: string; method?: string; headers?: [string, string][]; body?: Uint8Array };
  /** Requests per second. */
  rate: number;
  /** Load that is counted. */
  duration: number;
  /** Load that is not counted. */
  warmUp?: number;
  /** Most requests in flight. */
  connections?: number;
  timeout?: number;
}

/** Latencies in milliseconds, from the scheduled start to the last byte. */
export interface Measurement {
  requests: number;
  errors: number;
  throughput: number;
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  p999: number;
  max: number;
  /** The host could not keep to the schedule, so the figures are its own as much as the service's. */
  saturated: boolean;
}

/** Returns when the plan is done. `denied` where not granted, `missing` where nothing answers. */
export function run({ request, ...plan }: Plan): Measurement {
  const { url, method = "GET", headers = [], body = new Uint8Array() } = request;
  return callHost(() =>
    host.run({ warmUp: 0, connections: 64, timeout: 10_000, ...plan, request: { method, url, headers, body } }),
  );
}
