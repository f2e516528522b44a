/**
 * Reads the Python literal that Bond sometimes puts in a string, `{'last_name': ['Missing …']}`:
 * dicts, lists, tuples, strings, numbers, True, False, None. Undefined when the text is anything else.
 */
export function parsePythonLiteral(text: string): unknown {
  let at = 0;

  function fail(): never {
    throw new SyntaxError(`not a Python literal at ${at}`);
  }

  function skipSpace(): void {
    while (/\s/.test(text[at] ?? '')) at++;
  }

  function eat(char: string): boolean {
    skipSpace();
    if (text[at] !== char) return false;
    at++;
    return true;
  }

  function string(quote: string): string {
    let out = '';
    for (; at < text.length; at++) {
      const char = text.charAt(at);
      if (char === quote) {
        at++;
        return out;
      }
      if (char === '\\') {
        at++;
        const escaped = text[at] ?? fail();
        out += { n: '\n', t: '\t', r: '\r' }[escaped] ?? codePoint(escaped) ?? escaped;
      } else out += char;
    }
    return fail();
  }

  /** The rest of `\xhh`, `\uhhhh` or `\Uhhhhhhhh`. */
  function codePoint(escaped: string): string | undefined {
    const length = { x: 2, u: 4, U: 8 }[escaped];
    if (length === undefined) return undefined;
    const hex = text.slice(at + 1, at + 1 + length);
    if (hex.length < length || !/^[\da-f]+$/i.test(hex) || parseInt(hex, 16) > 0x10ffff) fail();
    at += length;
    return String.fromCodePoint(parseInt(hex, 16));
  }

  function list(close: string, depth: number): unknown[] {
    const items: unknown[] = [];
    while (!eat(close)) {
      items.push(value(depth));
      if (!eat(',') && text[at] !== close) fail();
    }
    return items;
  }

  function dict(depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    while (!eat('}')) {
      const key = value(depth);
      if (!eat(':')) fail();
      entries.push([String(key), value(depth)]);
      if (!eat(',') && text[at] !== '}') fail();
    }
    return Object.fromEntries(entries);
  }

  function value(depth: number): unknown {
    if (depth > 20) fail();
    if (eat('{')) return dict(depth + 1);
    if (eat('[')) return list(']', depth + 1);
    if (eat('(')) return list(')', depth + 1);
    const prefixed = /^[uUbB]?(['"])/.exec(text.slice(at, at + 2));
    if (prefixed) {
      at += prefixed[0].length;
      return string(prefixed[1] ?? '');
    }
    const word =
      /^(?:True|False|None|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)/.exec(text.slice(at, at + 30))?.[0] ?? fail();
    at += word.length;
    if (word === 'None') return null;
    if (word === 'True' || word === 'False') return word === 'True';
    return Number(word);
  }

  try {
    const result = value(0);
    skipSpace();
    return at === text.length ? result : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
