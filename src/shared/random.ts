/**
 * The project's only source of randomness: a small seeded generator whose state can
 * be saved, so that every run can be repeated and every interrupted run continued.
 */

export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform integer in [0, n); `n` is at least 1. */
  int(n: number): number;
  /** Standard normal. */
  gaussian(): number;
  /** One element; `array` must not be empty. */
  pick<T>(array: ArrayLike<T>): T;
  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<T>(array: T[]): T[];
  /** Enough to continue from here with `restore`; plain JSON. */
  state(): number[];
  restore(state: readonly number[]): void;
}

/**
 * sfc32 (Chris Doty-Humphrey, PractRand), seeded through a 128-bit string hash: the
 * same seed gives the same numbers on every machine. A number and its decimal
 * spelling are the same seed.
 */
export function createRandom(seed: number | string): Random {
  let [a, b, c, counter] = hash128(String(seed));

  const bits = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  const next = (): number => bits() / 4294967296;
  const int = (n: number): number => Math.floor(next() * n);

  for (let k = 0; k < 12; k++) bits();

  return {
    next,
    int,
    gaussian() {
      // The second value of the pair is thrown away: then the state is four integers.
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      return radius * Math.cos(2 * Math.PI * next());
    },
    pick: (array) => array[int(array.length)]!,
    shuffle(array) {
      for (let last = array.length - 1; last > 0; last--) {
        const other = int(last + 1);
        const kept = array[last]!;
        array[last] = array[other]!;
        array[other] = kept;
      }
      return array;
    },
    state: () => [a, b, c, counter],
    restore(state) {
      if (state.length !== 4) throw new RangeError(`a random state holds 4 integers, not ${state.length}`);
      [a, b, c, counter] = state as [number, number, number, number];
    },
  };
}

/** cyrb128, a string hash of 128 bits. */
function hash128(text: string): [number, number, number, number] {
  let h1 = 1779033703;
  let h2 = 3144134277;
  let h3 = 1013904242;
  let h4 = 2773480762;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    h1 = h2 ^ Math.imul(h1 ^ unit, 597399067);
    h2 = h3 ^ Math.imul(h2 ^ unit, 2869860233);
    h3 = h4 ^ Math.imul(h3 ^ unit, 951274213);
    h4 = h1 ^ Math.imul(h4 ^ unit, 2716044179);
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597399067);
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2869860233);
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951274213);
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2716044179);
  h1 ^= h2 ^ h3 ^ h4;
  return [h1 | 0, (h2 ^ h1) | 0, (h3 ^ h1) | 0, (h4 ^ h1) | 0];
}
