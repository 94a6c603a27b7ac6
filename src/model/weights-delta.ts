/**
 * What fine-tuning changed in a network, small enough for a profile: the rows of its matrices that
 * moved most. What the delta leaves out is as in the base network.
 */
import { networkLayout, PARAMETER_NAMES, type NetworkWeights, type ParameterName } from './network-weights.js';

/** Rows of one matrix. */
export interface ParameterDelta {
  readonly name: ParameterName;
  /** `[rows]`, ascending. */
  readonly rows: Int32Array;
  /** `[rows, columns]`, added to the base's; eight bits a value, with a scale each row. */
  readonly values: Float32Array;
}

/** Steps to either side of zero that a value is rounded to. */
const STEPS = 127;
/** Of a row, apart from its values: index and scale. */
const ROW_BYTES = 8;

/**
 * The difference of two networks of one shape, at most `mostBytes` large: rows are taken in the
 * order of what they change by, per byte.
 */
export function weightsDelta(base: NetworkWeights, tuned: NetworkWeights, mostBytes: number): ParameterDelta[] {
  const { places } = networkLayout(base.shape, base.sizes);
  const candidates: { name: ParameterName; row: number; gain: number; bytes: number }[] = [];
  for (const name of PARAMETER_NAMES) {
    const { rows, columns, offset } = places[name];
    for (let row = 0; row < rows; row++) {
      let squares = 0;
      for (let at = offset + row * columns; at < offset + (row + 1) * columns; at++) {
        const change = tuned.values[at]! - base.values[at]!;
        squares += change * change;
      }
      const bytes = columns + ROW_BYTES;
      if (squares > 0) candidates.push({ name, row, gain: squares / bytes, bytes });
    }
  }
  candidates.sort((a, b) => b.gain - a.gain || (a.name === b.name ? a.row - b.row : a.name < b.name ? -1 : 1));
  const chosen = new Map<ParameterName, number[]>();
  let bytes = 0;
  for (const candidate of candidates) {
    if (bytes + candidate.bytes > mostBytes) break;
    bytes += candidate.bytes;
    const rows = chosen.get(candidate.name);
    if (rows === undefined) chosen.set(candidate.name, [candidate.row]);
    else rows.push(candidate.row);
  }
  return PARAMETER_NAMES.filter((name) => chosen.has(name)).map((name) => {
    const { columns, offset } = places[name];
    const rows = Int32Array.from(chosen.get(name)!.sort((a, b) => a - b));
    const values = new Float32Array(rows.length * columns);
    rows.forEach((row, k) => {
      const from = offset + row * columns;
      const change = (column: number): number => tuned.values[from + column]! - base.values[from + column]!;
      let most = 0;
      for (let column = 0; column < columns; column++) most = Math.max(most, Math.abs(change(column)));
      const step = most / STEPS;
      for (let column = 0; column < columns; column++) {
        values[k * columns + column] = step * Math.round(change(column) / step);
      }
    });
    return { name, rows, values };
  });
}

/** The network that a delta makes of its base. Throws RangeError when it names what the base has not. */
export function applyDelta(base: NetworkWeights, delta: readonly ParameterDelta[]): NetworkWeights {
  const { places } = networkLayout(base.shape, base.sizes);
  const sum = base.values.slice();
  for (const { name, rows, values } of delta) {
    const { rows: count, columns, offset } = places[name];
    if (values.length !== rows.length * columns) throw new RangeError(`${name} has rows of ${columns} values`);
    rows.forEach((row, k) => {
      if (!(row >= 0 && row < count)) throw new RangeError(`${name} has no row ${row}`);
      const from = offset + row * columns;
      for (let column = 0; column < columns; column++) sum[from + column]! += values[k * columns + column]!;
    });
  }
  return { ...base, values: sum };
}
