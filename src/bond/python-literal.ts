import JSON5 from 'json5';

/** The longest text that is looked at: no list of complaints is longer. */
const MAX_CHARS = 100_000;

/** A whole string, or what Python writes otherwise than JSON5 outside of strings: prefixes of strings, words, tuples, numbers as keys. */
const TOKENS =
  /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[uUbB](?=['"])|\b(?:None|True|False)\b|[()]|\b\d+(?=\s*:)/g;

/**
 * Reads the Python literal that Bond sometimes puts in a string, `{'last_name': ['Missing …']}`. JSON5 has its quotes,
 * escapes, numbers and trailing commas; the rest is rewritten first. Undefined when the text is anything else.
 */
export function parsePythonLiteral(text: string): unknown {
  if (text.length > MAX_CHARS) return undefined;
  try {
    const parsed: unknown = JSON5.parse(text.replace(TOKENS, rewritten));
    return parsed;
  } catch {
    return undefined;
  }
}

function rewritten(token: string): string {
  switch (token) {
    case 'None':
      return 'null';
    case 'True':
    case 'False':
      return token.toLowerCase();
    case '(':
      return '[';
    case ')':
      return ']';
    default:
      if (/^[uUbB]$/.test(token)) return '';
      if (/^\d/.test(token)) return `'${token}'`;
      return token.replace(/\\(?:U([\da-fA-F]{8})|.)/g, (escape, hex: string | undefined) =>
        hex === undefined ? escape : String.fromCodePoint(parseInt(hex, 16)),
      );
  }
}
