import type { BatchRequest } from './batch-api.ts'
import { customIdChars } from './ledger.ts'

const head = '{"requests":['
const tail = ']}'
const chunkChars = 65_536

/** Bytes of a request in the body of a batch, the comma behind it included. */
export function requestBytes(params: string): number {
  return written('', params).length - params.length + customIdChars + Buffer.byteLength(params) + 1
}

/** Bytes of the body round its requests. */
export const envelopeBytes: number = head.length + tail.length

/** The body of a batch, made as it is sent: as one text it could be longer than any that the engine takes, and would hold up the loop. */
export async function* bodyChunks(requests: readonly BatchRequest[]): AsyncGenerator<Uint8Array, void, undefined> {
  let text = head
  let isFirst = true
  for (const { customId, params } of requests) {
    text += `${isFirst ? '' : ','}${written(customId, params)}`
    isFirst = false
    if (text.length < chunkChars) continue
    yield Buffer.from(text)
    text = ''
  }
  yield Buffer.from(text + tail)
}

/** Of the body as a whole. */
export function bodyBytes(requests: readonly BatchRequest[]): number {
  const inside = requests.reduce((sum, { bytes }) => sum + bytes, 0)
  return envelopeBytes + inside - Math.min(1, requests.length)
}

function written(customId: string, params: string): string {
  return `{"custom_id":"${customId}","params":${params}}`
}
