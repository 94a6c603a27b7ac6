import { checksumText } from './checksum.js';

/** What the build knows of itself, so that no process has to find it out again. */
export interface BuildFacts {
  /** The digest of the list of features. */
  readonly features: string;
  /** Checksums (`checksumText`) of the models that the build was made with, by the names of their files. */
  readonly models: Readonly<Record<string, string>>;
  /** Of the backbone of the base model: its checksum, and the digest that completion models know it by. */
  readonly backbone?: { readonly checksum: string; readonly digest: string };
}

declare const __NNFMT_FACTS__: BuildFacts | undefined;

/** Null where nothing was built. */
export const BUILD_FACTS: BuildFacts | null = typeof __NNFMT_FACTS__ === 'object' ? __NNFMT_FACTS__ : null;

/** True for the bytes of a model that the build was made with, which need no other check. */
export function isBuiltInModel(name: string, bytes: Uint8Array): boolean {
  const known = BUILD_FACTS?.models[name];
  return known !== undefined && checksumText(bytes) === known;
}
