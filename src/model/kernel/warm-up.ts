import { createKernel } from './kernel.js';
import { listLength } from './matrix-operations.js';

/** Enough of each for V8 to find the functions hot, see `compileHotModule`; next to nothing for the processor. */
const ROWS = 4;
const DEPTH = 96;
const WIDTH = 32;
const LABELS = 48;

/**
 * Runs the kernel's functions once on nothing of use, so that V8 optimises them in the background while sources are
 * still being read and parsed. The first gaps would be computed by code that is not optimised otherwise, which takes
 * as long as seven times as many later.
 */
export function warmUpKernel(): void {
  const { floats, shorts, bytes, matrices, shortMatrices, byteMatrices, operations } = createKernel({
    floats: {
      table: [DEPTH, WIDTH], bias: WIDTH, out: [ROWS, WIDTH], inputs: [ROWS, DEPTH], list: listLength(DEPTH, LABELS),
      labelTable: [DEPTH, LABELS], logits: [16 * ROWS, LABELS], folded: [16 * ROWS, LABELS],
    },
    shorts: { slots: [ROWS, DEPTH] },
    bytes: { legal: [16 * ROWS, LABELS], columnOf: LABELS },
  });
  floats.inputs.fill(1);
  shorts.slots.fill(0);
  bytes.legal.fill(1);
  const { table, bias, out, inputs, list, labelTable, logits, folded } = matrices;
  operations.embeddingSum(out, table, bias, shortMatrices.slots);
  operations.addProduct(out, inputs, table);
  operations.addSparseProduct(out, inputs, table, list);
  operations.addLegalProduct(logits.from(0, ROWS), inputs, labelTable, list, byteMatrices.legal.from(0, ROWS));
  operations.foldedSoftmax(folded, logits, byteMatrices.legal, byteMatrices.columnOf, list);
  operations.relu(logits);
}
