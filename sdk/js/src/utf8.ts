/** UTF-8 by hand: the engine that plugins run in has neither `TextDecoder` nor `TextEncoder`. */

// Arguments of one call of `String.fromCharCode`, well below what engines allow.
const CHUNK = 4096;

/** Text of bytes, or at which byte they are no UTF-8. */
export function tryDecodeUtf8(bytes: Uint8Array): string | number {
  let text = "";
  let units: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at]!;
    let point = first;
    let length = 1;
    if (first >= 0x80) {
      length = first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
      if (length === 0 || at + length > bytes.length) return at;
      point = first & (0xff >> (length + 1));
      for (let next = at + 1; next < at + length; next++) {
        const byte = bytes[next]!;
        if ((byte & 0xc0) !== 0x80) return at;
        point = (point << 6) | (byte & 0x3f);
      }
      // Longer than need be, half of a pair, or beyond Unicode.
      const least = length === 3 ? 0x800 : length === 4 ? 0x10000 : 0x80;
      if (point < least || (point >= 0xd800 && point < 0xe000) || point > 0x10ffff) return at;
    }
    if (point < 0x10000) units.push(point);
    else units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
    at += length;
    if (units.length >= CHUNK) {
      text += String.fromCharCode(...units);
      units = [];
    }
  }
  return text + String.fromCharCode(...units);
}

/** Text of bytes that are known to be UTF-8, such as a state that the plugin itself made. */
export function decodeUtf8(bytes: Uint8Array): string {
  const text = tryDecodeUtf8(bytes);
  if (typeof text === "number") throw new RangeError(`not UTF-8 at byte ${text}`);
  return text;
}

/** Bytes of a text. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text, 0, text.length));
  let at = 0;
  for (const character of text) {
    const point = scalar(character.codePointAt(0)!);
    const length = pointLength(point);
    if (length === 1) bytes[at] = point;
    else {
      for (let next = length - 1, rest = point; next > 0; next--, rest >>= 6) bytes[at + next] = 0x80 | (rest & 0x3f);
      bytes[at] = ((0xf00 >> length) & 0xff) | (point >> (6 * (length - 1)));
    }
    at += length;
  }
  return bytes;
}

/** Bytes that the units from `start` to `end` of a text take. */
export function utf8Length(text: string, start: number, end: number): number {
  let length = 0;
  for (let at = start; at < end; at++) {
    const point = text.codePointAt(at)!;
    // A pair whose second half is outside does not count as one: it is no place to cut.
    length += pointLength(scalar(point));
    if (point >= 0x10000) at++;
  }
  return length;
}

function pointLength(point: number): number {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

/** Half of a pair alone has no bytes; it is written as the replacement character, as everywhere. */
function scalar(point: number): number {
  return point >= 0xd800 && point < 0xe000 ? 0xfffd : point;
}
