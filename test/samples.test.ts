import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sandbox } from './sandbox/start.js';

// An expected file is what `validate` writes; after a wanted change, and a look at the difference:
//   node dist/main.js validate samples/<name>.csv --results samples/<name>.expected.csv [--mapping …]

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const SAMPLES = fileURLToPath(new URL('../samples/', import.meta.url));
const CREDENTIALS = { identity: '7d1f0c9a-0000-4000-8000-000000000000', authorization: 'a-secret-of-nobody' };

const SINGLE_RULES =
  /^(first_name|middle_name|last_name|dob|ssn|phone|phone_country_code|email|external_id|address_type|street|street2|city|state|zip_code|country|is_primary): /;

describe('every sample is validated as expected', () => {
  test.each([
    { name: 'customers', args: [] },
    { name: 'two-addresses', args: [] },
    { name: 'every-error', args: [] },
    { name: 'legacy-export', args: ['--mapping', join(SAMPLES, 'legacy-export.mapping.json')] },
    { name: 'messy', args: ['--mapping', join(SAMPLES, 'messy.mapping.json')] },
  ])('$name', async ({ name, args }) => {
    const folder = await folderWith(`${name}.csv`);
    const { code } = await program(folder, ['validate', `${name}.csv`, ...args]);
    const actual = await readFile(join(folder, `${name}.results.csv`), 'utf8');
    expect(actual).toBe(await readFile(join(SAMPLES, `${name}.expected.csv`), 'utf8'));
    expect(code).toBe(2);
  });
});

test('a sample without its mapping is refused, and nothing is written', async () => {
  const folder = await folderWith('legacy-export.csv');
  const { code, stderr } = await program(folder, ['validate', 'legacy-export.csv']);
  expect(stderr).toContain('--mapping');
  expect(code).toBe(1);
  expect(await readdir(folder)).toEqual(['legacy-export.csv']);
});

test('every row of every-error.csv breaks the rule that it names, and no other', async () => {
  const { rows } = await readTable(join(SAMPLES, 'every-error.expected.csv'));
  const single = rows.filter(({ breaks = '' }) => SINGLE_RULES.test(breaks));
  expect(single.length).toBeGreaterThan(60);
  for (const { breaks = '', errors = '' } of single) {
    const field = SINGLE_RULES.exec(breaks)?.[1] ?? '';
    expect.soft(columnsNamed(errors, [field]), breaks).toEqual([field]);
    expect.soft(errors.startsWith(`${field}: `), breaks).toBe(true);
  }
});

describe('the generator', () => {
  test('makes the very sample', async () => {
    const folder = await emptyFolder();
    await generate(['--out', join(folder, 'customers.csv')]);
    expect(await readFile(join(folder, 'customers.csv'), 'utf8')).toBe(
      await readFile(join(SAMPLES, 'customers.csv'), 'utf8'),
    );
  });

  test('makes no wrong row with --clean', async () => {
    const folder = await emptyFolder();
    await generate(['--rows', '3000', '--clean', '--out', join(folder, 'clean.csv')]);
    const { code, stdout } = await program(folder, ['validate', 'clean.csv', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ rows: 3000, counts: { pending: 3000 } });
    expect(code).toBe(0);
  });
});

test('customers.csv is imported whole, and a second run sends nothing', async () => {
  const bond = await sandbox(CREDENTIALS);
  const folder = await folderWith('customers.csv');
  const env = {
    BOND_API_URL: bond.url,
    BOND_IDENTITY: CREDENTIALS.identity,
    BOND_AUTHORIZATION: CREDENTIALS.authorization,
  };
  const input = await readTable(join(SAMPLES, 'customers.csv'));
  const validated = await readTable(join(SAMPLES, 'customers.expected.csv'));

  const first = await program(folder, ['run', 'customers.csv', '--rate', '0'], env);
  expect(first.code).toBe(2);
  const results = await readTable(join(folder, 'customers.results.csv'));

  // One line for every row, in its order, each with its own cells.
  expect(results.header).toEqual([
    'row',
    'line',
    'status',
    'customer_id',
    'brand_person_id',
    'error_codes',
    'errors',
    ...input.header,
  ]);
  expect(results.rows.map(({ row }) => row)).toEqual(input.rows.map((_, at) => String(at + 1)));
  expect(results.rows.map(cellsOf)).toEqual(validated.rows.map(cellsOf));

  // Whoever could be sent has the customer that Bond keeps under the row's own id.
  const idOf = new Map(bond.customers.map((customer) => [customer.brand_person_id, customer.customer_id]));
  const sent = results.rows.filter((_, at) => validated.rows[at]?.['status'] === 'pending');
  const rejected = sent.filter(({ status }) => status === 'rejected');
  const created = sent.filter(({ status }) => status === 'created');
  expect(rejected.map(({ errors }) => errors)).toEqual(['SSN: A customer with this ssn already exists.']);
  expect(created).toHaveLength(sent.length - 1);
  expect(created.map((row) => row['customer_id'])).toEqual(
    created.map((row) => idOf.get(row['brand_person_id'] ?? '')),
  );
  expect(bond.customers).toHaveLength(created.length);

  // Whoever could not keeps what validation says, with every wrong column.
  const wrong = results.rows.filter(({ status }) => status === 'invalid' || status === 'duplicate');
  expect(wrong.map(({ errors }) => errors)).toEqual(
    validated.rows.filter(({ status }) => status !== 'pending').map(({ errors }) => errors),
  );
  expect(wrong.filter(({ errors }) => errors === '')).toEqual([]);
  expect(columnsNamed(wrong.at(-1)?.['errors'] ?? '', input.header)).toEqual([
    'Last Name',
    'Date of Birth',
    'SSN',
    'Email',
    'Physical Zip',
  ]);

  const posts = () => bond.calls.filter(({ method }) => method === 'POST').length;
  const postsOfFirst = posts();
  const second = await program(folder, ['run', 'customers.csv', '--rate', '0'], env);
  expect(posts()).toBe(postsOfFirst);
  expect(second.code).toBe(2);
  expect(await readTable(join(folder, 'customers.results.csv'))).toEqual(results);

  const ssns = input.rows.flatMap(({ SSN = '' }) => (SSN.replace(/\D/g, '').length >= 7 ? [SSN] : []));
  expect(ssns.length).toBeGreaterThan(500);
  const printed = [first, second].flatMap(({ stdout, stderr }) => [stdout, stderr]);
  const files = (await readdir(folder)).filter((name) => name !== 'customers.csv');
  const written = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  expect(files.sort()).toEqual(['customers.ledger', 'customers.results.csv']);
  for (const text of [...printed, ...written]) expect(leaks(text, ssns)).toEqual([]);
});

interface Ending {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Cells = Readonly<Record<string, string>>;

interface Table {
  readonly header: readonly string[];
  readonly rows: readonly Cells[];
}

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bond-import-samples-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function folderWith(sample: string): Promise<string> {
  const folder = await emptyFolder();
  await copyFile(join(SAMPLES, sample), join(folder, sample));
  return folder;
}

function program(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ending> {
  return node([PROGRAM, ...args], { cwd, env: { PATH: process.env['PATH'], ...env } });
}

async function generate(args: readonly string[]): Promise<void> {
  const { code, stderr } = await node([join(SAMPLES, 'generate.js'), ...args], {});
  expect(stderr).toBe('');
  expect(code).toBe(0);
}

function node(args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv }): Promise<Ending> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

async function readTable(path: string): Promise<Table> {
  // Rows of the wrong width are among the samples.
  const records: string[][] = parse(await readFile(path), { relax_column_count: true });
  const [header = [], ...rows] = records;
  return {
    header,
    rows: rows.map((cells) => Object.fromEntries(header.map((name, at) => [name, cells[at] ?? '']))),
  };
}

/** A line of the results without what a run makes of it. */
function cellsOf(row: Cells): Cells {
  return { ...row, status: '', customer_id: '', error_codes: '', errors: '' };
}

/** The columns that the errors of a row are about. */
function columnsNamed(errors: string, header: readonly string[]): string[] {
  return header.filter((column) => `; ${errors}`.includes(`; ${column}: `));
}

/** The SSNs that stand in the text, in whatever written form. */
function leaks(text: string, ssns: readonly string[]): string[] {
  const numbers = text.match(/(?<![0-9A-Za-z])\d[\d\s.-]{6,10}\d(?![0-9A-Za-z])/g) ?? [];
  const found = new Set(numbers.map((number) => number.replace(/\D/g, '')));
  return ssns.filter((ssn) => text.includes(ssn) || found.has(ssn.replace(/\D/g, '')));
}
