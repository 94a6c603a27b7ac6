import * as errors from '../errors.js';

/** Calls errors by the names of their classes, which are shortened for the wire. */
export function nameErrors(): void {
  for (const [name, value] of Object.entries(errors)) Object.defineProperty(value, 'name', { value: name });
}
