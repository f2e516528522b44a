import { OperatorError } from '../errors.js';
import { titleOf, type Source } from './source.js';
import { converterFor, placeAtStart } from './utf8.js';

const candidates = [
  'windows-1252',
  'iso-8859-2',
  'windows-1250',
  'windows-1251',
  'macintosh',
  'shift_jis',
  'gb18030',
  'utf-8',
];
/** More than any character has bytes. */
const marginBytes = 16;
/** So much of the line beyond the chunk is judged. */
const aheadBytes = 1_000;

/** The OperatorError for the first bytes, among those from `from` to `to`, that are not valid in `encoding`. */
export async function badBytes(
  source: Source,
  encoding: string,
  from: number,
  to: number,
): Promise<OperatorError> {
  const converter = converterFor(encoding);
  const place = placeAtStart();
  const parts: Buffer[] = [];
  let offset = 0;
  for await (const chunk of source.bytes()) {
    const settled = Math.min(chunk.length, Math.max(0, from - marginBytes - offset));
    place.advance(converter.next(chunk.subarray(0, settled)) ?? Buffer.alloc(0));
    parts.push(chunk.subarray(settled));
    offset += chunk.length;
    if (offset >= to + aheadBytes) break;
  }
  const bytes = Buffer.concat(parts);
  let bad = 0;
  for (let at = 0; at < bytes.length; at++) {
    const text = converter.next(bytes.subarray(at, at + 1));
    if (text === undefined) break;
    place.advance(text);
    if (text.length > 0) bad = at + 1;
  }
  const hex = `0x${bytes
    .subarray(bad, bad + 1)
    .toString('hex')
    .toUpperCase()}`;
  const { text, first } = readings(encoding, ...lineAround(bytes, bad));
  const there = `${titleOf(source.name)}, line ${place.line}, column ${place.column}: byte ${hex} is not ${encoding}`;
  const utf8Line = encoding === 'utf-8' ? await lineOfUtf8(source, first) : undefined;
  if (utf8Line !== undefined) {
    return new OperatorError(
      `${there}${first === undefined ? '' : ` (${hex} reads ${text})`}, but line ${utf8Line} is: ` +
        'the file is in two encodings, which no --encoding reads: export it again in one, best in UTF-8',
    );
  }
  return new OperatorError(
    first === undefined
      ? `${there}: save the file as UTF-8, or name its encoding with --encoding`
      : `${there} (${hex} reads ${text}): give --encoding ${first}, or save the file as UTF-8`,
  );
}

/** The first line with characters that are UTF-8 and would be damaged when read in the other encoding. */
async function lineOfUtf8(source: Source, other: string | undefined): Promise<number | undefined> {
  const place = placeAtStart();
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source.bytes()) {
    const bytes = Buffer.concat([rest, chunk]);
    let from = 0;
    for (let at = 0; at < bytes.length; at++) {
      if (bytes[at] !== 0x0a && bytes[at] !== 0x0d) continue;
      const line = bytes.subarray(from, at);
      if (isDamagedAs(other, line)) return place.line;
      place.advance(bytes.subarray(from, at + 1));
      from = at + 1;
    }
    rest = bytes.subarray(from);
  }
  return isDamagedAs(other, rest) ? place.line : undefined;
}

function isDamagedAs(other: string | undefined, line: Buffer): boolean {
  // A line in two encodings is UTF-8 up to its first bad byte.
  const valid = new TextDecoder().decode(line).split('\ufffd', 1)[0] ?? '';
  if (!/[^\0-\x7f]/.test(valid)) return false;
  if (other === undefined) return true;
  const damaged = whole(other, Buffer.from(valid));
  return damaged === undefined || plausibility(valid) > plausibility(damaged);
}

/** The bytes of the line before the bad one, and from it on. */
function lineAround(bytes: Buffer, bad: number): [Buffer, Buffer] {
  const lineEnds = /[\r\n]/;
  const before = bytes.toString('latin1', 0, bad).split(lineEnds).at(-1) ?? '';
  const after = bytes.toString('latin1', bad).split(lineEnds, 1).at(0) ?? '';
  return [Buffer.from(before, 'latin1'), Buffer.from(after, 'latin1')];
}

/** In which encodings the line reads well, and as what character the bad byte then reads. */
function readings(encoding: string, before: Buffer, after: Buffer): { text: string; first?: string } {
  const good = candidates
    .filter((candidate) => candidate !== encoding)
    .map((candidate) => ({ candidate, ...reading(candidate, before, after) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  const best = good[0];
  if (best === undefined) return { text: '' };
  const byCharacter = new Map<string, string[]>();
  for (const { candidate, character, score } of good) {
    if (score < best.score * 0.8) continue;
    byCharacter.set(character, [...(byCharacter.get(character) ?? []), candidate]);
  }
  const text = [...byCharacter]
    .map(([character, names]) => `"${character}" in ${names.join(', ')}`)
    .join('; ');
  return { text, first: best.candidate };
}

function reading(encoding: string, before: Buffer, after: Buffer): { character: string; score: number } {
  const prefix = whole(encoding, before);
  const line = whole(encoding, Buffer.concat([before, after]));
  const character = line?.startsWith(prefix ?? '\0') ? Array.from(line.slice(prefix?.length))[0] : undefined;
  if (line === undefined || character === undefined || !/[\p{L}\p{P}\p{S}]/u.test(character)) {
    return { character: '', score: 0 };
  }
  return { character, score: plausibility(line) };
}

function whole(encoding: string, bytes: Buffer): string | undefined {
  const converter = converterFor(encoding);
  const [text, rest] = [converter.next(bytes), converter.end()];
  return text && rest && Buffer.concat([text, rest]).toString();
}

/** Letters that fit their neighbours speak for a reading; mixed scripts, odd capitals and symbols against it. */
function plausibility(line: string): number {
  const scores: readonly [RegExp, number][] = [
    [/[^\0-\x7f]/gu, 1],
    [/[\p{Cc}\p{Co}\p{Cn}\u2500-\u259f]/gu, -20],
    [/[^\p{L}\p{M}\0-\x7f’‘“”–—…•€£§°ªº«»¿¡\u00a0、。・]/gu, -3],
    [/\p{Ll}(?=[^\0-\x7f])\p{Lu}/gu, -3],
    [/(?=[^\0-\x7f])\p{Lu}\p{Ll}*(?<=[^\0-\x7f]\p{Ll})\p{Lu}/gu, -3],
    [/\p{sc=Latin}(?=\p{L})\P{sc=Latin}|(?=\p{L})\P{sc=Latin}\p{sc=Latin}/gu, -4],
    [/(?:(?=[^\0-\x7f])\p{sc=Latin}){3}/gu, -6],
    [/[‘“”…•€£§°¿¡«»](?=\p{Ll})/gu, -2],
  ];
  return scores.reduce((sum, [pattern, points]) => sum + points * (line.match(pattern)?.length ?? 0), 0);
}
