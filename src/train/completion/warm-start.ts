import { BadOptionError, FileReadError, ModelFileError } from '../../errors.js';
import { decodeCompletionModel, type CompletionModel } from '../../model/completion/completion-file.js';
import { type CompletionSizes } from '../../model/completion/completion-layout.js';
import { growCompletion } from '../../model/completion/grow-completion.js';
import { fileDigest } from '../../model/tensor-file.js';
import { type Random } from '../../shared/random.js';
import { MAX_MODEL_BYTES, readRegularFile } from '../../shared/read-file.js';

/** A model that a run begins from, in place of random weights. */
export interface WarmStart {
  readonly path: string;
  /** Of the file's bytes. */
  readonly digest: string;
  readonly model: CompletionModel;
}

/**
 * Reads the model that `--init` names.
 *
 * @throws ModelFileError when the file is missing, damaged or no completion model; BadOptionError for one of another
 *   unit
 */
export function readWarmStart(path: string, unit: CompletionModel['unit']): WarmStart {
  let bytes: Uint8Array;
  try {
    bytes = readRegularFile(path, { limitBytes: MAX_MODEL_BYTES });
  } catch (cause) {
    if (!(cause instanceof FileReadError)) throw cause;
    throw new ModelFileError({ path, reason: cause.clause, advice: 'Check the path that --init names.', cause });
  }
  const model = decodeCompletionModel(bytes, { path });
  if (model.unit !== unit) {
    throw refusal(`${path} was trained with --unit ${model.unit}, and this run has --unit ${unit}`);
  }
  return { path, digest: fileDigest(bytes), model };
}

/**
 * The weights that a run begins with: those of the file, grown to the units of the run.
 *
 * @param options.sizes of the run
 * @param options.backboneDigest of the run's backbone; null without one
 * @throws BadOptionError when the file's network is not the run's, but for fewer units and another window
 */
export function warmWeights(
  { path, model }: WarmStart,
  options: { readonly sizes: CompletionSizes; readonly backboneDigest: string | null; readonly random: Random },
): Float32Array {
  const { sizes, backboneDigest, random } = options;
  for (const name of ['pieces', 'embedding', 'layers', 'backbone', 'key'] as const) {
    if (model.sizes[name] === sizes[name]) continue;
    throw refusal(
      `the network in ${path} has ${NAMES[name]} ${model.sizes[name]}, and this run has ${sizes[name]}; only --units may grow`,
    );
  }
  if (model.backboneDigest !== backboneDigest) {
    throw refusal(`${path} was trained on the backbone of another base model (see --model)`);
  }
  if (sizes.units < model.sizes.units) {
    throw refusal(
      `the network in ${path} has ${model.sizes.units} units and cannot shrink to the ${sizes.units} of --units`,
    );
  }
  return growCompletion({ sizes: model.sizes, values: model.values, units: sizes.units, random });
}

const NAMES = {
  pieces: 'a vocabulary of', embedding: '--embedding', layers: '--layers', backbone: 'a backbone of width',
  key: 'pointer keys of width',
} as const;

const refusal = (reason: string): BadOptionError => new BadOptionError({ option: '--init', reason });
