import type { Random } from '../shared/random.js';
import { COMMA, DOT, GapRole } from '../tokenize/index.js';
import type { LayoutDraft } from './layout-draft.js';
import { drawContinuationIndentation } from './continuation-indentation.js';

const LONGEST_GROUP = 400;

/** Joins whole brackets onto one line and explodes others, each with probability `rate` * 0.08. */
export function mutateBracketGroups(draft: LayoutDraft, rate: number, random: Random): void {
  const { source, structure } = draft.program;
  for (let open = 0; open < source.tokenCount; open++) {
    const close = structure.partner[open];
    if (close <= open + 1 || random.next() >= rate * 0.08 || close - open > LONGEST_GROUP) continue;
    if (holdsComment(draft, open, close)) continue;
    if (isBroken(draft, open, close)) {
      joinGroup(draft, open, close);
      if (random.next() < 0.4) explodeGroup(draft, open, close, random);
    } else if (random.next() < (holdsComma(draft, open, close) ? 1 : 0.3)) {
      explodeGroup(draft, open, close, random);
    }
  }
}

function holdsComment({ program: { structure } }: LayoutDraft, open: number, close: number): boolean {
  for (let i = open + 1; i <= close; i++) {
    const role = structure.role[i] as GapRole;
    if (role === GapRole.TrailingComment || role === GapRole.BracketComment) return true;
  }
  return false;
}

function holdsComma({ program: { source, structure } }: LayoutDraft, open: number, close: number): boolean {
  for (let i = open + 1; i < close; i++) {
    if (source.kind[i] === COMMA && structure.openBracket[i] === open) return true;
  }
  return false;
}

function isBroken(draft: LayoutDraft, open: number, close: number): boolean {
  for (let i = open + 1; i <= close; i++) if (draft.read(i).includes('\n')) return true;
  return false;
}

/** Everything on one line, without blanks inside the brackets. */
function joinGroup(draft: LayoutDraft, open: number, close: number): void {
  const { partner } = draft.program.structure;
  for (let i = open + 1; i <= close; i++) {
    if (draft.isFixed(i) || !draft.read(i).includes('\n')) continue;
    const isInside = partner[i - 1] > i - 1 || (partner[i] >= 0 && partner[i] < i) || isDot(draft, i);
    draft.write(i, isInside ? '' : ' ');
  }
}

const isDot = ({ program: { source } }: LayoutDraft, i: number): boolean => source.kind[i] === DOT;

/** One element a line, indented in one way for the whole group. */
function explodeGroup(draft: LayoutDraft, open: number, close: number, random: Random): void {
  const { source, structure } = draft.program;
  const indentation = drawContinuationIndentation(draft, open + 1, random);
  const breaksFirst = random.next() < 0.75;
  const breaksLast = random.next() < 0.7;
  for (let i = open + 1; i <= close; i++) {
    if (structure.openBracket[i] !== open || draft.isFixed(i)) continue;
    if (i === close) {
      if (breaksLast) draft.write(i, '\n' + (random.next() < 0.8 ? draft.indentationAt(i) : indentation));
    } else if (i === open + 1 ? breaksFirst : source.kind[i - 1] === COMMA) {
      draft.write(i, '\n' + indentation);
    }
  }
}
