/** From indexes of strings, which count UTF-16 units, to bytes of UTF-8, which the contract counts. */
import type { Span } from "./data.ts";
import { utf8Length } from "./utf8.ts";

/** Byte offsets of one text. */
export class Offsets {
  readonly #text: string;
  // Where lines start, in units and in bytes; a table of lines keeps each question short.
  readonly #units: number[] = [0];
  readonly #bytes: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) {
      const start = this.#units.at(-1)!;
      this.#bytes.push(this.#bytes.at(-1)! + utf8Length(text, start, end + 1));
      this.#units.push(end + 1);
    }
  }

  /** Byte offset of what stands at `index`; the length of the text is behind the last. */
  byte(index: number): number {
    if (!Number.isInteger(index) || index < 0 || index > this.#text.length) {
      throw new RangeError(`no index ${index} in a text of ${this.#text.length}`);
    }
    let [low, high] = [0, this.#units.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#units[middle]! <= index) low = middle;
      else high = middle;
    }
    return this.#bytes[low]! + utf8Length(this.#text, this.#units[low]!, index);
  }

  /** Byte offset of the start of a line; lines count from 1, and end with `\n`. */
  lineStart(line: number): number {
    const start = this.#bytes[line - 1];
    if (start === undefined) throw new RangeError(`no line ${line} in a text of ${this.#bytes.length}`);
    return start;
  }

  /** The bytes of `text.slice(start, end)`. */
  span(start: number, end: number): Span {
    return { start: this.byte(start), end: this.byte(end) };
  }
}
