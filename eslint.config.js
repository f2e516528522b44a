import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Whose code each room may use, besides errors.ts; types may cross freely. */
const MAY_USE = {
  csv: [],
  columns: [],
  issues: [],
  bond: [],
  ledger: [],
  customer: ['columns', 'issues'],
  delivery: ['bond', 'issues', 'ledger'],
  report: ['columns', 'customer', 'issues', 'ledger', 'io', 'settings'],
};

function closed(files, upwards, rooms, message) {
  const others = {
    regex: `^${upwards}(?!(?:${['errors', ...rooms].join('|')})[./])`,
    allowTypeImports: true,
  };
  const rule = ['error', { patterns: [{ ...others, message }] }];
  return { files: [files], rules: { '@typescript-eslint/no-restricted-imports': rule } };
}

const closedRooms = Object.entries(MAY_USE).flatMap(([room, rooms]) => {
  const message = `${room}/ may use the code of ${['errors.ts', ...rooms].join(', ')}, of others the types alone`;
  return [
    closed(`src/${room}/*.ts`, '\\.\\./', rooms, message),
    closed(`src/${room}/*/*.ts`, '\\.\\./\\.\\./', rooms, message),
  ];
});

export default defineConfig(
  globalIgnores(['dist', 'bench/node_modules', '**/*.js']),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-assertions': [
        'error',
        { assertionStyle: 'as', objectLiteralTypeAssertions: 'never' },
      ],
    },
  },
  closedRooms,
  {
    files: ['src/sandbox/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^\\.\\./', message: 'the sandbox shares nothing with the importer' }] },
      ],
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/commands/**', 'src/cli.ts', 'src/main.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '/commands/', message: 'nothing imports commands' }] },
      ],
    },
  },
);
