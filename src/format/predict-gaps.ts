import { gapRows } from '../model/gap-rows.js';
import {
  CLASSES_OF_ROLE, COLUMNS, COLUMN_OF_CLASS, DECISIONS, NONE, SPACE, TWO_SPACES, UNDECIDED,
} from '../model/layout-classes.js';
import { decisionAt, type ObservedLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import { GapRole } from '../tokenize/index.js';
import type { CountedLayout } from './counted-layout.js';
import type { FormatPolicy } from './format-policy.js';
import { askAllGaps, askGaps } from './ask-gaps.js';
import type { RememberedRows } from './remembered-rows.js';

/**
 * `[gaps, COLUMNS]` probabilities for all gaps of a layout. The first round knows nothing but
 * the input; each later one tells the gaps that were left in doubt what their neighbours have
 * settled on, surest first, so that the breaks of one list come out of one mind.
 *
 * @param remembered what earlier passes over the file have asked
 */
export function predictGaps(
  context: SourceContext, { observed, counts }: CountedLayout, policy: FormatPolicy,
  remembered: RememberedRows | null = null,
): Float32Array {
  const evidence = { file: counts, project: policy.project, assumedLimit: policy.assumed?.limit ?? null };
  const count = context.structured.source.tokenCount + 1;
  const out = new Float32Array(count * COLUMNS);
  const decisions = new Uint8Array(count).fill(UNDECIDED);
  const rows = gapRows({ context, layout: observed, evidence, decisions });
  const known = remembered === null ? null : { remembered, classOf: observed.classOf };
  askAllGaps(rows, policy.predictor, out, known && { ...known, round: 0 });
  const masses = new Float32Array(DECISIONS);
  const { role } = context.structured.structure;
  /** Per gap: its likeliest decision and the mass of that, which change only where the network was asked again. */
  const likeliest = new Uint8Array(count);
  const mass = new Float32Array(count);
  let asked: readonly number[] | null = null;
  let round = 0;
  for (const sure of SURE_BY_ROUND) {
    const doubtful: number[] = [];
    for (let k = asked === null ? 1 : 0; k < (asked === null ? count - 1 : asked.length); k++) {
      const i = asked === null ? k : asked[k];
      likeliest[i] = likeliestDecision(observed, out, i, role[i], masses);
      mass[i] = masses[likeliest[i]];
    }
    for (let i = 1; i < count - 1; i++) {
      decisions[i] = mass[i] >= sure ? likeliest[i] : UNDECIDED;
      if (mass[i] < DOUBTFUL && isArranged(role[i])) doubtful.push(i);
    }
    if (doubtful.length === 0) break;
    round++;
    askGaps(rows, policy.predictor, doubtful, out, known && { ...known, round });
    asked = doubtful;
  }
  return out;
}

/** How sure a decision has to be to be told to its neighbours, round by round. */
const SURE_BY_ROUND = [0.9, 0.75];
/** A gap is asked again while its likeliest decision has less than this. */
const DOUBTFUL = 0.98;

/** True for gaps whose layout depends on their neighbours': breaks in brackets, and blank lines. */
function isArranged(role: GapRole): boolean {
  return role !== GapRole.Line && role !== GapRole.TrailingComment && role !== GapRole.AfterSemicolon;
}

/** The decision with most probability; `masses` then holds its mass. */
function likeliestDecision(
  observed: ObservedLayout,
  probabilities: Float32Array,
  i: number,
  role: GapRole,
  masses: Float32Array,
): number {
  const at = i * COLUMNS;
  // Most gaps are sure to stay what they are.
  const current = observed.classOf[i];
  if (probabilities[at + COLUMN_OF_CLASS[current]] >= DOUBTFUL) {
    const decision = decisionAt(observed, current, i);
    masses[decision] = probabilities[at + COLUMN_OF_CLASS[current]];
    return decision;
  }
  masses.fill(0);
  const classes = CLASSES_OF_ROLE[role];
  for (let c = 0; c < classes.length; c++) {
    const k = classes[c];
    const probability = probabilities[at + COLUMN_OF_CLASS[k]];
    if (probability > 0) masses[decisionAt(observed, k, i)] += probability;
  }
  let best = 0;
  for (let k = 1; k < DECISIONS; k++) if (masses[k] > masses[best]) best = k;
  return best;
}

/**
 * Share of the gaps within lines whose spaces the model would change. Damage shows there
 * first: an author may break lines and leave blanks in many ways, but hardly ever leaves
 * two spaces or a tab between two words.
 *
 * @param isMeant says which gaps stand as they do by a habit of the author's, or in a column; they are no damage
 */
export function spacingShare(
  context: SourceContext, observed: ObservedLayout, probabilities: Float32Array, isMeant: (gap: number) => boolean,
): number {
  const { source, structure } = context.structured;
  let changes = 0;
  let compared = SPACING_PRIOR;
  for (let i = 1; i < source.tokenCount; i++) {
    const role = structure.role[i] as GapRole;
    if (role !== GapRole.Line && role !== GapRole.Bracket) continue;
    if (observed.lineBreaks[i] > 0) continue;
    compared++;
    const at = i * COLUMNS;
    const spaces = Math.max(probabilities[at + NONE], probabilities[at + SPACE], probabilities[at + TWO_SPACES]);
    if (spaces < 0.5) continue;
    const best = probabilities[at + NONE] === spaces ? NONE : probabilities[at + SPACE] === spaces ? SPACE : TWO_SPACES;
    if (best !== observed.classOf[i] && !isMeant(i)) changes++;
  }
  return changes / compared;
}

/** Gaps that every file is taken to have on top, so that one odd space does not damn a short file. */
const SPACING_PRIOR = 40;
