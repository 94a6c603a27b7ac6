/** Entries that there is room for at first, a power of two. */
const FIRST_ROOM = 1024;

/**
 * Digests of 64 bits, at 16 to 32 bytes each and outside of the heap: data sets have millions of functions, and a set
 * of bigints takes more.
 */
export class DigestSet {
  /** Open addressing; 0 is a free place. */
  private places = new BigUint64Array(FIRST_ROOM);
  size = 0;

  /** Adds a digest, in [0, 2 ** 64); false where it was there. */
  add(digest: bigint): boolean {
    // The one value that cannot be told from a free place shares another's.
    const own = digest === 0n ? 1n : digest;
    const place = placeOf(this.places, own);
    if (this.places[place] === own) return false;
    this.places[place] = own;
    this.size++;
    if (2 * this.size > this.places.length) this.grow();
    return true;
  }

  private grow(): void {
    const larger = new BigUint64Array(2 * this.places.length);
    for (const digest of this.places) if (digest !== 0n) larger[placeOf(larger, digest)] = digest;
    this.places = larger;
  }
}

/** Where a digest is, or the free place that it would take. */
function placeOf(places: BigUint64Array, digest: bigint): number {
  const last = places.length - 1;
  let place = Number(digest & 0x7fff_ffffn) & last;
  while (places[place] !== 0n && places[place] !== digest) place = (place + 1) & last;
  return place;
}
