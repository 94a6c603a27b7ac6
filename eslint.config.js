import tseslint from 'typescript-eslint';
import { importTable } from './scripts/eslint-import-table.js';

/** The only files that may touch the file system themselves. */
const FILE_ACCESS = [
  'src/gather/part-folder.ts',
  'src/shared/read-file.ts',
  'src/shared/read-lines.ts',
  'src/shared/look-at-path.ts',
  'src/shared/write-atomically.ts',
  'src/shared/temporary-file.ts',
  'src/format/write-file.ts',
  'src/format/source-writing.ts',
  'src/format/write-in-place.ts',
  'src/format/undo-file.ts',
  'src/cli/changed-lines.ts',
];

/** Lines of these are longer, still. */
const LONG_LINES = [
  'src/model/kernel/kernel-wasm.generated.ts',
  'src/model/features/describer-wasm.generated.ts',
  'src/shared/checksum-wasm.generated.ts',
  'src/complete/piece-keys-wasm.generated.ts',
  'src/complete/mixture-wasm.generated.ts',
  'src/tokenize/tree-walker-wasm.generated.ts',
  'src/model/kernel/whole-products-wasm.generated.ts',
  'src/learn/learn-profile.ts',
];

export default tseslint.config(
  { ignores: ['dist/', 'dist.new/', 'dist.old/', 'coverage/', 'runs/', 'node_modules/', 'fixtures/', 'site/build/', 'site/public/'] },
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
        { selector: 'PrivateIdentifier', message: 'Write private members as `private name`, as everywhere.' },
      ],
    },
  },
  {
    // Pages, pictures and messages are written as they come out, and a pattern has no seams.
    files: ['src/**/*.ts', 'scripts/**/*.{js,ts}'],
    ignores: LONG_LINES,
    rules: {
      'max-len': ['error', { code: 120, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true, ignoreUrls: true }],
    },
  },
  {
    // A path that somebody else chose can be a pipe, a device or locked: few files know how to deal with that.
    files: ['src/**/*.ts'],
    ignores: FILE_ACCESS,
    rules: {
      'no-restricted-imports': ['error', {
        paths: ['node:fs', 'node:fs/promises', 'fs', 'fs/promises'].map((name) => ({
          name, message: 'Use src/shared/read-file.ts, look-at-path.ts or write-atomically.ts.',
        })),
      }],
    },
  },
  {
    // Only shells print.
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**', 'src/server/**', 'src/lsp/**'],
    rules: { 'no-console': 'error' },
  },
);
