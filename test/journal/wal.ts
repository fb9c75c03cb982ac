/**
 * Where the valid part of a write-ahead log ends, in bytes: behind its last frame that carries the salts of the header. What lies beyond is of
 * an earlier round. See https://sqlite.org/walformat.html
 */
export function walExtent(wal: Buffer): number {
  if (wal.length < 32) return wal.length
  const frame = 24 + wal.readUInt32BE(8)
  const salts = wal.subarray(16, 24)
  let end = 32
  while (end + frame <= wal.length && wal.subarray(end + 8, end + 16).equals(salts)) end += frame
  return end
}
