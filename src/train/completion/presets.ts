import { type SCHEDULE_NAMES } from '../schedule.js';

/** Everything that makes one completion network and its training; an experiment is one such object. */
export interface CompletionConfig {
  readonly unit: 'token' | 'char';
  readonly layers: number;
  /** Of each LSTM layer. */
  readonly units: number;
  readonly embedding: number;
  /** Pieces or characters over which errors are propagated back; the state is carried further. */
  readonly context: number;
  /** Texts read side by side. */
  readonly sequences: number;
  /** Pieces that the pointer looks back over; 0 for no pointer. */
  readonly window: number;
  /** Whether the formatter's frozen backbone feeds the network. */
  readonly backbone: boolean;
  readonly dropout: number;
  readonly clipNorm: number;
  readonly weightDecay: number;
  readonly learningRate: number;
  /** Chunks over which the rate rises from 0. */
  readonly warmUpChunks: number;
  readonly schedule: (typeof SCHEDULE_NAMES)[number];
  /** Share of texts without layout and with normalised literals. */
  readonly normalisedShare: number;
}

const SEED: CompletionConfig = {
  unit: 'char', layers: 1, units: 128, embedding: 64, context: 40, sequences: 32, window: 0, backbone: false,
  dropout: 0, clipNorm: 1, weightDecay: 0, learningRate: 2e-3, warmUpChunks: 0, schedule: 'constant',
  normalisedShare: 0,
};

/**
 * nnfmt's own network, and those of the three seeds: their sizes, windows and what they say of
 * their training, on this trainer. Where they feed one-hot characters into the first layer,
 * an embedding as wide as exploring-rnns' stands for it. They know no warm-up.
 */
export const PRESETS = {
  nnfmt: {
    unit: 'token', layers: 1, units: 256, embedding: 128, context: 96, sequences: 24, window: 384, backbone: true,
    dropout: 0, clipNorm: 1, weightDecay: 0.01, learningRate: 3e-3, warmUpChunks: 100, schedule: 'cosine',
    normalisedShare: 0.4,
  },
  // One layer of 128 units over windows of 40 characters.
  'neural-complete': SEED,
  // Four layers of 512 units over windows of 100 characters.
  pycodecomplete: { ...SEED, layers: 4, units: 512, context: 100, dropout: 0.2, learningRate: 1e-3 },
  // Embedding 64, two layers of 256 units, 256 characters, Adam at 1.8e-4, gradients clipped to norm 1.
  'exploring-rnns': { ...SEED, layers: 2, units: 256, context: 256, learningRate: 1.8e-4 },
} as const satisfies Record<string, CompletionConfig>;

export type PresetName = keyof typeof PRESETS;
export const PRESET_NAMES = Object.keys(PRESETS) as readonly PresetName[];
