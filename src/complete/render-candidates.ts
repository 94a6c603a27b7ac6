import { CLAUSE_WORDS, LINE_END, type LexicalToken } from '../tokenize/index.js';
import { fitBeforeRest } from './place-candidate.js';
import type { Hypothesis } from './beam-search.js';
import type { Evidence } from './confidence.js';
import type { TextAtCursor } from './detour.js';
import type { LineState } from './line-predictor.js';
import { isKnownName, countStrangers, type NameIndex } from './names.js';
import type { CursorPlace, OpenDocument } from './open-document.js';
import { PIECE, type PieceVocabulary, type SpelledToken } from './pieces.js';
import { joinLine, plainGaps, spacedTokens, spellLine } from './render-line.js';
import { createRepetitionCheck } from './repeated-line.js';
import { LineSpacing } from './spacing.js';
import type { StatementPlace } from './statement-place.js';

export interface Candidate {
  readonly text: string;
  readonly tokens: readonly SpelledToken[];
  /** What the search knows; the rest is asked of suggestions alone. */
  readonly evidence: Omit<Evidence, 'tokensBefore' | 'written'>;
  readonly pieces: readonly number[];
  readonly score: number;
}

/** What a name that resolves nowhere costs, in natural logarithms of probability. */
export const STRANGER_COST = 1.5;
/** Tokens looked back at for the beginning of the statement. */
const FARTHEST_OPENING = 400;
/** Names that no pieces spell and that one hypothesis may stand for. */
const MOST_NAMES = 3;

export interface RenderOptions {
  readonly vocabulary: PieceVocabulary;
  readonly document: OpenDocument;
  readonly place: CursorPlace;
  readonly at: TextAtCursor;
  /** Names of the project's other files; null without a project. */
  readonly project: NameIndex | null;
  /** Without them, nothing is known of names. */
  readonly filters: boolean;
}

/** What the search found as text, with what is known of it, best first; what says nothing new is left out. */
export function renderCandidates(
  found: readonly Hypothesis<LineState>[], start: LineState,
  { vocabulary, document, place, at, project, filters }: RenderOptions,
): Candidate[] {
  const { prefix, rest, below } = at;
  const { line, typed } = place;
  const spacing = new LineSpacing(spacedTokens(vocabulary, [...openedAbove(place), ...line]));
  const before = prefix.slice(0, prefix.length - typed.length);
  const afterBlank = before === '' || /\s/u.test(before[before.length - 1]);
  const nextLine = below.trimStart().split(/\r\n|\r|\n/u, 1)[0].trimEnd();
  const lineBefore = before.slice(Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1).trimStart() + typed;
  const repeats = createRepetitionCheck(place);
  const isAttribute = line[line.length - 1]?.text === '.';
  const inventsNothing = place.statement !== null && beginsKeyword(typed, place.statement);
  const rendered: {
    hypothesis: Hypothesis<LineState>;
    tokens: readonly SpelledToken[];
    text: string;
    isCut: boolean;
  }[] = [];
  for (const hypothesis of found) {
    const names = hypothesis.pieces[0] === PIECE.unknown ? MOST_NAMES : 1;
    for (let rank = 0; rank < names; rank++) {
      const spelled = spellLine(vocabulary, document, start.pieces, hypothesis.pieces, { typed, rank, isAttribute });
      const kept = rest.trim() === '' ? spelled.tokens.length : fitBeforeRest(spelled.tokens, rest);
      const tokens = spelled.tokens.slice(0, Math.max(0, kept));
      const text = joinLine(tokens, plainGaps(spacing, tokens), typed, afterBlank);
      if (text.trim() === '' || (nextLine !== '' && lineBefore + text === nextLine)) continue;
      if (filters && rest.trim() === '' && repeats(tokens)) continue;
      if (filters && inventsNothing && tokens[0].role === 'start' &&
        !isKnownName(tokens[0].text, [document.names, project])) continue;
      rendered.push({ hypothesis, tokens, text, isCut: spelled.isCut });
    }
  }
  const mass = rendered.reduce((sum, { hypothesis: { logProbability } }) => sum + Math.exp(logProbability), 0);
  const candidates = rendered.map(({ hypothesis, tokens, text, isCut }): Candidate => {
    const { logProbability, weakest, pieces } = hypothesis;
    const strangers = filters ? countStrangers(line, tokens, document.names, project) + (isCut ? 1 : 0) : 0;
    return {
      text, tokens, pieces,
      score: hypothesis.score - STRANGER_COST * strangers,
      evidence: { logProbability, weakest, strangers, share: Math.exp(logProbability) / mass, length: pieces.length },
    };
  });
  return candidates.sort((a, b) => b.score - a.score);
}

/** Tokens above the line that belong to its statement: whether its brackets are a call's, they say. */
function openedAbove({ depth, above }: CursorPlace): readonly LexicalToken[] {
  if (depth !== null) return [];
  const from = Math.max(0, above.length - FARTHEST_OPENING);
  const first = above.findLastIndex(({ startsStatement }, k) => startsStatement || k === from);
  return first < 0 || !above[first].startsStatement ? [] : above.slice(first).filter(({ kind }) => kind !== LINE_END);
}

/**
 * Whether a word is a keyword but for its last letter, or begins one that has no place here: no reason to make up a
 * name.
 */
function beginsKeyword(typed: string, { forbidden }: StatementPlace): boolean {
  if (typed.length < 3) return false;
  return [...forbidden].some((word) => word.startsWith(typed)) || STARTERS.some((word) => word.slice(0, -1) === typed);
}

/** Keywords that begin statements. */
const STARTERS = [
  ...CLAUSE_WORDS, 'assert', 'async', 'await', 'break', 'class', 'continue', 'from', 'global', 'import', 'nonlocal',
  'pass', 'raise', 'return',
  'while', 'with', 'yield',
];
