/** Why a plugin could not do its work. What is wrong *in* a file is a finding, never one of these. */

/**
 * - `invalid-input`: the input cannot be processed, such as a truncated coverage report
 * - `missing`: something the plugin needs is absent; the text says how to get it
 * - `denied`: the host refused a call; the text names the grant that would allow it
 * - `exceeded`: a limit of the host was hit; the text names the setting that would raise it
 * - `other`: anything else
 */
export type ErrorKind = "invalid-input" | "missing" | "denied" | "exceeded" | "other";

/** The plugin could not do its work. The host's own refusals are thrown as this, too. */
export class PluginError extends Error {
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** One thing wrong with the settings: the dotted path of the key, such as `rules.select`, and what is wrong. */
export interface Problem {
  key: string;
  message: string;
}

/** Everything that is wrong with the settings, at once. */
export class SettingsError extends Error {
  readonly problems: Problem[];

  constructor(problems: Problem[]) {
    super(problems.map(({ key, message }) => `${key}: ${message}`).join("; "));
    this.problems = problems;
  }
}
