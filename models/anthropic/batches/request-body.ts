import type { BatchRequest } from './batch-api.ts'
import { customIdChars } from './ledger.ts'

const head = '{"requests":['
const tail = ']}'
const chunkBytes = 65_536

/** Bytes of a request in the body of a batch, the comma behind it included. */
export function requestBytes(params: Uint8Array): number {
  return before('').length + customIdChars + params.byteLength + after.length + 1
}

/** Bytes of the body round its requests. */
export const envelopeBytes: number = head.length + tail.length

/** The body of a batch, made as it is sent: as one text it could be longer than any that the engine takes, and would hold up the loop. */
export async function* bodyChunks(requests: readonly BatchRequest[]): AsyncGenerator<Uint8Array, void, undefined> {
  let parts: Uint8Array[] = []
  let bytes = 0
  let between = head
  for (const { customId, params } of requests) {
    const start = Buffer.from(between + before(customId))
    between = `${after},`
    parts.push(start, params)
    bytes += start.byteLength + params.byteLength
    if (bytes < chunkBytes) continue
    yield Buffer.concat(parts, bytes)
    parts = []
    bytes = 0
  }
  const end = requests.length === 0 ? head + tail : after + tail
  yield Buffer.concat([...parts, Buffer.from(end)])
}

/** Of the body as a whole. */
export function bodyBytes(requests: readonly BatchRequest[]): number {
  const inside = requests.reduce((sum, { bytes }) => sum + bytes, 0)
  return envelopeBytes + inside - Math.min(1, requests.length)
}

function before(customId: string): string {
  return `{"custom_id":"${customId}","params":`
}

const after = '}'
