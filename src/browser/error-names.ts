import {
  AssetLoadError, BadOptionError, FileReadError, InternalError, MissingBackendError, ModelFileError, NnfmtError,
  NoProfileError, NotEquivalentError, OverBudgetError, SourceReadError, SyntaxRefusedError,
  TokensDifferError, UserError,
} from '../errors.js';

/** What may be thrown in a browser. */
const ERRORS = {
  AssetLoadError, BadOptionError, FileReadError, InternalError, MissingBackendError, ModelFileError, NnfmtError,
  NoProfileError, NotEquivalentError, OverBudgetError, SourceReadError, SyntaxRefusedError,
  TokensDifferError, UserError,
};

/** Calls errors by the names of their classes, which are shortened for the wire. */
export function nameErrors(): void {
  for (const [name, value] of Object.entries(ERRORS)) Object.defineProperty(value, 'name', { value: name });
}
