/** Plain data that plugins get and give. What is optional here has a default, which the SDK fills in. */

/** How bad a finding is. Whether it fails the run is decided by `sdlc.toml`. */
export type Severity = "note" | "warning" | "error";

/** How sure the plugin is that a finding is one. */
export type Confidence = "low" | "medium" | "high";

/** Whether applying a fix can change what the program means. */
export type Safety = "safe" | "unsafe" | "display-only";

/** Half-open range of **bytes** in a file. `SourceFile.span` makes it from indexes of a string. */
export interface Span {
  start: number;
  end: number;
}

/** A point in a text file; both count from 1, columns in Unicode scalar values. */
export interface Position {
  line: number;
  column: number;
}

/** A place in the workspace: a file, or a part of it, as bytes or from a point to the one behind its last. */
export interface Location {
  path: string;
  region?: Span | [Position, Position];
}

/** Another place that helps to understand a finding. */
export interface Related {
  location: Location;
  message: string;
}

/** Replaces the bytes of `span` in `path`. Where `start` equals `end` it inserts. */
export interface Edit {
  path: string;
  span: Span;
  replacement: string;
}

/** Edits that belong together, in the order of their spans; the title is imperative. */
export interface Fix {
  title: string;
  edits: Edit[];
  /** `safe` unless given. */
  safety?: Safety;
}

/** One thing a gate has to say. */
export interface Finding {
  /** Stable name of the rule, unique within the plugin. */
  rule: string;
  severity: Severity;
  /** One sentence, without the path or the position. */
  message: string;
  /** The workspace as a whole unless given. */
  location?: Location;
  /** `high` unless given. */
  confidence?: Confidence;
  related?: Related[];
  fixes?: Fix[];
  /** The text at the location is a secret: the host neither shows it nor keeps it. */
  sensitive?: boolean;
}

/** A finite number for conditions such as `lines = ">= 80"`; a count unless it has a unit. */
export interface Metric {
  name: string;
  value: number;
  unit?: string;
}

/** What a gate found and measured. */
export interface Report {
  findings?: Iterable<Finding>;
  metrics?: Metric[];
}

/** What a plugin says of itself. */
export interface Info {
  /** Kebab-case. */
  name: string;
  /** Semantic version. */
  version: string;
  /** One line. */
  summary: string;
  homepage?: string;
}

/** What one rule is about, for `sdlc explain`. */
export interface Rule {
  id: string;
  severity: Severity;
  /** One line. */
  summary: string;
  /** As `id` unless given. */
  name?: string;
  /** Markdown. */
  explanation?: string;
  help?: string;
  tags?: string[];
  /** For rules about security: 0 to 10, as CVSS counts. */
  securitySeverity?: number;
}

/** Which files a gate wants, as globs relative to the workspace root. */
export interface Selection {
  check: string[];
  symlinks?: boolean;
  /** Small files that `begin` gets. */
  context?: string[];
  /** Whether `begin` gets the list of all paths. */
  paths?: boolean;
}
