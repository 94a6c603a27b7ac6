/** A script that `nnfmt` has loaded, as the code in it sees itself. */
export interface LoadedScript {
  /** Where V8's code of it is kept. */
  readonly codePath: string;
  /** Whether it was there. */
  readonly isKept: boolean;
  /** What V8 has made of it so far. */
  readonly createCachedData: () => Uint8Array;
}
