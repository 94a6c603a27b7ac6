/** Given to whatever names it: browsers have none. */
export { Buffer } from 'buffer/';
