import { SETTINGS } from './config/table.js';
import { Unexpected, type About, type Described } from './config/values.js';
import { OperatorError } from './errors.js';
import type { Env } from './io.js';

export { COMMANDS, type Command } from './config/values.js';

export type Settings = {
  readonly [Name in keyof typeof SETTINGS]: ReturnType<(typeof SETTINGS)[Name]['read']>;
};
export type SettingName = keyof Settings;

export interface Setting extends About {
  readonly name: SettingName;
  readonly flag: string;
  /** The literal default, as it would be written. */
  readonly default?: string;
  /** What its value must be, in words; absent for switches. */
  readonly expected?: string;
  readonly isSwitch: boolean;
}

const described: { readonly [Name in SettingName]: Described<Settings[Name]> } = SETTINGS;

/** All settings with what they say of themselves, in the order of the help. */
export function allSettings(): Setting[] {
  return Object.keys(SETTINGS)
    .filter(isSettingName)
    .map((name) => ({
      ...described[name],
      name,
      flag: `--${kebab(name)}`,
      isSwitch: described[name].value === undefined,
    }));
}

/**
 * Flags, then environment, then the default. An OperatorError names the first setting that is wrong, what was
 * expected and what came.
 * @param flags by setting name; undefined where not given
 */
export function readSettings(flags: Readonly<Partial<Record<SettingName, unknown>>>, env: Env): Settings {
  const settings: Partial<Settings> = {};
  for (const { name, flag, env: envName } of allSettings()) {
    const fromEnv = (envName === undefined ? undefined : env[envName]) || undefined;
    const flagText = textOf(flags[name]);
    const given = flagText ?? fromEnv;
    try {
      Object.assign(settings, { [name]: described[name].read(given) });
    } catch (error) {
      if (!(error instanceof Unexpected)) throw error;
      const from = flagText === undefined ? (envName ?? flag) : flag;
      throw new OperatorError(`${from}: expected ${error.message}, got "${shown(given ?? '')}"`, {
        cause: error,
      });
    }
  }
  if (!isComplete(settings)) throw new Error('a setting has not been read');
  return settings;
}

/** A flag as it was given: its text, or a switch. */
function textOf(flag: unknown): string | undefined {
  return typeof flag === 'string' ? flag : flag === true ? 'true' : undefined;
}

/** A URL may carry a password. */
function shown(given: string): string {
  return given.replace(/\/\/[^/]*@/, '//…@');
}

function isSettingName(name: string): name is SettingName {
  return name in SETTINGS;
}

function isComplete(settings: Partial<Settings>): settings is Settings {
  return Object.keys(SETTINGS).every((name) => name in settings);
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
