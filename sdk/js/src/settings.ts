/**
 * What settings a plugin takes: read from the JSON that the host hands over, with a problem a wrong key, and described
 * as a JSON Schema for editors.
 *
 * ```ts
 * const settings = table({ words: list(text(), { default: ["FIXME"], summary: "Words that are reported." }) });
 * type Settings = Infer<typeof settings>;   // { words: string[] }
 * ```
 */
import { type Problem, SettingsError } from "./errors.ts";

/** One setting, or a table of them. */
export interface Setting<T> {
  read(value: unknown, key: string, problems: Problem[]): T;
  schema(): Record<string, unknown>;
  /** What holds where the key is not given; none: it is required. */
  readonly fallback: (() => T) | undefined;
}

/** The type that a setting has when it was read. */
export type Infer<S> = S extends Setting<infer T> ? T : never;

/** A default, without which the key is required, and a line for editors. */
export interface Options<T> {
  default?: T;
  summary?: string;
}

/** A string. */
export function text(options: Options<string> = {}): Setting<string> {
  return scalar("string", "a string", (value) => typeof value === "string", options);
}

/** A number without a fraction. */
export function integer(options: Options<number> = {}): Setting<number> {
  return scalar("integer", "an integer", (value) => Number.isSafeInteger(value), options);
}

/** A number. */
export function number(options: Options<number> = {}): Setting<number> {
  return scalar("number", "a number", (value) => typeof value === "number", options);
}

/** True or false. */
export function flag(options: Options<boolean> = {}): Setting<boolean> {
  return scalar("boolean", "true or false", (value) => typeof value === "boolean", options);
}

/** One of these strings. */
export function oneOf<const T extends string>(values: readonly T[], options: Options<T> = {}): Setting<T> {
  return {
    fallback: fallback(options),
    schema: () => ({ enum: values, ...described(options) }),
    read(value, key, problems) {
      if (!values.includes(value as T)) problems.push({ key, message: `must be one of ${listed(values)}` });
      return value as T;
    },
  };
}

/** A list. */
export function list<T>(item: Setting<T>, options: Options<T[]> = {}): Setting<T[]> {
  return {
    fallback: fallback(options),
    schema: () => ({ type: "array", items: item.schema(), ...described(options) }),
    read(value, key, problems) {
      if (Array.isArray(value)) return value.map((each, at) => item.read(each, `${key}[${at}]`, problems));
      problems.push({ key, message: "must be a list" });
      return [];
    },
  };
}

/** A table whose keys are the user's own. */
export function map<T>(item: Setting<T>, options: Options<Record<string, T>> = {}): Setting<Record<string, T>> {
  return {
    fallback: fallback(options),
    schema: () => ({ type: "object", additionalProperties: item.schema(), ...described(options) }),
    read(value, key, problems) {
      if (!isTable(value)) {
        problems.push({ key, message: "must be a table" });
        return {};
      }
      return Object.fromEntries(
        Object.entries(value).map(([name, each]) => [name, item.read(each, join(key, name), problems)]),
      );
    },
  };
}

/** A table of known keys. A field `maxLines` is the key `max-lines`. */
export function table<F extends Record<string, Setting<unknown>>>(
  fields: F,
  options: { summary?: string } = {},
): Setting<{ [K in keyof F]: Infer<F[K]> }> {
  type Table = { [K in keyof F]: Infer<F[K]> };
  const keys = new Map(Object.keys(fields).map((field) => [kebab(field), field]));
  const optional = Object.values(fields).every((field) => field.fallback !== undefined);
  const read = (value: unknown, key: string, problems: Problem[]): Table => {
    const result: Record<string, unknown> = {};
    if (!isTable(value)) {
      problems.push({ key, message: "must be a table" });
      return result as Table;
    }
    for (const [name, each] of Object.entries(value)) {
      const field = keys.get(name);
      if (field === undefined) {
        const known = keys.size === 0 ? "no settings are known" : `known are ${listed([...keys.keys()])}`;
        problems.push({ key: join(key, name), message: `unknown key; ${known}` });
      } else result[field] = fields[field]!.read(each, join(key, name), problems);
    }
    for (const [name, field] of keys) {
      if (field in result) continue;
      const { fallback } = fields[field]!;
      if (fallback === undefined) problems.push({ key: join(key, name), message: "is required" });
      else result[field] = fallback();
    }
    return result as Table;
  };
  return {
    read,
    fallback: optional ? () => read({}, "", []) : undefined,
    schema: () => ({
      type: "object",
      properties: Object.fromEntries([...keys].map(([name, field]) => [name, fields[field]!.schema()])),
      required: [...keys].filter(([, field]) => fields[field]!.fallback === undefined).map(([name]) => name),
      additionalProperties: false,
      ...described(options),
    }),
  };
}

/** Reads settings from JSON; throws a `SettingsError` with all problems. */
export function parse<T>(setting: Setting<T>, json: string): T {
  const problems: Problem[] = [];
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new SettingsError([{ key: "", message: `no JSON: ${(error as Error).message}` }]);
  }
  const settings = setting.read(value, "", problems);
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

function scalar<T>(type: string, name: string, fits: (value: unknown) => boolean, options: Options<T>): Setting<T> {
  return {
    fallback: fallback(options),
    schema: () => ({ type, ...described(options) }),
    read(value, key, problems) {
      if (!fits(value)) problems.push({ key, message: `must be ${name}` });
      return value as T;
    },
  };
}

function fallback<T>(options: Options<T>): (() => T) | undefined {
  const value = options.default;
  return value === undefined ? undefined : () => value;
}

function described(options: { summary?: string }): { description?: string } {
  return options.summary === undefined ? {} : { description: options.summary };
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kebab(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function join(key: string, name: string): string {
  return key === "" ? name : `${key}.${name}`;
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}
