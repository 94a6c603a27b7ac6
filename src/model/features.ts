import { GapRole } from '../tokenize/index.js';
import type { FeatureBatch } from './feature-batch.js';
import { FeatureSpec } from './feature-spec.js';
import { BackboneFiller, declareBackbone } from './features/backbone.js';
import { authorityFeatures } from './features/authority.js';
import { countFeatures } from './features/counts.js';
import { decisionFeatures } from './features/decisions.js';
import { describedFile, type GroupFiller, type HiddenGaps, type StyleEvidence } from './features/feature-group.js';
import { inputFeatures } from './features/input.js';
import { roomFeatures } from './features/rooms.js';
import { RowWriter } from './features/row-writer.js';
import { statementFeatures } from './features/statements.js';
import { treeFeatures } from './features/tree.js';
import { widthFeatures } from './features/widths.js';
import { mayHoldBlankLines } from './features/feature-values.js';
import { BACKSLASH_CLASSES, CLASS_COUNT, KEEP, OWN_STEP_CLASSES } from './layout-classes.js';
import type { ObservedLayout } from './observed-layout.js';
import type { SourceContext } from './source-context.js';

export type { HiddenGaps, StyleEvidence } from './features/feature-group.js';

/**
 * The features of a gap, composed of groups (`features/`), each of which declares its own and fills
 * them in beside the declaration. Their order here is that of the columns, which weights are
 * trained for. The backbone reads only tokens and layout to the left, so that the completion
 * head can compute it on unfinished code; the other groups read everything.
 */
const spec = new FeatureSpec();
/** Features of the backbone, which `BackboneStream` fills in on unfinished code. */
export const BACKBONE = declareBackbone(spec);
spec.startHead();
const HEAD = [treeFeatures, inputFeatures, statementFeatures, decisionFeatures, widthFeatures, countFeatures,
  authorityFeatures, roomFeatures]
  .map((group) => group.declare(spec));

/** Sizes of the network's input and output. */
export const FEATURE_SHAPE = spec.shape;
/** Identifies this list of features; stored in model files. */
export const FEATURE_DIGEST = spec.digest;

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

/** Describes gaps of one layout; prepares what the whole file shares when it is created. */
export class GapDescriber {
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
    const file = describedFile({ context, layout, evidence, decisions, foreign });
    this.groups = [new BackboneFiller(BACKBONE, file), ...HEAD.map((group) => group(file))]
      .filter((group) => group !== null);
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
