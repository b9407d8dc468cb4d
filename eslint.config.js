import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/dist/**', '**/bundled/**', 'build/**', 'coverage/**'] },
  js.configs.recommended,
  {
    files: ['packages/*/src/**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['packages/*/tsconfig.json', 'packages/*/tsconfig.test.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Readers of hostile input have to name control characters.
      'no-control-regex': 'off',
      // Generators that only check what passes through have nothing to await.
      '@typescript-eslint/require-await': 'off',
      // `{ value: undefined }` and an absent `value` mean the same to every options object here.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: true },
      ],
      'no-restricted-properties': ['error', { object: 'it', property: 'only' }],
    },
  },
  {
    // Only main.ts knows the process; everything else is handed what it needs. The built-in fetch
    // takes a whole request body into memory.
    files: ['packages/*/src/**/*.ts'],
    ignores: ['packages/cli/src/main.ts', 'packages/testing/src/**', '**/*.test.ts'],
    rules: { 'no-restricted-globals': ['error', 'process', 'fetch'] },
  },
  {
    files: ['scripts/**/*.mjs', 'packages/cli/bin/*.js', '*.js'],
    languageOptions: {
      globals: {
        AbortSignal: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        console: 'readonly',
        fetch: 'readonly',
        performance: 'readonly',
        AbortController: 'readonly',
        process: 'readonly',
      },
    },
  },
);
