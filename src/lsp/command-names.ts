/** Commands that editors may ask for by `workspace/executeCommand`; the first argument is a document's address. */
export const RESTYLE = 'nnfmt.restyleDocument';
export const LEARN = 'nnfmt.learnProject';
export const EXPLAIN = 'nnfmt.explainLines';

/** A request of nnfmt's own: what a document is laid out by. */
export const STATUS = 'nnfmt/status';
/** A notification of nnfmt's own: ask again. */
export const STATUS_CHANGED = 'nnfmt/statusChanged';
