import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

// A process of `batch-night`: Message Batches as Claude's API has them, which keep of each request its id alone. It prints its port.

interface Batch {
  readonly ids: readonly string[]
  polls: number
}

const answer = 'An answer of some length. '.repeat(16)
const batches = new Map<string, Batch>()

const server = createServer((request, response) => void serve(request, response))
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, id, part] = /^\/v1\/messages\/batches(?:\/([\w-]+))?(?:\/(\w+))?/.exec(request.url ?? '') ?? []
  if (request.method === 'POST') {
    const made = `msgbatch_${batches.size + 1}`
    batches.set(made, { ids: await idsIn(request), polls: 0 })
    return say(response, made)
  }
  const batch = batches.get(id ?? '')!
  if (part === 'results') return sendResults(response, batch)
  batch.polls += 1
  say(response, id!)
}

/** Without keeping the rest. */
async function idsIn(request: IncomingMessage): Promise<readonly string[]> {
  const ids: string[] = []
  let rest = ''
  for await (const chunk of request) {
    const text = rest + (chunk as Buffer).toString('latin1')
    let end = 0
    for (const found of text.matchAll(/"custom_id":"([\w-]+)"/g)) {
      ids.push(found[1]!)
      end = found.index + found[0].length
    }
    // What was cut by the end of a chunk.
    rest = text.slice(Math.max(end, text.length - 100))
  }
  return ids
}

/** It ends when it is asked for the second time. */
function say(response: ServerResponse, id: string): void {
  const { ids, polls } = batches.get(id)!
  const hasEnded = polls >= 2
  const counts = { processing: hasEnded ? 0 : ids.length, succeeded: hasEnded ? ids.length : 0 }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(
    JSON.stringify({
      id,
      processing_status: hasEnded ? 'ended' : 'in_progress',
      request_counts: counts,
      created_at: new Date().toISOString(),
    }),
  )
}

async function sendResults(response: ServerResponse, { ids }: Batch): Promise<void> {
  const message = {
    role: 'assistant',
    model: 'claude-haiku-4-5',
    content: [{ type: 'text', text: answer }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1_000, output_tokens: 100 },
  }
  response.writeHead(200, { 'content-type': 'application/x-jsonl' })
  for (const custom_id of ids) {
    const line = JSON.stringify({ custom_id, result: { type: 'succeeded', message } })
    if (!response.write(`${line}\n`)) await new Promise<void>((resolve) => response.once('drain', resolve))
  }
  response.end()
}
