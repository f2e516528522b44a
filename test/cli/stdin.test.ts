import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const CSV =
  'external_id,first_name,last_name,dob,address_type,street,city,state,zip_code,country\n' +
  '1,Ann,Bond,1985-03-04,PHYSICAL,1 Main,Boston,MA,02134,US\n';

function validate(input: Buffer, ...args: string[]): { code: number | null; stderr: string; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'bond-import-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const options = { cwd: folder, input, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'validate', '-', ...args], options);
  return { code: status, stderr, folder };
}

test.each([
  ['plain', Buffer.from(CSV)],
  ['gzipped', gzipSync(CSV)],
])('standard input, %s, is read twice and leaves nothing behind', (_, input) => {
  const { code, stderr, folder } = validate(input, '--results', 'out.csv', '--ledger', 'out.ledger');
  expect(code, stderr).toBe(0);
  expect(readdirSync(folder)).toEqual(['out.csv']);
  expect(readFileSync(join(folder, 'out.csv'), 'utf8')).toMatch(/\n1,2,pending,,[0-9a-f-]{36},,,1,Ann,Bond,/);
});

test('standard input has no name to call the other files after', () => {
  const { code, stderr } = validate(Buffer.from(CSV));
  expect(code).toBe(1);
  expect(stderr).toMatch(/Standard input has no name .* --ledger and --results/);
});
