/** JSON with the place of each value in its text, which `JSON.parse` does not tell. */

/** A value; `start` and `end` are indexes of the text. */
export interface Json {
  start: number;
  end: number;
  /** What `JSON.parse` gives; nothing for objects and arrays. */
  value?: string | number | boolean | null;
  /** Of an object, in order. */
  members?: Member[];
  /** Of an array, in order. */
  items?: Json[];
}

/** A member of an object; `start` and `keyEnd` bound its key with the quotes. */
export interface Member {
  key: string;
  start: number;
  keyEnd: number;
  value: Json;
}

/** What is no JSON, and where. */
export class JsonError extends Error {
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/** The member of this name; of several the last, as in `JSON.parse`. */
export function member(object: Json, key: string): Member | undefined {
  return object.members?.findLast((each) => each.key === key);
}

const SCALAR = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SPACE = /[ \t\r\n]*/y;
// Far more than any package.json has, and far less than the stack holds.
const DEEPEST = 200;

/** The value of a whole text, from `start` on. */
export function parseJson(text: string, start = 0): Json {
  let at = start;

  function match(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  }

  /** Skips blanks, then takes one of these characters if it stands there. */
  function take(characters: string): string | undefined {
    match(SPACE);
    const next = text[at];
    if (next === undefined || !characters.includes(next)) return undefined;
    at++;
    return next;
  }

  function expect(characters: string): string {
    const found = take(characters);
    if (found === undefined) throw new JsonError(at, `expected ${[...characters].map((c) => `\`${c}\``).join(" or ")}`);
    return found;
  }

  function scalar(): Json {
    match(SPACE);
    const begin = at;
    const found = match(SCALAR);
    if (found === undefined) throw new JsonError(at, "expected a value");
    return { start: begin, end: at, value: JSON.parse(found) };
  }

  function pair(depth: number): Member {
    const key = scalar();
    if (typeof key.value !== "string") throw new JsonError(key.start, "expected a key");
    expect(":");
    return { key: key.value, start: key.start, keyEnd: key.end, value: value(depth) };
  }

  function value(depth: number): Json {
    if (depth > DEEPEST) throw new JsonError(at, "nested too deeply");
    const open = take("{[");
    if (open === undefined) return scalar();
    const begin = at - 1;
    const [close, one] = open === "{" ? ["}", pair] : ["]", value];
    const parts: (Json | Member)[] = [];
    if (take(close as string) === undefined) {
      do parts.push((one as (depth: number) => Json | Member)(depth + 1));
      while (expect(`,${close}`) === ",");
    }
    return open === "{"
      ? { start: begin, end: at, members: parts as Member[] }
      : { start: begin, end: at, items: parts as Json[] };
  }

  const root = value(0);
  match(SPACE);
  if (at < text.length) throw new JsonError(at, "expected the end");
  return root;
}
