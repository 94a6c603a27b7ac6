/**
 * Checks of what a model, profile or checkpoint says of itself. A checksum tells damage from chance, not
 * a file that somebody made: every length, index and name is checked before it is used.
 */

/** Refuses with a reason, in a clause; never returns. */
export type Refuse = (reason: string) => never;

/** The fields of a JSON object, each checked as it is read. */
export interface MetadataReader {
  readonly fields: Readonly<Record<string, unknown>>;
  text(name: string): string;
  /** A whole number in a range, both ends included. */
  count(name: string, least: number, most: number): number;
  texts(name: string): readonly string[];
  /** Plain JSON that nobody calculates with. */
  record(name: string): Readonly<Record<string, unknown>>;
  /** A finite number. */
  number(name: string): number;
  /** An object whose fields are read in turn. */
  inner(name: string): MetadataReader;
  /** The same, null where the field is missing. */
  optional(name: string): MetadataReader | null;
  /** A list of finite numbers. */
  numbers(name: string): readonly number[];
  /** Shares of an edit in an undamaged and in a wrecked file, by class of edit; other keys are left alone. */
  thresholds(name: string): Readonly<Record<string, unknown>>;
}

/**
 * @param what how messages call the object, such as "the header"
 * @param refuse throws what the reader of this kind of file throws
 */
export function readMetadata(value: unknown, what: string, refuse: Refuse): MetadataReader {
  if (!isRecord(value)) return refuse(`${what} is no object`);
  const wrong = (name: string, wanted: string): never => refuse(`${what} says nothing usable of ${name} (${wanted})`);
  const list = <T>(name: string, wanted: string, fits: (item: unknown) => item is T): readonly T[] => {
    const items = value[name];
    return Array.isArray(items) && items.every(fits) ? items : wrong(name, wanted);
  };
  return {
    fields: value,
    text: (name) => (typeof value[name] === 'string' ? value[name] : wrong(name, 'a text')),
    count: (name, least, most) => {
      const number = value[name];
      const fits = typeof number === 'number' && Number.isSafeInteger(number) && number >= least && number <= most;
      return fits ? number : wrong(name, `a whole number from ${least} to ${most}`);
    },
    texts: (name) => list(name, 'a list of texts', (item) => typeof item === 'string'),
    numbers: (name) => list(name, 'a list of numbers', (item): item is number => Number.isFinite(item)),
    record: (name) => (isRecord(value[name]) ? value[name] : wrong(name, 'an object')),
    number: (name) => {
      const number = value[name];
      return typeof number === 'number' && Number.isFinite(number) ? number : wrong(name, 'a number');
    },
    optional: (name) =>
      (value[name] === undefined ? null : readMetadata(value[name], `${name} in ${what}`, refuse)),
    inner: (name) => readMetadata(value[name], `${name} in ${what}`, refuse),
    thresholds: (name) => {
      const found = value[name];
      return isRecord(found) && Object.values(found).every(isThreshold) ? found : wrong(name, 'shares between 0 and 1');
    },
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1;
const isThreshold = (value: unknown): boolean =>
  isRecord(value) && isShare(value['clean']) && isShare(value['damaged']) &&
  (value['light'] === undefined || isShare(value['light']));

/** True when every value is a whole number below `end`, larger than the one before it. */
export function areAscendingIndices(values: ArrayLike<number>, end: number): boolean {
  let before = -1;
  for (let k = 0; k < values.length; k++) {
    const value = values[k]!;
    if (!Number.isInteger(value) || value <= before || value >= end) return false;
    before = value;
  }
  return true;
}

/** True when every value lies in a range; false for what is no number. */
export function lieWithin(values: ArrayLike<number>, least: number, most: number): boolean {
  for (let k = 0; k < values.length; k++) if (!(values[k]! >= least && values[k]! <= most)) return false;
  return true;
}
