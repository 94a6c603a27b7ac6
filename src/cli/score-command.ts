import { decodeDocument, readSource } from '../corpus/index.js';
import { readSourceBytes } from '../corpus/read-source.js';
import { documentKind, formatDocument, openDocument, programOf } from '../embedded/index.js';
import { BadOptionError } from '../errors.js';
import { flagOf, optionTables, type OptionsFor } from '../options/index.js';
import { GAP_CLASSES, scoreFiles, scoreFigures, type GapClass } from '../score/index.js';
import { createTokenizer } from '../tokenize/index.js';
import { EXIT_DIFFERS, EXIT_FINE, type CliContext } from './context.js';
import { formatterOptions } from './formatter.js';

const CLASS_NAMES: Readonly<Record<GapClass, string>> = {
  spaces: 'spaces',
  lineBreaks: 'line breaks',
  indentation: 'indentation',
  blankLines: 'blank lines',
  blankLinesInside: '  in functions',
  blankLinesBetween: '  elsewhere',
  comments: 'comments',
};

/**
 * `nnfmt score A B`: how alike two layouts of one program are. Exits with 0 when they are
 * equal but for line endings, with 1 when they differ.
 */
export async function runScore(
  left: string,
  right: string,
  options: OptionsFor<'score'>,
  context: CliContext,
): Promise<number> {
  refuseStyle(options);
  const [a, b] = [left, right].map((path) => ({ path, text: programOf(path, readText(path)) }));
  return tellScore(a, b, options, context);
}

/** Two given layouts are compared without any model. */
function refuseStyle(options: OptionsFor<'score'>): void {
  for (const [name, row] of Object.entries(optionTables.score)) {
    if (row.category !== 'model' || options[name as keyof typeof options] === row.default) continue;
    const reason = 'speaks of a style to compare with, and two layouts are given';
    throw new BadOptionError({ option: flagOf(name), reason });
  }
}

/** `nnfmt score A`: how far a file is from the style of its project, which is what `format` would make of it. */
export async function scoreAgainstStyle(
  path: string,
  options: OptionsFor<'score'>,
  context: CliContext,
): Promise<number> {
  const text = readText(path);
  const formatter = await context.createFormatter(formatterOptions(options));
  const kind = documentKind(path, false);
  const formatted = kind === null
    ? formatter.format(text, { path }).text
    : formatDocument({ document: openDocument(kind, text, path), text, path, formatter }).text;
  return tellScore(
    { path, text: programOf(path, text) }, { path: `${path} (formatted)`, text: programOf(path, formatted) },
    options, context,
  );
}

function readText(path: string): string {
  return documentKind(path, false) === null
    ? readSource(path).text
    : decodeDocument(readSourceBytes(path), path).text;
}

async function tellScore(
  left: { readonly path: string; readonly text: string },
  right: { readonly path: string; readonly text: string },
  options: OptionsFor<'score'>,
  context: CliContext,
): Promise<number> {
  const figures = scoreFigures(scoreFiles(await createTokenizer(), left, right));
  if (options.json) {
    context.stdout.write(`${JSON.stringify(figures)}\n`);
  } else {
    const lines = [
      `similarity ${figures.score.toFixed(4)}`,
      `exact      ${figures.exact.toFixed(4)}  (${figures.changed} of ${figures.compared} gaps differ)`,
      ...GAP_CLASSES.filter((name) => figures.classes[name].compared > 0).map((name) => {
        const { exact, changed, compared } = figures.classes[name];
        return `  ${CLASS_NAMES[name].padEnd(14)} ${exact!.toFixed(4)}  (${changed} of ${compared} differ)`;
      }),
    ];
    context.stdout.write(`${lines.join('\n')}\n`);
  }
  return figures.changed === 0 ? EXIT_FINE : EXIT_DIFFERS;
}
