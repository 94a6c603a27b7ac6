/**
 * The single option table. Command-line flags, their help, the keys of `[tool.nnfmt]` in
 * pyproject.toml and the validation of values derive from it, and so will Prettier options
 * and the docs. To add an option, add a row; nothing else has to know.
 *
 * Defaults are resolved once, by `resolveOptions`; inner code gets the complete
 * readonly object `OptionsFor<'format'>`.
 */
import { BadOptionError } from './errors.js';
import { nearestName } from './shared/nearest-name.js';

export type CommandName = 'format' | 'check' | 'explain' | 'score' | 'mutate' | 'train' | 'eval' | 'complete' | 'generate';

export type OptionCategory = 'output' | 'model' | 'selection' | 'run' | 'training';

interface RowBase {
  readonly commands: readonly CommandName[];
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
  /** Names a file: in pyproject.toml relative to the folder of that file. */
  readonly isPath?: true;
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
    | { readonly type: 'integer' | 'number'; readonly default: number | null; readonly range: readonly [number, number] }
    | { readonly type: 'numbers'; readonly default: readonly number[]; readonly range: readonly [number, number] }
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

export const optionTable = {
  check: {
    type: 'boolean',
    default: false,
    commands: ['format'],
    category: 'output',
    description: 'Write nothing; exit 1 if a file would change.',
  },
  diff: {
    type: 'boolean',
    default: false,
    commands: ['format'],
    category: 'output',
    description: 'Write nothing; print a unified diff of what would change.',
  },
  quiet: {
    type: 'boolean',
    default: false,
    short: 'q',
    commands: ['format', 'check', 'train', 'eval'],
    category: 'output',
    description: 'Print errors and results only.',
  },
  verbose: {
    type: 'boolean',
    default: false,
    short: 'v',
    commands: ['format'],
    category: 'output',
    description: 'Also print unchanged files, changed gaps and times.',
  },
  outputFormat: {
    type: 'choice',
    default: 'text',
    choices: ['text', 'json', 'github', 'sarif'],
    commands: ['check'],
    category: 'output',
    description: 'How deviations are printed.',
  },
  html: {
    type: 'string',
    default: null,
    placeholder: 'path',
    commands: ['explain'],
    category: 'output',
    description: "Write the file as a page, each gap coloured by the model's certainty.",
  },
  range: {
    type: 'string',
    default: null,
    placeholder: 'START-END',
    commands: ['format', 'check'],
    category: 'selection',
    description: 'Touch only statements on these lines, counted from 1 (several: separated by commas).',
  },
  changed: {
    type: 'string',
    default: null,
    bare: 'HEAD',
    placeholder: 'REV',
    commands: ['format', 'check'],
    category: 'selection',
    description: 'Touch only lines that differ from this git revision (without a value: HEAD).',
  },
  include: {
    type: 'strings',
    default: ['*.py', '*.pyi'],
    commands: ['format', 'check', 'train'],
    pyproject: true,
    category: 'selection',
    description: 'Files to take below the given folders, as .gitignore patterns.',
  },
  exclude: {
    type: 'strings',
    default: [],
    commands: ['format', 'check', 'train'],
    pyproject: true,
    category: 'selection',
    description: 'Files and folders to leave out, as .gitignore patterns, besides those that git ignores.',
  },
  forceExclude: {
    type: 'boolean',
    default: false,
    negatable: true,
    commands: ['format', 'check'],
    pyproject: true,
    category: 'selection',
    description: 'Leave out what is excluded also where it is given by name, as hooks give it.',
  },
  includeVendored: {
    type: 'boolean',
    default: false,
    negatable: true,
    commands: ['format', 'check'],
    pyproject: true,
    category: 'selection',
    description: 'Take vendored and generated files below the given folders too, and repositories inside the one at hand.',
  },
  stdinFilename: {
    type: 'string',
    default: null,
    placeholder: 'path',
    commands: ['format', 'check', 'complete'],
    category: 'selection',
    description: 'Name of the source read from stdin, for messages, diffs and the project that it belongs to.',
  },
  jobs: {
    type: 'integer',
    default: null,
    range: [1, 256],
    unit: 'threads',
    short: 'j',
    commands: ['format', 'check'],
    pyproject: true,
    category: 'run',
    description: 'Work in so many threads at once (default: one for every 20 files, at most one a core).',
  },
  maxSeconds: {
    type: 'number',
    default: 60,
    range: [0.1, 1_000_000],
    unit: 'seconds a file',
    commands: ['format', 'check'],
    pyproject: true,
    category: 'run',
    description: 'Give up a file that takes longer, and go on with the others.',
  },
  maxMemory: {
    type: 'integer',
    default: 1024,
    range: [16, 1_000_000],
    unit: 'MB a file',
    commands: ['format', 'check'],
    pyproject: true,
    category: 'run',
    description: 'Give up a file that takes more memory, where that can be told as early as possible.',
  },
  cache: {
    type: 'boolean',
    default: true,
    commands: ['format', 'check'],
    category: 'run',
    description: 'Look at every file, also at those that are known to be well formatted, and remember none.',
  },
  cacheDir: {
    type: 'string',
    default: null,
    placeholder: 'folder',
    commands: ['format', 'check'],
    category: 'run',
    description: "Where to remember which files are well formatted (default: NNFMT_CACHE_DIR, or nnfmt in the user's cache folder).",
  },
  model: {
    type: 'string',
    default: null,
    placeholder: 'path',
    commands: ['format', 'check', 'explain', 'score', 'eval', 'train', 'generate'],
    pyproject: true,
    isPath: true,
    category: 'model',
    description: 'Model file to use instead of the built-in one.',
  },
  profile: {
    type: 'string',
    default: null,
    negatable: true,
    placeholder: 'path',
    commands: ['format', 'check', 'explain', 'score', 'eval', 'train', 'complete', 'generate'],
    pyproject: true,
    isPath: true,
    category: 'model',
    description: 'Profile to use, or to write (default: format, complete and train take .nnfmt/profile of the project, eval takes none).',
  },
  confidence: {
    type: 'number',
    default: null,
    range: [0, 1],
    unit: 'probability',
    commands: ['format', 'check', 'explain', 'score', 'eval'],
    pyproject: true,
    category: 'model',
    description: 'Change a gap only where the model is at least so sure (default: chosen for each class of gap).',
  },
  rate: {
    type: 'number',
    default: 0.2,
    range: [0, 1],
    unit: 'share of gaps',
    commands: ['mutate'],
    category: 'run',
    description: 'Share of the gaps to mutate.',
  },
  count: {
    type: 'integer',
    default: 1,
    range: [1, 1_000_000],
    unit: 'mutants',
    commands: ['mutate'],
    category: 'run',
    description: 'How many mutants to print.',
  },
  seed: {
    type: 'integer',
    default: 1,
    range: [0, 0xffff_ffff],
    commands: ['mutate', 'train', 'eval', 'complete', 'generate'],
    category: 'run',
    description: 'Seed of everything random: the same seed gives the same result.',
  },
  json: {
    type: 'boolean',
    default: false,
    commands: ['explain', 'score', 'eval', 'complete'],
    category: 'output',
    description: 'Print one JSON object instead of text.',
  },
  suggestions: {
    type: 'integer',
    default: 3,
    range: [1, 20],
    short: 'n',
    unit: 'suggestions',
    commands: ['complete'],
    category: 'output',
    description: 'Print so many suggestions at most, best first.',
  },
  maxTokens: {
    type: 'integer',
    default: 40,
    range: [1, 200],
    unit: 'tokens',
    commands: ['complete'],
    category: 'run',
    description: 'Longest suggestion.',
  },
  temperature: {
    type: 'number',
    default: 0,
    range: [0, 10],
    commands: ['complete', 'generate'],
    category: 'run',
    description: 'Draw suggestions, the wilder the higher; 0 searches for the likeliest.',
  },
  start: {
    type: 'string',
    default: null,
    placeholder: 'text',
    commands: ['generate'],
    category: 'run',
    description: 'Text to go on from (default: the begin of a file).',
  },
  length: {
    type: 'integer',
    default: 200,
    range: [1, 1_000_000],
    unit: 'pieces or characters',
    commands: ['generate'],
    category: 'run',
    description: 'How much to generate.',
  },
  minConfidence: {
    type: 'number',
    default: null,
    range: [0, 1],
    unit: 'probability',
    commands: ['complete'],
    category: 'output',
    description: 'Print only suggestions that are right with at least this probability (without this: 0.05, and all of them as JSON).',
  },
  jsonl: {
    type: 'boolean',
    default: false,
    commands: ['complete'],
    category: 'output',
    description:
      'Answer each line {"id","prefix","suffix"?,"path"?,"positionEncoding"?} on stdin by a line ' +
      '{"id","positionEncoding","suggestions"}; ranges count code points ("utf-32") unless "utf-8" or "utf-16" is asked for.',
  },
  line: {
    type: 'integer',
    default: null,
    range: [1, 100_000_000],
    commands: ['complete'],
    category: 'selection',
    description: 'Line of the cursor in the source on stdin (default: its end).',
  },
  column: {
    type: 'integer',
    default: null,
    range: [1, 100_000_000],
    commands: ['complete'],
    category: 'selection',
    description: "Column of the cursor in characters (code points), 1 before the line's first one (default: the line's end).",
  },
  files: {
    type: 'integer',
    default: 25,
    range: [1, 1_000_000],
    unit: 'files',
    commands: ['eval'],
    category: 'selection',
    description: 'Most files of each project, chosen by a hash of their paths.',
  },
  task: {
    type: 'choice',
    default: 'format',
    choices: ['format', 'complete'],
    commands: ['eval', 'train'],
    category: 'run',
    description: 'What it is about: layout, or completing lines.',
  },
  cuts: {
    type: 'integer',
    default: 8,
    range: [1, 10_000],
    unit: 'lines a file',
    commands: ['eval'],
    category: 'run',
    description: 'Completion: lines to cut at a token, and as many in a word.',
  },
  gate: {
    type: 'number',
    default: 0.5,
    range: [0, 1],
    unit: 'probability',
    commands: ['eval'],
    category: 'run',
    description: 'Completion: confidence from which on a suggestion is shown.',
  },
  without: {
    type: 'strings',
    default: [],
    placeholder: 'part,…',
    commands: ['eval'],
    category: 'run',
    description: 'Completion: leave parts out (file, analogy, project, corpus, network, filters).',
  },
  withSuffix: {
    type: 'boolean',
    default: false,
    commands: ['eval'],
    category: 'run',
    description: 'Completion: show what stands below the line that is cut, as an editor does; hidden otherwise.',
  },
  plot: {
    type: 'string',
    default: null,
    placeholder: 'path',
    commands: ['eval'],
    category: 'output',
    description: 'Completion: write precision against coverage as SVG.',
  },
  report: {
    type: 'string',
    default: null,
    commands: ['train'],
    category: 'output',
    description: "Also write the report on the project's layout as a page (HTML).",
  },
  base: {
    type: 'boolean',
    default: false,
    commands: ['train'],
    category: 'training',
    description: 'Train a base model instead: each path is a corpus, each folder in it a project.',
  },
  countsOnly: {
    type: 'boolean',
    default: false,
    commands: ['train'],
    category: 'run',
    description: 'Count layout only, without fine-tuning the network: seconds instead of about a minute.',
  },
  backend: {
    type: 'choice',
    default: 'wasm',
    choices: ['wasm', 'cpu', 'webgpu', 'node', 'node-gpu'],
    commands: ['train'],
    category: 'training',
    description: 'TensorFlow.js backend; all but wasm and cpu need their package installed.',
  },
  out: {
    type: 'string',
    default: 'runs/base',
    placeholder: 'folder',
    commands: ['train'],
    category: 'training',
    description: 'Folder of the run: checkpoint, metrics, curve and model.',
  },
  resume: {
    type: 'boolean',
    default: false,
    commands: ['train'],
    category: 'training',
    description: 'Continue the run in the output folder exactly where its checkpoint stands.',
  },
  minutes: {
    type: 'number',
    default: null,
    range: [0.01, 100_000],
    unit: 'minutes',
    commands: ['train'],
    category: 'training',
    description: 'Train for so long (without --minutes and --gaps: 20,000,000 gaps).',
  },
  gaps: {
    type: 'integer',
    default: null,
    range: [1, 1_000_000_000_000],
    unit: 'gaps',
    commands: ['train'],
    category: 'training',
    description: 'Train on so many gaps.',
  },
  learningRate: {
    type: 'number',
    default: null,
    range: [1e-7, 1],
    commands: ['train'],
    category: 'training',
    description: 'Highest learning rate of the schedule (default: 0.002, or what the preset says).',
  },
  batch: {
    type: 'integer',
    default: 1024,
    range: [1, 65_536],
    unit: 'gaps',
    commands: ['train'],
    category: 'training',
    description: 'Gaps in a batch.',
  },
  backboneSize: {
    type: 'integer',
    default: 64,
    range: [4, 1024],
    unit: 'units',
    commands: ['train'],
    category: 'training',
    description: 'Width of the backbone.',
  },
  hiddenSizes: {
    type: 'numbers',
    default: [192, 96],
    range: [4, 4096],
    unit: 'units',
    commands: ['train'],
    category: 'training',
    description: 'Widths of the two hidden layers of the format head.',
  },
  holdOut: {
    type: 'number',
    default: 0.1,
    range: [0, 0.9],
    unit: 'share of projects',
    commands: ['train'],
    category: 'training',
    description: 'Share of the projects kept for the validation loss, chosen by a hash of their names.',
  },
  patience: {
    type: 'integer',
    default: 0,
    range: [0, 10_000],
    unit: 'evaluations',
    commands: ['train'],
    category: 'training',
    description: 'Stop after so many evaluations without a better validation loss; 0 never stops early.',
  },
  excludeCorpus: {
    type: 'string',
    default: null,
    commands: ['train'],
    category: 'training',
    description: 'Corpus that must not be learned: files that mostly repeat its lines are left out (several: separated by commas).',
  },
  normalisedCorpus: {
    type: 'string',
    default: null,
    commands: ['train'],
    category: 'training',
    description: 'With --task complete: corpora that are read without layout and with placeholders for literals, such as old revisions (several: separated by commas).',
  },
  filesPerProject: {
    type: 'integer',
    default: 60,
    range: [1, 1_000_000],
    unit: 'files',
    commands: ['train'],
    category: 'training',
    description: 'Most files of a project in one epoch, drawn anew each time.',
  },
  authorStyleShare: {
    type: 'number',
    default: 0,
    range: [0, 1],
    unit: 'share of files',
    commands: ['train'],
    category: 'training',
    description: "With --base: files that are laid out anew in a style of nobody's before they are mutated.",
  },
  preset: {
    type: 'choice',
    default: 'nnfmt',
    choices: ['nnfmt', 'neural-complete', 'pycodecomplete', 'exploring-rnns'],
    commands: ['train'],
    category: 'training',
    description: 'Completion: the network and its training, of which the following options change parts.',
  },
  unit: {
    type: 'choice',
    default: 'preset',
    choices: ['preset', 'token', 'char'],
    commands: ['train'],
    category: 'training',
    description: 'Completion: what the network reads, subword pieces of tokens or characters.',
  },
  layers: {
    type: 'integer',
    default: null,
    range: [1, 16],
    unit: 'layers',
    commands: ['train'],
    category: 'training',
    description: 'Completion: LSTM layers.',
  },
  units: {
    type: 'integer',
    default: null,
    range: [8, 8192],
    unit: 'units',
    commands: ['train'],
    category: 'training',
    description: 'Completion: width of each LSTM layer, a multiple of 8.',
  },
  embedding: {
    type: 'integer',
    default: null,
    range: [8, 4096],
    unit: 'units',
    commands: ['train'],
    category: 'training',
    description: 'Completion: width of the embedding that input and output share, a multiple of 8.',
  },
  context: {
    type: 'integer',
    default: null,
    range: [8, 4096],
    unit: 'pieces or characters',
    commands: ['train'],
    category: 'training',
    description: 'Completion: how far errors are propagated back, a multiple of 4; the state is carried further.',
  },
  texts: {
    type: 'integer',
    default: null,
    range: [1, 4096],
    unit: 'texts',
    commands: ['train'],
    category: 'training',
    description: 'Completion: texts read side by side.',
  },
  init: {
    type: 'string',
    default: null,
    placeholder: 'path',
    commands: ['train'],
    category: 'training',
    description: 'Begin from this model. Completion: with its vocabulary and sizes, --units may be larger than its own; a base model keeps its backbone, which completion stands on.',
  },
  threads: {
    type: 'integer',
    default: 1,
    range: [1, 256],
    unit: 'threads',
    commands: ['train'],
    category: 'training',
    description: 'Completion: share the texts of a step among so many threads, at most one a text (backend wasm only).',
  },
  window: {
    type: 'integer',
    default: null,
    range: [0, 4096],
    unit: 'pieces',
    commands: ['train'],
    category: 'training',
    description: 'Completion: how far the pointer looks back, a multiple of 8; 0 for no pointer.',
  },
  sharedBackbone: {
    type: 'choice',
    default: 'preset',
    choices: ['preset', 'yes', 'no'],
    commands: ['train'],
    category: 'training',
    description: "Completion: feed the network with the vectors of the base model's backbone.",
  },
  dropout: {
    type: 'number',
    default: null,
    range: [0, 0.95],
    commands: ['train'],
    category: 'training',
    description: "Completion: share of the layers' inputs and outputs that is dropped in training.",
  },
  clipNorm: {
    type: 'number',
    default: null,
    range: [0, 1e6],
    commands: ['train'],
    category: 'training',
    description: 'Completion: largest norm of the gradient; 0 does not clip.',
  },
  normalisedShare: {
    type: 'number',
    default: null,
    range: [0, 1],
    commands: ['train'],
    category: 'training',
    description: 'Completion by tokens: share of the texts that are read without layout and with placeholders for literals.',
  },
  weightDecay: {
    type: 'number',
    default: null,
    range: [0, 10],
    commands: ['train'],
    category: 'training',
    description: 'Completion: decay of the weights a step, times the learning rate.',
  },
  schedule: {
    type: 'choice',
    default: 'preset',
    choices: ['preset', 'cosine', 'linear', 'constant'],
    commands: ['train'],
    category: 'training',
    description: 'Completion: how the learning rate falls.',
  },
  pieces: {
    type: 'integer',
    default: null,
    range: [1, 1_000_000_000_000],
    unit: 'pieces or characters',
    commands: ['train'],
    category: 'training',
    description: 'Completion: train on so many (without --minutes and --pieces: 20,000,000).',
  },
  rates: {
    type: 'numbers',
    default: [0, 0.02, 0.2, 1],
    range: [0, 1],
    unit: 'share of gaps',
    commands: ['eval'],
    category: 'run',
    description: 'Mutation rates to measure, separated by commas.',
  },
} as const satisfies Record<string, OptionRow>;

export type OptionName = keyof typeof optionTable;

type Row<N extends OptionName> = (typeof optionTable)[N];

type ValueOf<R> = R extends { type: 'boolean' }
  ? boolean
  : R extends { type: 'numbers' }
    ? readonly number[]
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

/** Every option of a command, with defaults filled in. */
export type OptionsFor<C extends CommandName> = {
  readonly [N in OptionName as C extends Row<N>['commands'][number] ? N : never]: ValueOf<Row<N>>;
};

/** The rows of one command, in table order. */
export function optionRows(command: CommandName): readonly (readonly [OptionName, OptionRow])[] {
  return (Object.entries(optionTable) as [OptionName, OptionRow][]).filter(([, row]) =>
    row.commands.includes(command),
  );
}

/** `stdinFilename` -> `--stdin-filename` */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * Checks raw values (text from the command line, or values from a program) and fills
 * in the defaults.
 *
 * @throws BadOptionError for an unknown name, a wrong type or a value out of range.
 */
export function resolveOptions<C extends CommandName>(
  command: C,
  raw: Readonly<Record<string, unknown>>,
): OptionsFor<C> {
  const rows = new Map<string, OptionRow>(optionRows(command));
  const resolved: Record<string, unknown> = {};
  for (const [name, row] of rows) resolved[name] = row.default;
  for (const [name, value] of Object.entries(raw)) {
    if (value === undefined) continue;
    const row = rows.get(name);
    if (row === undefined) throw unknownOption(name, [...rows.keys()]);
    resolved[name] = checkValue(flagOf(name), row, value);
  }
  return Object.freeze(resolved) as OptionsFor<C>;
}

/** Keys of `[tool.nnfmt]`: `stdinFilename` -> `stdin-filename`. */
export function pyprojectKeys(): ReadonlyMap<string, { readonly name: OptionName; readonly row: OptionRow }> {
  const rows = (Object.entries(optionTable) as [OptionName, OptionRow][]).filter(([, row]) => row.pyproject === true);
  return new Map(rows.map(([name, row]) => [flagOf(name).slice(2), { name, row }]));
}

function unknownOption(name: string, known: readonly string[]): BadOptionError {
  const nearest = nearestName(name, known);
  return new BadOptionError({
    option: flagOf(name),
    reason: 'there is no such option',
    ...(nearest === undefined ? {} : { suggestion: flagOf(nearest) }),
  });
}

/**
 * One value, checked against its row.
 *
 * @param option how messages call it
 * @throws BadOptionError for a wrong type or a value out of range
 */
export function checkValue(option: string, row: OptionRow, value: unknown): unknown {
  switch (row.type) {
    case 'boolean':
      if (typeof value === 'boolean') return value;
      throw new BadOptionError({ option, reason: `takes true or false, not ${JSON.stringify(value)}` });
    case 'string':
      if (row.negatable === true && value === false) return false;
      if (typeof value === 'string' && value !== '') return value;
      if (value === true && row.bare !== undefined) return row.bare;
      throw new BadOptionError({ option, reason: 'needs a value' });
    case 'strings': {
      const items: unknown = typeof value === 'string' ? value.split(',') : value;
      if (Array.isArray(items) && items.every((item) => typeof item === 'string' && item !== '')) return items;
      throw new BadOptionError({ option, reason: `takes a list of texts, not ${JSON.stringify(value)}` });
    }
    case 'choice':
      if (typeof value === 'string' && row.choices.includes(value)) return value;
      throw wrongChoice(option, row.choices, value);
    case 'integer':
    case 'number':
      return checkNumber(option, row, value);
    case 'numbers': {
      const items = typeof value === 'string' ? value.split(',') : value;
      if (!Array.isArray(items) || items.length === 0) {
        throw new BadOptionError({ option, reason: `takes numbers separated by commas, not ${JSON.stringify(value)}` });
      }
      return items.map((item) => checkNumber(option, { type: 'number', range: row.range }, item));
    }
  }
}

function wrongChoice(option: string, choices: readonly string[], value: unknown): BadOptionError {
  const nearest = nearestName(String(value), choices);
  return new BadOptionError({
    option,
    reason: `takes ${choices.join(', ')}, not ${JSON.stringify(value)}`,
    ...(nearest === undefined ? {} : { suggestion: nearest }),
  });
}

function checkNumber(
  option: string,
  row: { readonly type: 'integer' | 'number'; readonly range: readonly [number, number] },
  value: unknown,
): number {
  const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
  const [low, high] = row.range;
  const fits = row.type === 'integer' ? Number.isSafeInteger(number) : Number.isFinite(number);
  if (fits && number >= low && number <= high) return number;
  const kind = row.type === 'integer' ? 'a whole number' : 'a number';
  throw new BadOptionError({ option, reason: `takes ${kind} from ${low} to ${high}, not ${JSON.stringify(value)}` });
}
