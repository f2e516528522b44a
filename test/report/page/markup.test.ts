import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brief, markup, trusted } from '../../../src/report/page/markup.js';

test.each([
  ['text', 'a < b & "c"', 'a &lt; b &amp; &quot;c&quot;'],
  ['a number', 7, '7'],
  ['nothing', undefined, ''],
  ['markup of a template', markup`<b>${'<'}</b>`, '<b>&lt;</b>'],
  ['a list', ['<', markup`<br>`, [1, 2]], '&lt;<br>12'],
  ['trusted text', trusted('a > b'), 'a > b'],
  ['line ends', 'two\r\nlines', 'two lines'],
  ['what turns the direction of the text after it', 'a\u202eb\u0000c', 'a\ufffdb\ufffdc'],
])('a template takes %s', (_what, content, shown) => {
  expect(markup`<i>${content}</i>`.html).toBe(`<i>${shown}</i>`);
});

test('no text ends an attribute or begins a tag', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", '=', 'a', ' ', '\u202e', '\n') }),
      (text) => {
        expect(markup`${text}`.html).not.toMatch(/[<>"']/);
      },
    ),
  );
});

test.each([
  ['Given Name', 'Given Name'],
  [` ${'a'.repeat(80)} `, 'a'.repeat(80)],
  [`${'a'.repeat(60)}${'😀'.repeat(60)}`, `${'a'.repeat(52)} … ${'😀'.repeat(24)}`],
])('the name %j is shown as %j', (name, shown) => {
  expect(brief(name)).toBe(shown);
});
