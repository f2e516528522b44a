import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Which room may import which: see "Rooms" in the README. Types may cross; code may not. */
const closedRooms = ['csv', 'columns', 'customer', 'issues', 'bond', 'ledger'].map((room) => ({
  files: [`src/${room}/**`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^\\.\\./(?!${room}/|errors${room === 'customer' ? '|columns|issues' : ''})`,
            allowTypeImports: true,
            message: `${room}/ may only take types from other rooms`,
          },
        ],
      },
    ],
  },
}));

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
