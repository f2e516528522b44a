import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { Env } from './io.js';

/** The environment with a `.env` file of the working directory beneath it: what is set in earnest wins. */
export function withDotEnv(env: Env): Env {
  let text: string;
  try {
    text = readFileSync('.env', 'utf8');
  } catch {
    return env;
  }
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  // A secret that is mounted as a file is not overridden by one that was left lying about, nor the other way round.
  const isSet = (name: string): boolean => [name, `${name}_FILE`].some((each) => set[each] !== undefined);
  const beneath = Object.entries(parseEnv(withoutWindowsMarks(text))).filter(
    ([name]) => !isSet(name.replace(/_FILE$/, '')),
  );
  return { ...Object.fromEntries(beneath), ...set };
}

/** Editors on Windows put a byte order mark before the first name, and a carriage return behind each value. */
function withoutWindowsMarks(text: string): string {
  return text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
}
