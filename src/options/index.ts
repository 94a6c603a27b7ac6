/**
 * Options: one row each, in one table for each task of a command. Flags, their help, the keys of `[tool.nnfmt]` in
 * pyproject.toml and the checks of values follow from the rows; the engine that resolves them
 * (`resolve-options.ts`) knows no table. To add an option, add a row; where several tasks have it, to
 * `shared-rows.ts`, and its name to their tables.
 *
 * A table holds what its task heeds, and nothing else: what a task would ignore is thereby refused.
 */
export { type OptionRow, type OptionTable } from './option-row.js';
export { optionTables, pyprojectKeys, type OptionsFor, type TaskName } from './option-tables.js';
export { checkValue, flagOf, resolveOptions } from './resolve-options.js';
