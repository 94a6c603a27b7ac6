import { CONTEXT_ROWS, COUNT_FAMILIES } from './count-contexts.js';
import type { StyleCounts } from './style-counts.js';

/** Counts by their places in `StyleCounts.table`, ascending: of one file few are not 0. */
export interface CountedPlaces {
  readonly places: Int32Array;
  readonly amounts: Float32Array;
}

/** The counts that are not 0. */
export function countedPlaces({ table }: StyleCounts): CountedPlaces {
  const places: number[] = [];
  // Two counts at a time: both are 0 where the number that their bits make is.
  const pairs = new Float64Array(table.buffer, table.byteOffset, table.length >> 1);
  for (let pair = 0; pair < pairs.length; pair++) {
    if (pairs[pair] === 0) continue;
    if (table[2 * pair] !== 0) places.push(2 * pair);
    if (table[2 * pair + 1] !== 0) places.push(2 * pair + 1);
  }
  if (table.length % 2 === 1 && table[table.length - 1] !== 0) places.push(table.length - 1);
  return { places: Int32Array.from(places), amounts: Float32Array.from(places, (place) => table[place]) };
}

/** The kinds of decisions that consistency is reported for, each by the family of contexts that says most. */
export const CONSISTENCY_KINDS = {
  spaces: { family: 'left-right-node', ignored: 3 },
  'broken lines': { family: 'break-node', ignored: -1 },
  'blank lines': { family: 'lines-kinds', ignored: -1 },
} as const;
export type ConsistencyKind = keyof typeof CONSISTENCY_KINDS;
export const KINDS = Object.keys(CONSISTENCY_KINDS) as ConsistencyKind[];

/** Decisions, and those that are what the project mostly does in their context. */
export type Agreement = Record<ConsistencyKind, { decisions: number; agreeing: number }>;

/** Contexts seen less often have no majority to speak of. */
const LEAST_OBSERVATIONS = 4;

/** Compares the decisions of one file with the majority of the whole project in each context. */
export function agreementOf(counts: CountedPlaces, project: StyleCounts): Agreement {
  const agreement = {} as Agreement;
  for (const kind of KINDS) agreement[kind] = { decisions: 0, agreeing: 0 };
  let from = 0;
  COUNT_FAMILIES.forEach(({ name, outcomes }) => {
    const end = from + outcomes * CONTEXT_ROWS;
    const kind = KINDS.find((candidate) => CONSISTENCY_KINDS[candidate].family === name);
    if (kind !== undefined) {
      counts.places.forEach((place, k) => {
        if (place < from || place >= end) return;
        const outcome = (place - from) % outcomes;
        const { ignored } = CONSISTENCY_KINDS[kind];
        if (outcome === ignored) return;
        const row = place - outcome;
        let total = 0;
        let best = -1;
        for (let o = 0; o < outcomes; o++) {
          if (o === ignored) continue;
          total += project.table[row + o];
          if (best < 0 || project.table[row + o] > project.table[row + best]) best = o;
        }
        if (total < LEAST_OBSERVATIONS) return;
        agreement[kind].decisions += counts.amounts[k];
        if (outcome === best) agreement[kind].agreeing += counts.amounts[k];
      });
    }
    from = end;
  });
  return agreement;
}

/** Sums of agreements. */
export function mergeAgreements(list: readonly Agreement[]): Agreement {
  const sum = {} as Agreement;
  for (const kind of KINDS) {
    sum[kind] = {
      decisions: list.reduce((total, one) => total + one[kind].decisions, 0),
      agreeing: list.reduce((total, one) => total + one[kind].agreeing, 0),
    };
  }
  return sum;
}

/** Over all kinds. */
export function agreeingShare(agreement: Agreement): number {
  const decisions = KINDS.reduce((sum, kind) => sum + agreement[kind].decisions, 0);
  return decisions === 0 ? 1 : KINDS.reduce((sum, kind) => sum + agreement[kind].agreeing, 0) / decisions;
}
