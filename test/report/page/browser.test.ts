import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { runPage } from '../../../src/report/page/run-page.js';
import type { RunReport } from '../../../src/report/page/run-report.js';
import { crowded, fewRows, report, validated } from './reports.js';

const seen = z.object({
  overlaps: z.array(z.unknown()),
  cut: z.array(z.string()),
  wider: z.number(),
  faint: z.array(z.unknown()),
  thinnest: z.number(),
  images: z.number(),
  isDark: z.boolean(),
});

let browser: Browser;
let folder = '';
let probe = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bond-import-page-'));
  probe = await readFile(new URL('probe.js', import.meta.url), 'utf8');
  browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: ['--no-sandbox', '--no-zygote'],
  });
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

const REPORTS: readonly (readonly [what: string, report: RunReport])[] = [
  ['a night’s run', report()],
  ['a run with long names of everything', crowded()],
  ['a short run of a few rows', fewRows()],
  ['a validated file', validated()],
];
const SCREENS = [400, 1200].flatMap((width) =>
  (['light', 'dark'] as const).map((scheme) => ({ width, scheme })),
);
const CASES = REPORTS.flatMap(([what, shown]) => SCREENS.map((screen) => ({ what, shown, ...screen })));

test.each(CASES)('$what reads well at $width pixels, $scheme', async ({ shown, width, scheme }) => {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(await fileOf(shown));
  const { thinnest, ...others } = seen.parse(await page.evaluate(probe));
  expect(others).toEqual({
    overlaps: [],
    cut: [],
    wider: 0,
    faint: [],
    images: 0,
    isDark: scheme === 'dark',
  });
  expect(thinnest).toBeGreaterThanOrEqual(2);
  expect(complaints).toEqual([]);
  await page.close();
});

test.each(REPORTS)('%s is two sheets of A4 in print', async (_what, shown) => {
  const page = await browser.newPage({ colorScheme: 'dark' });
  await page.goto(await fileOf(shown));
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(pdf.match(/\/Type\s*\/Page\b/g)?.length).toBeLessThanOrEqual(2);
  expect(pdf).toMatch(/\/MediaBox\s*\[0 0 59[45]\.\d* 84[12]/);
  await page.emulateMedia({ media: 'print' });
  expect(seen.parse(await page.evaluate(probe))).toMatchObject({ overlaps: [], faint: [], isDark: false });
  await page.close();
});

async function fileOf(shown: RunReport): Promise<string> {
  const path = join(folder, 'run.html');
  await writeFile(path, runPage(shown));
  return pathToFileURL(path).href;
}
