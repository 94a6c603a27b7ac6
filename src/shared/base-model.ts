/** File name of the model that ships with the package. */
export const BASE_MODEL = 'base.bin';

/** File name of the network that lays sources out anew; its backbone is the base model's. */
export const RESTYLE_MODEL = 'restyle.bin';

/** File name of the completion network that ships with the package; it holds no backbone of its own. */
export const COMPLETION_MODEL = 'complete.bin';

/** File name of the network that code search asks. */
export const SEARCH_MODEL = 'search.bin';
