import { CODES, isCode } from './codes.js';
import type { Args, Issue } from './issue.js';

const LONGEST_QUOTE = 40;

/** `<your column name>: <what is wrong and what is expected>`, with the row's values. */
export function sentence(issue: Issue): string {
  return placed(issue, wordsOf(issue, true));
}

/** The same without a value of any row: for counts, logs and pages. */
export function kind(issue: Issue): string {
  return placed(issue, wordsOf(issue, false));
}

function placed({ column, path }: Issue, words: string): string {
  const where = column || path;
  return where === '' ? words : `${where}: ${words}`;
}

function wordsOf({ column, path, code, args }: Issue, withValues: boolean): string {
  const said = args['message'];
  if (typeof said === 'string') {
    const words = withValues ? said : withoutValues(said);
    return column === '' && path === '' ? `Bond: ${words}` : words;
  }
  return isCode(code) ? fill(CODES[code].says, args, withValues) : code;
}

/** Fills a pattern of the registry; what stands in brackets is said with values only, and when there are any. */
function fill(pattern: string, args: Args, withValues: boolean): string {
  return pattern
    .replace(/\[([^|\]]*)\|?([^\]]*)\]/g, (_whole, more: string, otherwise: string) =>
      withValues && !lacks(more, args) ? more : otherwise,
    )
    .replace(/"\{(\w+)\}"|\{(\w+)\}/g, (_whole, quoted?: string, plain: string = '') =>
      quoted === undefined ? textOf(args[plain]) : quote(textOf(args[quoted])),
    );
}

function lacks(pattern: string, args: Args): boolean {
  return [...pattern.matchAll(/\{(\w+)\}/g)].some(([, name = '']) => textOf(args[name]) === '');
}

function textOf(arg: Args[string] | undefined): string {
  return typeof arg === 'object' ? arg.join(' or ') : String(arg);
}

/** A value as an error shows it: in quotes, at most 40 characters of it. */
function quote(value: string): string {
  const shown = Array.from(value);
  return shown.length <= LONGEST_QUOTE ? `"${value}"` : `"${shown.slice(0, LONGEST_QUOTE - 1).join('')}…"`;
}

/** Bond's words without what differs from row to row: what stands in quotes, and numbers and ids. */
function withoutValues(message: string): string {
  return message.replace(/"[^]*"|'[^]*'/, '…').replace(/[\w-]*\d{3}[\w-]*/g, '…');
}
