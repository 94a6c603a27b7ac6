import {
  addBack, addWeighed, addWeightGradient, type Reader, type ReaderMemory, type Rows, type Step, type TextSpan,
} from './reader.js';

/**
 * One LSTM layer, on the kernel's steps. Texts are read together, the longest first, step by step: at each step those
 * that go so far are the first of those of the step before, so that nothing is padded.
 */
export function createLstmReader(memory: ReaderMemory): Reader {
  const {
    operations,
    matrices: {
      rowInput, rowStates, rowInputDelta, rowStatesDelta, gates, cells, tangents, before, nothing, cellDelta,
      recurrent: panels,
    },
  } = memory;
  const cellsBefore = (steps: readonly Step[], t: number) =>
    (t === 0 ? nothing.from(0, steps[0]!.count) : cells.from(steps[t - 1]!.first, steps[t]!.count));
  return {
    rowsFor: (length) => length,
    arrange: arrangeSteps,
    forward({ count, steps }, weights) {
      operations.fillRows(gates.from(0, count), weights('lstm.bias'));
      addWeighed(memory, gates.from(0, count), rowInput.from(0, count), weights('lstm.input'));
      const recurrent = operations.pack(weights('lstm.recurrent'), panels);
      steps.forEach(({ first, count: texts }, t) => {
        const own = gates.from(first, texts);
        if (t > 0) operations.addPacked(own, rowStates.from(steps[t - 1]!.first, texts), recurrent);
        operations.lstmStep(
          { gates: own, before: cellsBefore(steps, t), tangents: tangents.from(first, texts) },
          { cells: cells.from(first, texts), states: rowStates.from(first, texts) },
        );
      });
    },
    backward({ count, steps }, weights, gradient) {
      cellDelta.values.fill(0);
      const recurrent = operations.packTransposed(weights('lstm.recurrent'), panels);
      for (let t = steps.length - 1; t >= 0; t--) {
        const { first, count: texts } = steps[t]!;
        operations.lstmStepGradient(
          { gates: gates.from(first, texts), before: cellsBefore(steps, t), tangents: tangents.from(first, texts) },
          { states: rowStatesDelta.from(first, texts), cells: cellDelta.from(0, texts) },
        );
        if (t === 0) continue;
        const from = steps[t - 1]!.first;
        operations.addPacked(rowStatesDelta.from(from, texts), gates.from(first, texts), recurrent);
        before.from(first, texts).values.set(rowStates.from(from, texts).values);
      }
      const delta = gates.from(0, count);
      addWeightGradient(memory, gradient('lstm.input'), rowInput.from(0, count), delta);
      const later = steps[0]!.count;
      addWeightGradient(
        memory, gradient('lstm.recurrent'), before.from(later, count - later), gates.from(later, count - later),
      );
      operations.addColumnSums(gradient('lstm.bias'), delta);
      addBack(memory, rowInputDelta.from(0, count), delta, weights('lstm.input'));
    },
  };
}

/** All first pieces, then all second ones, … */
function arrangeSteps(spans: readonly TextSpan[]): Rows {
  const ordered = [...spans].sort((a, b) => b.length - a.length || a.text - b.text);
  const count = spans.reduce((sum, { length }) => sum + length, 0);
  const entries = new Int32Array(count);
  const texts = new Int32Array(count);
  const steps: Step[] = [];
  let going = ordered.length;
  for (let t = 0, at = 0; at < count; t++) {
    while (ordered[going - 1]!.length <= t) going--;
    steps.push({ first: at, count: going });
    for (let k = 0; k < going; k++, at++) {
      entries[at] = ordered[k]!.first + t;
      texts[at] = ordered[k]!.text;
    }
  }
  return { count, entries, texts, blocks: [], steps };
}
