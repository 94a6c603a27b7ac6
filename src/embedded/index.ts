/**
 * Python inside other files: the cells of a notebook, the blocks of a page. An outer file yields sources with their
 * places and takes new texts back (`EmbeddedDocument`); what is formatted is one program of all of them, with seams
 * (`formatDocument`). The file around the sources stays as it is, to the byte.
 *
 * Limits: magics are known by their form, not by asking IPython; whitespace around a source, such as blank lines at
 * the end of a cell, is left as it is.
 */
export { type EmbeddedDocument, type EmbeddedSource } from './embedded-document.js';
export { formatDocument, isProgram, type FormattedDocument, type PlacedDeviation } from './format-document.js';
export { documentKind, openDocument, type DocumentKind } from './open-document.js';
export { joinPrograms } from './joined-program.js';
export { programOf } from './program-of.js';
export { type CellPlace, type OuterPlace } from './place-sources.js';
