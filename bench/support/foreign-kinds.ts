import type { FormatPolicy } from '../../src/format/index.js';
import { mutateLayout } from '../../src/mutate/index.js';
import { createRandom } from '../../src/shared/random.js';
import { GapRole, hasLineBreak, joinGaps, pragmaGaps, withStructure, type StructuredSource, type Tokenizer } from '../../src/tokenize/index.js';
import { spoilByEditor, spoilByFormatter, type EditorDamage } from './damages.js';
import type { BenchCase } from './measure.js';
import type { PeerRunner } from './peer-cache.js';
import type { Peer, PeerSettings } from './peers.js';
import { reBreak } from './re-break.js';
import { commonUnit } from '../../src/mutate/lone-defects/common-unit.js';
import { reIndent } from './re-indent.js';
import { restyle } from './restyle.js';

/** Makes files as somebody else would have laid them out, consistently, with the tokens of their authors. */
export interface ForeignKind {
  readonly name: string;
  /** The files in that style, without those that cannot be had in it; null where the kind needs what is not there. */
  readonly layOut: (cases: readonly BenchCase[], means: ForeignMeans) => BenchCase[] | Promise<BenchCase[]> | null;
}

export interface ForeignMeans {
  readonly tokenizer: Tokenizer;
  readonly run: PeerRunner;
  readonly peers: readonly Peer[];
  /** A large project of another kind, which nnfmt has learned. */
  readonly other: FormatPolicy | null;
}

/** Share of a file's tokens that a formatter may drop (parentheses, semicolons): their gaps stay the author's. */
const MOST_LOST = 0.02;

/** Styles that need no other formatter and no profile. */
export const RULE_KINDS: readonly { readonly name: string; readonly layOut: (program: StructuredSource) => string[] }[] = [
  { name: 'every bracket joined', layOut: (program) => reBreak(program, { columns: Infinity, style: 'hanging', which: 'all' }) },
  { name: 'one element a line', layOut: (program) => reBreak(program, { columns: 0, style: 'hanging', which: 'all' }) },
  { name: 'another unit', layOut: (program) => reIndent(program, commonUnit(program) === '    ' ? '  ' : '    ') },
];

export const FOREIGN_KINDS: readonly ForeignKind[] = [
  byFormatter('black, 88', 'black', { line_length: 88, string_normalization: false }),
  byFormatter('yapf, pep8', 'yapf', { based_on_style: 'pep8' }),
  byFormatter('yapf, google', 'yapf', { based_on_style: 'google' }),
  ...RULE_KINDS.map(({ name, layOut }) => byRule(name, layOut)),
  { name: "another project's profile", layOut: (cases, means) => (means.other === null ? null : byProfile(cases, means, means.other)) },
];

function byFormatter(name: string, peer: string, settings: PeerSettings): ForeignKind {
  return {
    name,
    layOut: (cases, { tokenizer, run, peers }) => {
      const found = peers.find((candidate) => candidate.name === peer);
      if (found === undefined) return null;
      return spoilByFormatter(tokenizer, run, { damage: { name, peer, settings }, peer: found, cases, mostLost: MOST_LOST })
        .then((results) => results.flatMap((result) => withPragmas(tokenizer, result)));
    },
  };
}

function byRule(name: string, layOut: (program: StructuredSource) => string[]): ForeignKind {
  return {
    name,
    layOut: (cases, { tokenizer }) =>
      spoilByEditor(tokenizer, { name, spoil: layOut }, cases).flatMap((result) => withPragmas(tokenizer, result)),
  };
}

/** A text in such a style; null where that is not proven to be the same program. */
export function spoilByRule(tokenizer: Tokenizer, { name, spoil }: EditorDamage, text: string, path: string): string | null {
  const program = withStructure(tokenizer.tokenize(text, path));
  const [result] = spoilByEditor(tokenizer, { name, spoil }, [{ path, program, input: program.source.gaps, inputText: text }]);
  return result?.inputText ?? null;
}

/**
 * Where a comment speaks of its line (`# type:`, `# noqa`), line breaks stay as the author has them, as in all mutants:
 * to move them would change what the comment is about.
 */
function withPragmas(tokenizer: Tokenizer, foreign: BenchCase): BenchCase[] {
  const { program, input } = foreign;
  const bound = pragmaGaps(program);
  const own = program.source.gaps;
  const held = input.map((gap, i) => (bound[i] !== 0 && hasLineBreak(gap) !== hasLineBreak(own[i]) ? own[i] : gap));
  if (held.every((gap, i) => gap === input[i])) return [foreign];
  return spoilByEditor(tokenizer, { name: 'pragmas', spoil: () => held }, [foreign]);
}

/** Lays files out by another project's profile: whatever stands within logical lines is scrambled first, so that it says nothing. */
function byProfile(cases: readonly BenchCase[], { tokenizer }: ForeignMeans, other: FormatPolicy): BenchCase[] {
  return spoilByEditor(tokenizer, {
    name: 'profile',
    spoil: (program, random) => {
      const path = '<foreign>';
      const text = restyle(tokenizer, other, joinGaps(program.source, scramble(program, random.state().join())), path);
      return tokenizer.tokenize(text, path).gaps;
    },
  }, cases).flatMap((result) => withPragmas(tokenizer, result));
}

/** Every gap within logical lines is spoilt; statements, comments and blank lines stay. */
function scramble(program: StructuredSource, seed: string): string[] {
  const mutant = mutateLayout(program, { rate: 1, random: createRandom(seed) });
  const { role } = program.structure;
  return program.source.gaps.map((gap, i) =>
    (role[i] === (GapRole.Line as number) || role[i] === (GapRole.Bracket as number) ? mutant[i] : gap));
}
