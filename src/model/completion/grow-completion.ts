import { type Random } from '../../shared/random.js';
import {
  completionLayout, initialCompletionWeights, type CompletionPlace, type CompletionSizes,
} from './completion-layout.js';

/**
 * Weights of a network with more units that computes what the given one does. The new units read
 * all states by small random weights, and nothing reads them: their rows in what the old units
 * and the output see are zero, until training changes that.
 *
 * @param options.values of the network as it is, `[completionLayout(sizes).total]`
 * @param options.units of the network to be; the same gives a copy
 * @throws RangeError for fewer units, or a number that is no multiple of 8
 */
export function growCompletion(options: {
  readonly sizes: CompletionSizes;
  readonly values: Float32Array;
  readonly units: number;
  readonly random: Random;
}): Float32Array {
  const { sizes, values, units, random } = options;
  if (units < sizes.units) throw new RangeError(`a network of ${sizes.units} units cannot shrink to ${units}`);
  const before = completionLayout(sizes);
  const after = completionLayout({ ...sizes, units });
  const grown = initialCompletionWeights(after, random);
  for (const { name, rows, columns, offset } of Object.values(after.places)) {
    const old = before.places[name]!;
    const oldColumnOf = columnsBefore(old, columns, { before: sizes.units, after: units });
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const oldColumn = oldColumnOf(column);
        if (oldColumn === null) continue;
        // Only what reads states has more rows than before.
        grown[offset + row * columns +
          column] = row < old.rows ? values[old.offset + row * old.columns + oldColumn]! : 0;
      }
    }
  }
  return grown;
}

/** Where a column stood; null for one of a new unit. A matrix of gates has a block of units for each gate. */
function columnsBefore(
  old: CompletionPlace, columns: number, units: { before: number; after: number },
): (column: number) => number | null {
  if (columns === old.columns) return (column) => column;
  return (column) => {
    const unit = column % units.after;
    return unit < units.before ? Math.floor(column / units.after) * units.before + unit : null;
  };
}
