import type { Random } from '../shared/random.js';
import { GapRole, isCloser, isOpener } from '../tokenize/index.js';
import { drawContinuationIndentation } from './continuation-indentation.js';
import type { LayoutDraft } from './layout-draft.js';

/** How often a gap of a role gets a plausible hypothesis before the seed's. */
const PLAUSIBLE_SHARE: Readonly<Record<GapRole, number>> = {
  [GapRole.FileStart]: 0,
  [GapRole.FileEnd]: 0,
  [GapRole.Line]: 0.03,
  [GapRole.Bracket]: 0.25,
  [GapRole.Statement]: 0.6,
  [GapRole.BlockStart]: 0.5,
  [GapRole.AfterSemicolon]: 0.5,
  [GapRole.TrailingComment]: 0.6,
  [GapRole.OwnLineComment]: 0.6,
  [GapRole.BracketComment]: 0.5,
};

/**
 * A wrong layout such as people write: undefined when the dice leave this gap to the seed's
 * hypotheses. The text is not yet checked for legality.
 */
export function drawPlausibleHypothesis(draft: LayoutDraft, i: number, random: Random): string | undefined {
  const text = draft.read(i);
  const role = draft.program.structure.role[i] as GapRole;
  if (role === GapRole.Line && text.includes('\\')) return random.next() < 0.5 ? ' ' : undefined;
  // A broken gap in brackets is rare and telling: it is spoiled on purpose more often.
  const share = role === GapRole.Bracket && text.includes('\n') ? 0.6 : PLAUSIBLE_SHARE[role];
  if (random.next() >= share) return undefined;
  switch (role) {
    case GapRole.Line:
      return text === '' ? undefined : ' \\\n' + drawContinuationIndentation(draft, i, random);
    case GapRole.Bracket:
      return drawBracketGap(draft, i, random);
    case GapRole.Statement:
      return drawBlankLines(draft, i, random);
    case GapRole.BlockStart:
      if (draft.program.structure.mayInline[i] === 0) return drawBlankLines(draft, i, random);
      return text.includes('\n') ? drawInline(random) : '\n';
    case GapRole.AfterSemicolon:
      return text.includes('\n') ? drawInline(random) : '\n';
    case GapRole.TrailingComment:
      return drawTrailingBlanks(random);
    case GapRole.OwnLineComment:
    case GapRole.BracketComment:
      return drawCommentGap(draft, i, random);
    default:
      return undefined;
  }
}

const drawInline = (random: Random): string => random.pick([' ', ' ', ' ', '', '  ']);

function drawBracketGap(draft: LayoutDraft, i: number, random: Random): string {
  const { source, structure } = draft.program;
  const isInner = isOpener(source.kind[i - 1]) || isCloser(source.kind[i]);
  if (draft.read(i).includes('\n') && structure.mustBreak[i] === 0 && random.next() < 0.55) {
    return random.next() < (isInner ? 0.9 : 0.15) ? '' : ' ';
  }
  return '\n'.repeat(random.next() < 0.95 ? 1 : 2) + drawContinuationIndentation(draft, i, random);
}

/** A number of blank lines, maybe the same, now and then with blanks on them. */
function drawBlankLines(draft: LayoutDraft, i: number, random: Random): string {
  const draw = random.next();
  const count = draw < 0.4 ? 0 : draw < 0.75 ? 1 : draw < 0.95 ? 2 : 3;
  return '\n' + drawBlankLine(draft, i, random).repeat(count);
}

function drawBlankLine(draft: LayoutDraft, i: number, random: Random): string {
  if (random.next() < 0.88) return '\n';
  return (random.next() < 0.7 ? draft.indentationAt(i) : ' '.repeat(1 + random.int(8))) + '\n';
}

function drawTrailingBlanks(random: Random): string {
  const draw = random.next();
  if (draw < 0.35) return ' ';
  if (draw < 0.55) return '';
  if (draw < 0.75) return '  ';
  if (draw < 0.85) return '   ';
  return draw < 0.95 ? ' '.repeat(4 + random.int(24)) : '\t';
}

function drawCommentGap(draft: LayoutDraft, i: number, random: Random): string {
  const text = draft.read(i);
  const lineStart = text.lastIndexOf('\n') + 1;
  if (random.next() < 0.4) return drawBlankLines(draft, i, random) + text.slice(lineStart);
  const base = draft.indentationAt(i);
  const draw = random.next();
  const indentation =
    draw < 0.3 ? '' : draw < 0.5 ? base : draw < 0.75 ? base + draft.blocks.unit
    : draw < 0.95 ? ' '.repeat(random.int(13)) : '\t';
  return text.slice(0, lineStart) + indentation;
}
