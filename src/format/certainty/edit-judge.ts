import { scoreOf, type BoostedTrees } from '../../model/boosted-trees.js';
import type { GapPair } from '../../tokenize/index.js';
import { CHANGE_KINDS, type ChangeKind, type Consistency, type Evidence } from './consistency.js';

/** What the network gives to a change, in [0, 1]. */
export interface NetworkSays {
  /** The share of the new layout in what it gives to the new and to today's together. */
  readonly share: number;
  /** What it gives to the new layout among all. */
  readonly mass: number;
}

/** What a change is judged by: the columns of a row, in order. */
export const EVIDENCE_COLUMNS = [
  'share', 'mass', 'wideTo', 'wideFrom', 'wideOther', 'narrowTo', 'narrowFrom', 'narrowOther', 'alikeTo', 'alikeFrom',
  'alikeOther', 'width', 'widerThen', 'widerNow', 'together', 'apart', 'breaks', 'newBreaks', 'nameless', 'doubts',
  'damage', ...CHANGE_KINDS,
] as const;

const FOR = new Set<string>(['share', 'wideTo', 'narrowTo', 'alikeTo', 'widerThen']);
const AGAINST = new Set<string>(['wideFrom', 'narrowFrom', 'alikeFrom', 'widerNow', 'together']);

/** Per column: 1 where more of it can only speak for a change, -1 where it can only speak against. */
export const MONOTONE: readonly number[] = EVIDENCE_COLUMNS.map((name) => {
  if (FOR.has(name)) return 1;
  return AGAINST.has(name) ? -1 : 0;
});

const FIRST_KIND = EVIDENCE_COLUMNS.length - CHANGE_KINDS.length;
const kindAt = new Map<ChangeKind, number>(CHANGE_KINDS.map((kind, k) => [kind, FIRST_KIND + k]));

/** More places than these say no more, and large files are judged as small ones are. */
const MOST_PLACES = 60;

/** Of a file as a whole. */
export interface FileState {
  /** Of its gaps, the share that the network would rather change. */
  readonly doubts: number;
  /** How damaged the file looks, in [0, 1]. */
  readonly damage: number;
}

/** Writes a change as a row of `EVIDENCE_COLUMNS`. */
export function writeEvidence(row: Float32Array, evidence: Evidence, says: NetworkSays, file: FileState): void {
  row.fill(0);
  const held = (count: number): number => Math.min(MOST_PLACES, count);
  row[0] = says.share;
  row[1] = says.mass;
  row[2] = held(evidence.wideTo);
  row[3] = held(evidence.wideFrom);
  row[4] = held(evidence.wideOther);
  row[5] = held(evidence.narrowTo);
  row[6] = held(evidence.narrowFrom);
  row[7] = held(evidence.narrowOther);
  row[8] = held(evidence.alikeTo);
  row[9] = held(evidence.alikeFrom);
  row[10] = held(evidence.alikeOther);
  row[11] = evidence.width;
  row[12] = held(evidence.widerThen);
  row[13] = held(evidence.widerNow);
  row[14] = held(evidence.together);
  row[15] = evidence.isApart ? 1 : 0;
  row[16] = evidence.breaks;
  row[17] = evidence.newBreaks;
  row[18] = evidence.isNameless ? 1 : 0;
  row[19] = file.doubts;
  row[20] = file.damage;
  row[kindAt.get(evidence.kind)!] = 1;
}

/** How sure a change is, and why. */
export interface Weight {
  /** In [0, 1]. */
  readonly certainty: number;
  readonly says: NetworkSays;
  /** What else speaks for and against it; null where the network alone was asked. */
  readonly evidence: (() => Evidence) | null;
}

/**
 * How sure a change is: the chance that it gives back what the author would have, where trees have learned that from
 * the network's opinion and from how consistently the file does otherwise; without trees, the network's share alone.
 * The more damaged a file looks, the less its other places say, and the more the network's share counts.
 */
export class EditJudge {
  private readonly row = new Float32Array(EVIDENCE_COLUMNS.length);

  /** @param consistency of the layout at hand; null without trees */
  constructor(
    private readonly trees: BoostedTrees | null,
    readonly consistency: Consistency | null,
    readonly file: FileState,
  ) {}

  /** True where a change has to be weighed although the network would not make it. */
  isOdd(gap: number): boolean {
    return this.consistency?.isOdd(gap) ?? false;
  }

  /** The same of a pair. */
  isOddPair(pair: GapPair): boolean {
    return this.consistency?.isOddPair(pair) ?? false;
  }

  /** @param evidenceOf asked only where it counts */
  weigh(says: NetworkSays, evidenceOf: (consistency: Consistency) => Evidence): Weight {
    const { trees, consistency, file: { damage } } = this;
    if (trees === null || consistency === null) return { certainty: says.share, says, evidence: null };
    // In a wreck the share alone counts.
    if (damage >= 1) return { certainty: says.share, says, evidence: () => evidenceOf(consistency) };
    const evidence = evidenceOf(consistency);
    writeEvidence(this.row, evidence, says, this.file);
    const learned = 1 / (1 + Math.exp(-scoreOf(trees, this.row)));
    return { certainty: (1 - damage) * learned + damage * says.share, says, evidence: () => evidence };
  }
}
