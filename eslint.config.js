import tseslint from 'typescript-eslint';
import { importTable } from './scripts/eslint-import-table.js';

export default tseslint.config(
  { ignores: ['dist/', 'dist.new/', 'dist.old/', 'coverage/', 'runs/', 'node_modules/', 'fixtures/'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      eqeqeq: 'error',
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Pass in a seeded generator from src/shared.' },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { nnfmt: { rules: { 'import-table': importTable } } },
    rules: {
      'nnfmt/import-table': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Use named exports.' },
      ],
    },
  },
  {
    // Only shells print.
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**', 'src/server/**'],
    rules: { 'no-console': 'error' },
  },
);
