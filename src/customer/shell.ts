/** One word of a command line, as it may be copied into a shell. */
export function forShell(word: string): string {
  return /^[\w./@%+,:-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
