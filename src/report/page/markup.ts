/** Text that is HTML already, and needs no escaping. */
export interface Markup {
  readonly html: string;
}

/** What a template takes: texts are escaped, lists are joined, null and undefined are nothing. */
export type Content = string | number | Markup | null | undefined | readonly Content[];

/** HTML from a template, with every text in it escaped: safe between tags and in quoted attributes. */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return trusted(String.raw({ raw: parts }, ...values.map(rendered)));
}

/** HTML that this program wrote itself, as opposed to a file, a service or an operator. */
export function trusted(html: string): Markup {
  return { html };
}

function rendered(content: Content): string {
  if (content === undefined || content === null) return '';
  if (typeof content === 'string') return escaped(content);
  if (typeof content === 'number') return String(content);
  return 'html' in content ? content.html : content.map(rendered).join('');
}

/** Control characters, and those that turn the direction of what follows: a header could rearrange the page with them. */
const UNSEEN = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

function escaped(text: string): string {
  return text
    .replace(/[\t\r\n]+/g, ' ')
    .replace(UNSEEN, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A name that somebody else gave, in its beginning and its end when it is long: it is to be recognised, not read. */
export function brief(name: string): string {
  const chars = Array.from(name.trim());
  if (chars.length <= 80) return chars.join('');
  return `${chars.slice(0, 52).join('')} … ${chars.slice(-24).join('')}`;
}
