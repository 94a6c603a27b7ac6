/**
 * nnfmt in Prettier 3: `prettier --plugin nnfmt/prettier-plugin`. Prettier finds the files, reads and writes them; what
 * it gets for a file is what `nnfmt format` makes of it.
 *
 * For Prettier a parser makes a tree, and a printer a document of it. Here the parser formats, and the printer hands
 * the text on as it is, so that nothing in Prettier changes a blank at a line's end or within a string.
 *
 * Limits: Prettier reads UTF-8 alone, and gives all lines one end; it takes a file of nothing but blank lines for
 * empty.
 *
 * Source: https://prettier.io/docs/plugins
 */
import type { Doc, Parser, ParserOptions, Plugin, Printer, SupportLanguage } from 'prettier';
import { lineRangesIn } from './line-ranges-in.js';
import { formatForPrettier } from './format-for-prettier.js';
import { hasIgnorePragma, hasPragma, insertPragma } from './pragma.js';
import { pythonFile, type PythonFile, type PythonPart } from './python-tree.js';

export { options } from './plugin-options.js';

type Node = PythonFile | PythonPart;

export const languages: SupportLanguage[] = [
  {
    name: 'Python',
    parsers: ['nnfmt'],
    aliases: ['py', 'python3', 'py3', 'pyi'],
    extensions: ['.py', '.pyi', '.pyw'],
    interpreters: ['python', 'python3'],
    linguistLanguageId: 303,
    vscodeLanguageIds: ['python'],
  },
];

/** Line ends stay as they are, where the user says nothing else. */
export const defaultOptions: Plugin['defaultOptions'] = { endOfLine: 'auto' };

const parser: Parser<Node> = {
  astFormat: 'nnfmt',
  hasPragma,
  hasIgnorePragma,
  locStart: ({ start }) => start,
  locEnd: ({ end }) => end,
  parse,
};

export const parsers: Record<string, Parser<Node>> = { nnfmt: parser };

async function parse(text: string, options: ParserOptions<Node>): Promise<Node> {
  const given = options as unknown as Record<string, unknown>;
  const lines = lineRangesIn(text, options);
  if (lines !== null) return prepareRange(text, options, await formatForPrettier(text, given, lines));
  return pythonFile(text, await formatForPrettier(text, given), cursorOf(options));
}

/** Prettier's types know the option by no type. */
const cursorOf = ({ cursorOffset }: ParserOptions<Node>): number =>
  (typeof cursorOffset === 'number' ? cursorOffset : -1);

/**
 * Prettier itself picks out what stands in a range and lets only that be formatted: by the types of nodes that it knows
 * of a few languages, and of others it formats nothing. Vue's rule takes any node, so this says for the
 * rest of this one run that all of the text is such a node, and that its parser is one which knows the result. Should
 * Prettier change its rule, a range is left as it is.
 */
function prepareRange(text: string, options: ParserOptions<Node>, formatted: string): Node {
  const end = text.trimEnd().length;
  const known: Parser<Node> = {
    ...parser,
    parse: (part, own) => pythonFile(part, formatted.trimEnd(), cursorOf(own)),
  };
  options.parser = 'vue';
  options.plugins = [...options.plugins, { parsers: { vue: known } }];
  return { ...pythonFile(text, formatted, -1), end };
}

const printer: Printer<Node> = {
  print(path, { parentParser }: ParserOptions<Node> & { readonly parentParser?: string }, print) {
    const { node } = path;
    if (node.type === 'python-part') return node.text;
    if (node.cursorPart !== null) return [node.before, print('cursorPart'), node.behind];
    return parentParser === undefined ? node.before : indentable(node.before);
  },
  getVisitorKeys: (node) => (node.type === 'python-file' && node.cursorPart !== null ? ['cursorPart'] : []),
  insertPragma,
};

const BREAK = { type: 'break-parent' } as const;
/** A line end that takes the blanks before it away, and the indentation of a blank line with them. */
const HARD_LINE: Doc = [{ type: 'line', hard: true }, BREAK];
const LITERAL_LINE: Doc = [{ type: 'line', hard: true, literal: true }, BREAK];

/** Code inside another text, which indents it; the line end behind it is that of the text around. */
function indentable(code: string): Doc {
  const lines = code.replace(/\n$/u, '').split('\n');
  // Blanks at a line's end are there for a reason: they belong to a string, or to lines that are switched off.
  return lines.flatMap((line, k) =>
    (k === lines.length - 1 ? [line] : [line, /[ \t]$/u.test(line) ? LITERAL_LINE : HARD_LINE]));
}

export const printers: Record<string, Printer<Node>> = { nnfmt: printer };
