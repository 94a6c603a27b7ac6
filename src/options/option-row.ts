/** What one row of a table of options says, and the type of the value that it stands for. */

export type OptionCategory = 'output' | 'model' | 'selection' | 'run' | 'training';

interface RowBase {
  readonly category: OptionCategory;
  /** One sentence, shown by --help. */
  readonly description: string;
  /** What the value counts, for help and docs. */
  readonly unit?: string;
  /** What help shows for the value, where its type says too little. */
  readonly placeholder?: string;
  /** One letter, without the dash. */
  readonly short?: string;
  /** May also stand in `[tool.nnfmt]` of pyproject.toml, under the flag's name without dashes in front. */
  readonly pyproject?: true;
  /**
   * Names a file, or several separated by commas: in pyproject.toml, and in the file of an experiment, relative to the
   * folder of that file.
   */
  readonly isPath?: true | 'several';
}

/** `default: null` means: no value unless one is given. */
export type OptionRow = RowBase &
  (
    | {
        readonly type: 'boolean';
        readonly default: boolean;
        /** `--no-NAME` says no where pyproject.toml says yes. */
        readonly negatable?: true;
      }
    | {
        readonly type: 'integer' | 'number';
        readonly default: number | null;
        readonly range: readonly [number, number];
      }
    | {
        readonly type: 'numbers';
        readonly default: readonly number[] | null;
        readonly range: readonly [number, number];
      }
    | {
        readonly type: 'string';
        readonly default: string | null;
        /** The value of the flag alone; without this the flag needs a value. */
        readonly bare?: string;
        /** `--no-NAME`, or false, says: none, not even one that would be found. */
        readonly negatable?: true;
      }
    | { readonly type: 'strings'; readonly default: readonly string[] }
    | { readonly type: 'choice'; readonly default: string; readonly choices: readonly string[] }
  );

/** Options by name, in the order in which help shows them. */
export type OptionTable = Readonly<Record<string, OptionRow>>;

type ValueOf<R> = R extends { type: 'boolean' }
  ? boolean
  : R extends { type: 'numbers'; default: infer D }
    ? readonly number[] | (D extends null ? null : never)
    : R extends { type: 'strings' }
      ? readonly string[]
      : R extends { type: 'choice'; choices: readonly (infer C)[] }
        ? C
        : R extends { type: 'string'; negatable: true }
          ? string | null | false
          : R extends { type: 'string'; default: infer D }
            ? string | (D extends null ? null : never)
            : R extends { default: infer D }
              ? number | (D extends null ? null : never)
              : never;

/** Every option of a table, with defaults filled in. */
export type OptionsOf<T extends OptionTable> = { readonly [N in keyof T]: ValueOf<T[N]> };
