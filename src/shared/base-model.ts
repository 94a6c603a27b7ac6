/** File name of the model that ships with the package. */
export const BASE_MODEL = 'base.bin';
