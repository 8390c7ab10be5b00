/** What healers get and give. */
import type { Finding } from "./data.ts";

/** What is wrong with a service. */
export type IncidentKind = "unreachable" | "crash-loop" | "memory-leak" | "error-rate" | "latency";

/** Something wrong with a running service; without a replica it is about the service as a whole. */
export interface Incident {
  environment: string;
  service: string;
  replica: string | null;
  kind: IncidentKind;
  evidence: string;
}

/** One thing for the host to do, if its grant allows. */
export type Action =
  /** Writes a file as a whole. */
  | { write: { path: string; content: Uint8Array } }
  /** Deletes a file. */
  | { delete: string }
  /** Replaces one replica of the incident's service by a fresh one. */
  | { restartReplica: string }
  /** Replaces all replicas, one after the other. */
  | "restart-service"
  /** Sets the number of replicas. */
  | { scale: number }
  /** Goes back to the version before. */
  | "roll-back";

/** Actions that belong together, in order; the summary is imperative: `pin requests to 2.32.4`. */
export interface Treatment {
  summary: string;
  actions: Action[];
}

/** What is to be healed: what gates found, or a service in trouble. */
export type Patient = { findings: Finding[] } | { incident: Incident };
