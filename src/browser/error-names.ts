import * as errors from '../errors.js';

/** Errors are called by the names of their classes, which are shortened for the wire. */
for (const [name, value] of Object.entries(errors)) Object.defineProperty(value, 'name', { value: name });

export const {
  AssetLoadError, BadOptionError, InternalError, MissingBackendError, ModelFileError, NnfmtError, NoProfileError,
  NotEquivalentError, OverBudgetError, SourceReadError, SyntaxRefusedError, TokensDifferError, UserError,
} = errors;
