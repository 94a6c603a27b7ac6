import { GapRole } from '../tokenize/index.js';
import { BUILD_FACTS } from '../shared/build-facts.js';
import type { FeatureBatch } from './feature-batch.js';
import { describeBackbone } from './features/backbone.js';
import { mayHoldBlankLines } from './features/buckets.js';
import { BACKBONE, HEAD, spec } from './features/columns.js';
import { fileArrays } from './features/described-arrays.js';
import type { FileArrays } from './features/file-fields.js';
import type { GroupFiller, HiddenGaps, StyleEvidence } from './features/feature-group.js';
import { prepareGaps } from './features/gap-facts.js';
import { RowWriter } from './features/row-writer.js';
import { BACKSLASH_CLASSES, CLASS_COUNT, KEEP, OWN_STEP_CLASSES } from './layout-classes.js';
import type { ObservedLayout } from './observed-layout.js';
import type { SourceContext } from './source-context.js';

export type { HiddenGaps, StyleEvidence } from './features/feature-group.js';
export { BACKBONE } from './features/columns.js';

/** Sizes of the network's input and output. */
export const FEATURE_SHAPE = spec.shape;
/** What `FEATURE_DIGEST` is, from the list itself. */
export const computeFeatureDigest = (): string => spec.digest;
/** Identifies this list of features; stored in model files. */
export const FEATURE_DIGEST = BUILD_FACTS?.features ?? computeFeatureDigest();

const SLOTS = FEATURE_SHAPE.backboneSlots + FEATURE_SHAPE.headSlots;
const NUMBERS = FEATURE_SHAPE.backboneNumbers + FEATURE_SHAPE.headNumbers;

/** Allocates room for `size` described gaps. */
export function createFeatureBatch(size: number): FeatureBatch & { size: number } {
  return {
    size,
    slots: new Int16Array(size * SLOTS),
    numbers: new Float32Array(size * NUMBERS),
    legal: new Uint8Array(size * CLASS_COUNT),
  };
}

/**
 * Describes gaps of one layout; prepares what the whole file shares when it is created. The reference: `gapRows` gives
 * the same rows sooner.
 */
export class GapDescriber {
  private readonly arrays: FileArrays;
  private readonly groups: readonly GroupFiller[];
  private readonly row = new RowWriter();

  constructor(
    private readonly context: SourceContext,
    private readonly layout: ObservedLayout,
    evidence: StyleEvidence,
    /** Per gap a decision or UNDECIDED; null when nothing is decided yet. */
    decisions: Uint8Array | null = null,
    /** Null where the file decides everywhere; else `layout` is an assumed one (see assumed-layout). */
    private readonly foreign: HiddenGaps | null = null,
  ) {
    const file = { context, layout, evidence, decisions, foreign, lines: foreign?.input ?? layout };
    this.arrays = fileArrays(file);
    prepareGaps(this.arrays);
    for (const group of HEAD) group.prepare(this.arrays);
    this.groups = HEAD.map((group) => group.fillerOf(file, this.arrays)).filter((filler) => filler !== null);
  }

  /** Fills row `row` of `batch` with gap `i`. */
  describe(i: number, row: number, batch: FeatureBatch): void {
    const { slots, numbers, legal } = batch;
    slots.fill(-1, row * SLOTS, (row + 1) * SLOTS);
    numbers.fill(0, row * NUMBERS, (row + 1) * NUMBERS);
    this.layout.walker.markLegal(i, legal, row * CLASS_COUNT);
    if (this.foreign !== null && this.foreign.hidden[i] === 1) {
      forbidKeeping(
        this.context, this.foreign.input.gaps[i], i, legal.subarray(row * CLASS_COUNT, (row + 1) * CLASS_COUNT),
      );
    }
    this.row.moveTo(slots, row * SLOTS, numbers, row * NUMBERS);
    describeBackbone(BACKBONE, this.arrays, i, this.row);
    for (const group of this.groups) group.describe(i, this.row);
  }
}

/**
 * Takes out of the legal classes (`[classes]`) of a hidden gap those that hold on to the input: its text, its block's
 * step. A backslash stays where the input has one, and comes nowhere else.
 */
function forbidKeeping({ structured: {
  structure,
} }: SourceContext, input: string, i: number, legal: Uint8Array): void {
  const role = structure.role[i] as GapRole;
  if (role === GapRole.FileStart || role === GapRole.FileEnd) return;
  if (mayHoldBlankLines(role)) {
    for (const index of OWN_STEP_CLASSES) legal[index] = 0;
    return;
  }
  legal[KEEP] = 0;
  if (role === GapRole.Line && !input.includes('\\')) for (const index of BACKSLASH_CLASSES) legal[index] = 0;
}
