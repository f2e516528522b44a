import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePythonLiteral } from '../../src/bond/python-literal.js';

describe('a Python literal', () => {
  const read: [string, unknown][] = [
    [
      "{'last_name': ['Missing data for required field.']}",
      { last_name: ['Missing data for required field.'] },
    ],
    ["{'addresses': {0: {'zip_code': ['bad']}}}", { addresses: { 0: { zip_code: ['bad'] } } }],
    [`["it's", 'say "x"', 'both \\' and "']`, ["it's", 'say "x"', 'both \' and "']],
    [
      "{'a': None, 'b': True, 'c': False, 'd': -1.5, 'e': 1e+16}",
      { a: null, b: true, c: false, d: -1.5, e: 1e16 },
    ],
    ["('a', u'b', b'c')", ['a', 'b', 'c']],
    ["('a',)", ['a']],
    ['()', []],
    [' { } ', {}],
    ["'a\\nb\\t\\\\c'", 'a\nb\t\\c'],
    ["'\\x07 \\xe9 \\u2028 \\U0001f600'", '\x07 é \u2028 😀'],
    ["'José'", 'José'],
    ["['None (True): b\\'\\'', (None,)]", ["None (True): b''", [null]]],
    // No Python, but no harm either.
    ['{a: 1}', { a: 1 }],
    ["{'__proto__': 'x'}", JSON.parse('{"__proto__": "x"}')],
  ];
  test.each(read)('%s', (text, value) => {
    expect(parsePythonLiteral(text)).toEqual(value);
  });

  const refused = [
    '',
    'Missing field',
    "{'a'}",
    "{'a': }",
    "['a' 'b']",
    "['a'",
    "'a",
    "'a\\",
    "'\\x0'",
    "'\\Uffffffff'",
    "{'a': 1} and more",
    "[,'a']",
    '['.repeat(10_000),
    '__import__("os")',
  ];
  test.each(refused)('is not %j', (text) => {
    expect(parsePythonLiteral(text)).toBeUndefined();
  });

  const python = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.string({ unit: 'binary' }),
      fc.constantFrom(null, true, false, "it's", '"', `'"`, '\\'),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string({ unit: 'binary' }), tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value;

  test('printed by Python, it reads back', () => {
    fc.assert(
      fc.property(python, (value) => {
        expect(parsePythonLiteral(repr(value))).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  test('anything at all is read or refused, never thrown at', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom('{', '}', '[', ']', '(', ')', "'", '"', ':', ',', '\\', 'x', '1', 'None', ' '),
        ),
        (pieces) => {
          parsePythonLiteral(pieces.join(''));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

/** As Python 3 prints it. */
function repr(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return reprText(value);
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  return `{${Object.entries(value ?? {})
    .map(([key, item]) => `${reprText(key)}: ${repr(item)}`)
    .join(', ')}}`;
}

function reprText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  return quote + Array.from(text, (char) => reprChar(char, quote)).join('') + quote;
}

function reprChar(char: string, quote: string): string {
  const named = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', [quote]: `\\${quote}` }[char];
  if (named !== undefined) return named;
  const code = char.codePointAt(0) ?? 0;
  if (/[\p{L}\p{N}\p{P}\p{S} ]/u.test(char)) return char;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
