import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { TABLES_SQL } from '../../src/ledger/postgres-tables.js';

test('the docs have the SQL that makes the tables', () => {
  const docs = readFileSync(fileURLToPath(new URL('../../docs/postgres.md', import.meta.url)), 'utf8');
  expect(docs).toContain(`\n\`\`\`sql\n${TABLES_SQL}\n\`\`\`\n`);
});
