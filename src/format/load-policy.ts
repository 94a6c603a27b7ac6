import { FileReadError, ModelFileError } from '../errors.js';
import { FEATURE_DIGEST, FEATURE_SHAPE } from '../model/features.js';
import { createPredictor } from '../model/kernel/predictor.js';
import { LAYOUT_CLASSES } from '../model/layout-classes.js';
import { fileDigest } from '../model/tensor-file.js';
import { applyDelta } from '../model/weights-delta.js';
import type { NetworkWeights } from '../model/network-weights.js';
import { decodeModel, type GapModel } from '../model/weights-file.js';
import { createProfileFinder, readProfile, type Profile } from '../profile/index.js';
import { createEditorConfigReader, type AssumedHabits } from '../options/editorconfig.js';
import { assetPath } from '../shared/asset-path.js';
import { BASE_MODEL, RESTYLE_MODEL } from '../shared/base-model.js';
import { isBuiltInModel } from '../shared/build-facts.js';
import { MAX_MODEL_BYTES, readRegularFile } from '../shared/read-file.js';
import { EVIDENCE_COLUMNS } from './certainty/edit-judge.js';
import { CERTAINTY_THRESHOLDS, DEFAULT_THRESHOLDS, type Thresholds } from './confidence.js';
import type { FormatPolicy, GapPredictor } from './format-policy.js';
import type { FormatterOptions } from './formatter.js';

/** A model, what it formats with where no profile is, and the digest that profiles name it by. */
export interface BaseModel {
  readonly policy: FormatPolicy;
  readonly weights: NetworkWeights;
  readonly thresholds: Thresholds;
  readonly confidence: number | null;
  readonly digest: string;
  /** Of the built-in model: the network that lays sources out anew. A model of the user's does both. */
  readonly restyling: Pick<FormatPolicy, 'restyling'>;
  /** What says how sure edits are, where the model has learned that. */
  readonly certainty: Pick<FormatPolicy, 'certainty'>;
}

/**
 * Reads a model.
 *
 * @throws ModelFileError when the file is missing, damaged, foreign or of another version
 */
export function loadBaseModel(options: Pick<FormatterOptions, 'modelPath' | 'confidence'> = {}): BaseModel {
  const { modelPath } = options;
  const { model, bytes } = modelPath === undefined ? readBuiltIn(BASE_MODEL) : readModel(modelPath);
  const { weights } = model;
  const certainty = model.certainty === undefined ? {} : { certainty: model.certainty };
  const thresholds = {
    ...(model.certainty === undefined ? DEFAULT_THRESHOLDS : CERTAINTY_THRESHOLDS),
    ...(model.thresholds as Partial<Thresholds>),
  };
  const confidence = options.confidence ?? null;
  const restyling = modelPath === undefined ? { restyling: builtInRestyling } : {};
  let policy: FormatPolicy | null = null;
  return {
    weights, thresholds, confidence, restyling, certainty,
    // Where every file has a profile, nobody asks for it.
    get policy() {
      return (policy ??= {
        predictor: createPredictor(weights), thresholds, confidence, project: null, ...certainty, ...restyling,
      });
    },
    // Only profiles ask for it.
    get digest() {
      return fileDigest(bytes);
    },
  };
}

/**
 * Reads a model, and the given profile, and makes the policy that formats with them. It looks
 * for no profile by itself.
 *
 * @throws ModelFileError when a file is missing, damaged, foreign or of another version
 */
export function loadPolicy(options: FormatterOptions = {}): FormatPolicy {
  const base = loadBaseModel(options);
  const { profilePath } = options;
  return typeof profilePath === 'string' ? readPolicy(base, profilePath) : base.policy;
}

/** The policy of a project. */
export function withProfile(base: BaseModel, profile: Profile): FormatPolicy {
  return {
    predictor: profile.delta.length === 0
      ? base.policy.predictor
      : createPredictor(applyDelta(base.weights, profile.delta)),
    thresholds: { ...base.thresholds, ...(profile.thresholds as Partial<Thresholds>) },
    confidence: base.confidence,
    ...base.certainty,
    ...base.restyling,
    project: profile.counts,
    brackets: profile.brackets,
    unit: profile.unit,
    hang: profile.hang,
    drift: profile.drift,
  };
}

/** @throws ModelFileError also when the profile changes what the base has not */
function readPolicy(base: BaseModel, path: string): FormatPolicy {
  const profile = readProfile(path, base.digest);
  try {
    return withProfile(base, profile);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ModelFileError({
      path, reason: `the profile does not fit the base model (${cause.message})`,
      advice: 'Restore it from version control, or learn it again with `nnfmt train`; --no-profile does without.',
      cause,
    });
  }
}

/**
 * Makes the policy for each source: with the profile that the options name, or with the nearest
 * one above the source, which is none for a source without a path. Each profile is read once; a bad one is refused for
 * every source below it.
 *
 * @throws ModelFileError for the model and a named profile at once, for a found profile when it is used
 */
export function createPolicies(options: FormatterOptions = {}): (sourcePath: string | null) => FormatPolicy {
  return createPoliciesOn(loadBaseModel(options), options);
}

/**
 * The same with a model that is loaded already.
 *
 * @throws ModelFileError for a named profile at once, for a found one when it is used; so BadOptionError for an
 *   `.editorconfig`
 */
export function createPoliciesOn(
  base: BaseModel, { profilePath, editorconfig = true }: Pick<FormatterOptions, 'profilePath' | 'editorconfig'> = {},
): (sourcePath: string | null) => FormatPolicy {
  if (typeof profilePath === 'string') {
    const policy = readPolicy(base, profilePath);
    return () => policy;
  }
  const find = profilePath === undefined ? createProfileFinder() : () => null;
  const assumedFor = editorconfig ? createEditorConfigReader() : () => null;
  const policies = new Map<string, FormatPolicy>();
  const withoutProfile = (assumed: AssumedHabits | null): FormatPolicy => {
    if (assumed === null) return base.policy;
    const key = JSON.stringify(assumed);
    let policy = policies.get(key);
    if (policy === undefined) policies.set(key, (policy = { ...base.policy, assumed }));
    return policy;
  };
  return (sourcePath) => {
    const path = sourcePath === null ? null : find(sourcePath);
    if (path === null) return withoutProfile(sourcePath === null ? null : assumedFor(sourcePath));
    let policy = policies.get(path);
    if (policy === undefined) policies.set(path, (policy = readPolicy(base, path)));
    return policy;
  };
}

let restylingPredictor: GapPredictor | null = null;

/** The network that lays sources out anew, read once. */
function builtInRestyling(): GapPredictor {
  return (restylingPredictor ??= createPredictor(readBuiltIn(RESTYLE_MODEL).model.weights));
}

/** What helps with a file that the user named does not help with one of ours. */
function readBuiltIn(name: typeof BASE_MODEL | typeof RESTYLE_MODEL): { model: GapModel; bytes: Uint8Array } {
  const path = assetPath(name);
  try {
    return readModel(path, name);
  } catch (cause) {
    if (!(cause instanceof ModelFileError)) throw cause;
    throw new ModelFileError({
      path,
      reason: `the built-in model cannot be used: ${cause.reason}`,
      advice: 'Install nnfmt again, or name another model with --model.',
      cause,
    });
  }
}

/** @param builtIn its name, for one of ours */
function readModel(path: string, builtIn?: string): { model: GapModel; bytes: Uint8Array } {
  const bytes = readBytes(path);
  const isKnown = builtIn !== undefined && isBuiltInModel(builtIn, bytes);
  const expected = { shape: FEATURE_SHAPE, labelNames: LAYOUT_CLASSES, vocabularyDigest: FEATURE_DIGEST };
  const model = decodeModel(bytes, { path, expected, isKnown });
  if (model.certainty !== undefined && model.certainty.columns.join() !== EVIDENCE_COLUMNS.join()) {
    throw new ModelFileError({ path, reason: 'what says how sure edits are was learned from other evidence' });
  }
  return { model, bytes };
}

function readBytes(path: string): Uint8Array {
  try {
    return readRegularFile(path, { limitBytes: MAX_MODEL_BYTES });
  } catch (cause) {
    if (!(cause instanceof FileReadError)) throw cause;
    throw new ModelFileError({
      path, reason: cause.reason === 'missing' ? 'there is no such model file' : cause.clause, cause,
    });
  }
}
