import { createRandom, type Random } from '../../src/shared/random.js';
import {
  findDifference, GapRole, hasLineBreak, joinGaps, lastLineStart, tokenKind, withStructure, type StructuredSource, type Tokenizer,
} from '../../src/tokenize/index.js';
import { alignGaps } from './align-tokens.js';
import type { BenchCase } from './measure.js';
import type { PeerRunner } from './peer-cache.js';
import type { Peer, PeerSettings } from './peers.js';
import { reBreak } from './re-break.js';
import { commonUnit } from '../../src/mutate/lone-defects/common-unit.js';
import { reIndent } from './re-indent.js';

/**
 * Damage that nnfmt's own mutator does not do, so that no figure depends on having been trained on
 * it: what an editor does to a whole file, and what another formatter with somebody else's
 * settings makes of it. All of it is whole-file damage: a file's own evidence is for the wrong
 * style, and only the project's other files know better.
 */
export interface EditorDamage {
  readonly name: string;
  readonly spoil: (program: StructuredSource, random: Random) => readonly string[];
}

export const EDITOR_DAMAGES: readonly EditorDamage[] = [
  { name: 're-indented to another unit', spoil: (program) => reIndent(program, commonUnit(program) === '    ' ? '  ' : '    ') },
  { name: 'tabs and spaces exchanged', spoil: exchangeTabs },
  { name: 'trailing whitespace', spoil: addTrailingBlanks },
  { name: 'calls joined', spoil: (program) => reBreak(program, { columns: Infinity, style: 'hanging', which: 'calls' }) },
  { name: 'calls exploded', spoil: (program) => reBreak(program, { columns: 0, style: 'hanging', which: 'calls' }) },
];

/** A formatter run with settings that no project here has. */
export interface FormatterDamage {
  readonly name: string;
  readonly peer: string;
  readonly settings: PeerSettings;
}

export const FORMATTER_DAMAGES: readonly FormatterDamage[] = [
  { name: 'yapf, facebook, 60 columns', peer: 'yapf', settings: { based_on_style: 'facebook', column_limit: 60 } },
  { name: 'yapf, google, 120 columns', peer: 'yapf', settings: { based_on_style: 'google', column_limit: 120 } },
  { name: 'black, 60 columns', peer: 'black', settings: { line_length: 60, string_normalization: false, magic_trailing_comma: false } },
  { name: 'black, 120 columns', peer: 'black', settings: { line_length: 120, string_normalization: false, magic_trailing_comma: false } },
];

/** Each file as an editor leaves it; without those whose damage is not proven to be the same program. */
export function spoilByEditor(tokenizer: Tokenizer, damage: EditorDamage, cases: readonly BenchCase[]): BenchCase[] {
  return cases.flatMap((original) =>
    caseOf(tokenizer, original, damage.spoil(original.program, createRandom(`${damage.name}:${original.path}`))));
}

/**
 * Each file as a formatter leaves it, with its own tokens: commas and parentheses that the
 * formatter added go, and a line break that parentheses would have to hold becomes a space. Files
 * in which it dropped more tokens than allowed are left out, and those not proven to be the same program.
 *
 * @param job.mostLost share of a file's tokens that may be dropped; gaps around those stay as they were
 */
export async function spoilByFormatter(
  tokenizer: Tokenizer,
  run: PeerRunner,
  { damage, peer, cases, mostLost = 0 }: { damage: FormatterDamage; peer: Peer; cases: readonly BenchCase[]; mostLost?: number },
): Promise<BenchCase[]> {
  const answers = await run(peer, damage.settings, cases.map(({ program }) => program.source.text));
  return cases.flatMap((original, k) => {
    const answer = answers[k];
    if ('error' in answer) return [];
    const { role } = original.program.structure;
    const { gaps, lost } = alignGaps(original.program, tokenizer.tokenize(answer.text, original.path));
    if (lost > mostLost * original.program.source.tokenCount) return [];
    const held = gaps.map((gap, i) => (role[i] === (GapRole.Line as number) && hasLineBreak(gap) && !gap.includes('\\') ? ' ' : gap));
    return caseOf(tokenizer, original, held);
  });
}

function caseOf(tokenizer: Tokenizer, { path, program }: BenchCase, input: readonly string[]): BenchCase[] {
  const inputText = joinGaps(program.source, input);
  try {
    if (findDifference(program, withStructure(tokenizer.tokenize(inputText, path))) !== null) return [];
  } catch {
    return [];
  }
  return [{ path, program, input, inputText }];
}

/** Tabs at the start of lines become four spaces each; in files that indent by spaces, each unit becomes a tab. */
function exchangeTabs(program: StructuredSource): string[] {
  const unit = commonUnit(program);
  const usesTabs = unit.startsWith('\t');
  return program.source.gaps.map((gap) => {
    if (!hasLineBreak(gap)) return gap;
    const from = lastLineStart(gap);
    const line = gap.slice(from);
    return gap.slice(0, from) + (usesTabs ? line.replaceAll('\t', '    ') : line.replaceAll(unit, '\t'));
  });
}

const COMMENT = tokenKind('comment');
const TRAILING_SHARE = 0.3;

/** Blanks at the ends of some lines, blank ones included; what follows a comment would be part of it. */
function addTrailingBlanks({ source }: StructuredSource, random: Random): string[] {
  return source.gaps.map((gap, i) => {
    if (!hasLineBreak(gap) || gap.includes('\\') || (i > 0 && source.kind[i - 1] === COMMENT)) return gap;
    return gap.replace(/\r\n?|\n/gu, (lineEnd) =>
      random.next() < TRAILING_SHARE ? random.pick([' ', '  ', '    ', '\t']) + lineEnd : lineEnd);
  });
}
