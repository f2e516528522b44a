import { converterFor } from './utf8.js';

/**
 * Writes text in an encoding, a canonical name of TextDecoder's: the way back of `converterFor`. A character that the
 * encoding does not have becomes `&#8230;`, which is refused as damaged text when the file is read again.
 */
export function encoderFor(encoding: string): (text: string) => Buffer {
  switch (encoding) {
    case 'utf-8':
      return (text) => Buffer.from(text);
    case 'utf-16le':
      return (text) => Buffer.from(text, 'utf16le');
    case 'utf-16be':
      return (text) => Buffer.from(text, 'utf16le').swap16();
    default: {
      const bytesOf = tableOf(encoding);
      return (text) =>
        Buffer.concat(
          Array.from(text, (char) => bytesOf.get(char) ?? Buffer.from(`&#${String(char.codePointAt(0))};`)),
        );
    }
  }
}

/** The bytes of every character that has one or two. */
function tableOf(encoding: string): ReadonlyMap<string, Buffer> {
  const table = new Map<string, Buffer>();
  const leads: number[] = [];
  const learn = (bytes: Buffer): boolean => {
    const converter = converterFor(encoding);
    const [text, rest] = [converter.next(bytes), converter.end()];
    if (!text || !rest) return false;
    const char = Buffer.concat([text, rest]).toString();
    if (!table.has(char)) table.set(char, bytes);
    return true;
  };
  for (let byte = 0; byte < 256; byte++) if (!learn(Buffer.from([byte]))) leads.push(byte);
  for (const lead of leads) for (let trail = 0x30; trail < 256; trail++) learn(Buffer.from([lead, trail]));
  return table;
}
