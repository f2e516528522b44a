import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { CODES } from '../../src/issues/codes.js';

const PATH = fileURLToPath(new URL('../../docs/errors.md', import.meta.url));

/** The words of a code as the docs show them: with everything that a row may add, values as `…`. */
function shown(says: string): string {
  return says
    .replace(/\[([^|\]]*)\|?[^\]]*\]/g, '$1')
    .replace(/\{\w+\}/g, '…')
    .replaceAll('|', '\\|');
}

function page(): string {
  const entries = Object.entries(CODES).map(
    ([code, { says, meaning, cure }]) => `### \`${code}\`\n\n> ${shown(says)}\n\n${meaning} ${cure}\n`,
  );
  return `# Errors: every code, what it means, what cures it

The column \`error_codes\` of the results file holds these codes, \`errors\` the sentences; a row may have several. Any other
code is one of Bond's own (\`create_customer_schema\`, …), or \`http_\` and the status where Bond gave none: the sentence is
Bond's then, without the row's values.

This page is made from the program's own table: \`DOCS=write npx vitest run test/issues\` writes it anew.

${entries.join('\n')}`;
}

test('docs/errors.md says what the program says', async () => {
  if (process.env['DOCS'] === 'write') await writeFile(PATH, page());
  expect(await readFile(PATH, 'utf8')).toBe(page());
});

test.each(Object.entries(CODES))(
  '%s has a meaning, a cure, and words that are well formed',
  (code, entry) => {
    expect(code).toMatch(/^[a-z][a-z0-9_]*$/);
    for (const text of [entry.meaning, entry.cure]) expect(text).toMatch(/^[`A-Z].*\.$/);
    expect(entry.says.replace(/\[[^[\]]*\]|\{\w+\}/g, '')).not.toMatch(/[[\]{}|]/);
  },
);
