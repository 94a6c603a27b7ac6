import { lspOptions, PROCESS_OPTIONS } from '../../../src/options/lsp-options.js';
import type { OptionRow } from '../../../src/options/option-row.js';

/** The extension's settings, as its package.json declares them: a property for each row of the server's options. */
export function settingsOf(rows: Readonly<Record<string, OptionRow>>): object {
  return {
    title: 'nnfmt',
    properties: {
      'nnfmt.path': {
        type: ['string', 'null'],
        default: null,
        scope: 'machine',
        markdownDescription: 'Another nnfmt than the one in this extension, such as `/usr/local/bin/nnfmt`.',
      },
      ...Object.fromEntries(Object.entries(rows).map(([name, row]) => [`nnfmt.${name}`, propertyOf(row)])),
      'nnfmt.trace.server': {
        type: 'string',
        enum: ['off', 'messages', 'verbose'],
        default: 'off',
        scope: 'window',
        markdownDescription: 'What is logged of the talk between editor and server.',
      },
    },
  };
}

/** Rows that an editor may set. */
export const editorRows = (): Readonly<Record<string, OptionRow>> =>
  Object.fromEntries(Object.entries(lspOptions).filter(([name]) =>
    !PROCESS_OPTIONS.some((option) => option === name)));

function propertyOf(row: OptionRow): object {
  const unit = row.unit === undefined ? '' : ` (${row.unit})`;
  const common = { default: row.default, scope: 'resource', markdownDescription: `${row.description}${unit}` };
  const orNull = (type: string, ...more: string[]): string | string[] =>
    row.default === null ? [type, ...more, 'null'] : more.length === 0 ? type : [type, ...more];
  switch (row.type) {
    case 'boolean':
      return { type: 'boolean', ...common };
    case 'choice':
      return { type: 'string', enum: row.choices, ...common };
    case 'integer':
    case 'number':
      return { type: orNull(row.type), minimum: row.range[0], maximum: row.range[1], ...common };
    case 'string':
      return { type: row.negatable === true ? orNull('string', 'boolean') : orNull('string'), ...common };
    case 'numbers':
      return { type: orNull('array'), items: { type: 'number' }, ...common };
    case 'strings':
      return { type: 'array', items: { type: 'string' }, ...common };
  }
}
