import { readFileSync, writeFileSync } from 'node:fs';
import { decodeTensorFile, encodeTensorFile } from '../../../src/model/tensor-file.js';

interface Parts {
  readonly optimizer: { readonly steps: number };
  readonly progress: { readonly examples: number };
  readonly source: unknown;
  readonly random?: unknown;
}

const NAMES: Readonly<Record<string, string>> = {
  'weights.values': 'values', 'average.values': 'average', 'optimizer.firstMoment': 'firstMoment', 'optimizer.secondMoment': 'secondMoment',
  'best.values': 'best', 'carried.values': 'carried',
};

/** Rewrites a checkpoint as it was before it had parts, when all that is counted was called gaps. */
export function makeOlder(path: string): void {
  const { metadata, tensors } = decodeTensorFile(readFileSync(path), { kind: 'checkpoint', path });
  const { parts: { optimizer, progress: { examples, ...state }, source, random } } = metadata as { parts: Parts };
  writeFileSync(path, encodeTensorFile({
    kind: 'checkpoint',
    metadata: {
      state: { ...state, gaps: examples }, optimizerSteps: optimizer.steps,
      source: random === undefined ? source : { texts: source, random },
    },
    tensors: tensors.flatMap((tensor) => (Object.hasOwn(NAMES, tensor.name) ? [{ ...tensor, name: NAMES[tensor.name]! }] : [])),
  }));
}
