/** Content is kept in pieces of this many bytes, the last one may be shorter. */
export const BLOB_CHUNK_BYTES = 256 * 1024
