import { OperatorError } from '../errors.js';

const cures: Readonly<Record<string, string>> = {
  EACCES: 'permission denied: give this user access, or choose another path',
  EPERM: 'the system does not permit it: choose another path',
  EROFS: 'the file system is read-only: choose another path',
  EISDIR: 'it is a directory: name a file',
  ENOENT: 'no such file or folder: check the path',
  ENOTDIR: 'a part of the path is not a folder: check the path',
  ENAMETOOLONG: 'the name is too long: choose a shorter one',
  ELOOP: 'its symbolic links go in a circle: check the path',
  ENOSPC: 'no space is left on the disk: free some and run again',
  EDQUOT: 'the disk quota is used up: free some space and run again',
  EMFILE: 'too many files are open: raise the limit (ulimit -n) and run again',
};

/** Runs a file operation; its system error becomes an OperatorError "<what> (ENOENT): <why and what to do>". */
export async function orTrouble<T>(what: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) throw error;
    const code = String(error.code);
    const cure = cures[code] ?? 'the system refused: check the disk and the path';
    throw new OperatorError(`${what} (${code}): ${cure}`, { cause: error });
  }
}
