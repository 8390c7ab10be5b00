/** What the host offers, as the engine binds it by the names of the contract. */
declare module "sdlc:plugin/workspace@0.1.0" {
  const workspace: {
    files(globs: string[]): { path: string; size: number }[];
    read(path: string): Uint8Array;
    changes(): { path: string; first: number; last: number }[];
  };
  export default workspace;
}

declare module "sdlc:plugin/tools@0.1.0" {
  interface Command {
    program: string;
    arguments: string[];
    directory: string | null;
    stdin: Uint8Array;
  }
  interface Output {
    status: number | null;
    stdout: Uint8Array;
    stderr: Uint8Array;
    truncated: boolean;
    duration: number;
  }
  const tools: { run(command: Command): Output };
  export default tools;
}

declare module "sdlc:plugin/load@0.1.0" {
  interface Plan {
    request: { method: string; url: string; headers: [string, string][]; body: Uint8Array };
    rate: number;
    warmUp: number;
    duration: number;
    connections: number;
    timeout: number;
  }
  interface Measurement {
    requests: number;
    errors: number;
    throughput: number;
    p50: number;
    p90: number;
    p95: number;
    p99: number;
    p999: number;
    max: number;
    saturated: boolean;
  }
  const load: { run(plan: Plan): Measurement };
  export default load;
}
