import { anthropic } from '../../models/anthropic.ts'
import { boundYoungSpace } from '../../src/cli/jobs/young-space.ts'
import { createRuntime, generate } from '../../src/index.ts'

// A process of `batch-night`: it asks so many things of so many bytes in batches, and measures its memory.

export interface NightLife {
  readonly done: number
  readonly wallMs: number
  readonly rssAtMost: number
  readonly heapAtMost: number
}

const [baseURL = '', count = '', bytes = '', maxWaitingBytes = ''] = process.argv.slice(2)

// As `weft run` does.
using _ = boundYoungSpace()
// The hour that a batch takes, in a second.
const batch = { lingerMs: 500, pollMs: 500, maxWaitingBytes: Number(maxWaitingBytes) }
await using weft = await createRuntime({ lanes: { anthropic: { mode: 'batch', batch } } })
const claude = anthropic({ apiKey: 'a-key-that-nobody-checks', baseURL, model: 'claude-haiku-4-5' })
let rssAtMost = 0
let heapAtMost = 0
const watch = setInterval(() => {
  const { rss, heapUsed } = process.memoryUsage()
  rssAtMost = Math.max(rssAtMost, rss)
  heapAtMost = Math.max(heapAtMost, heapUsed)
}, 20)
const startedAt = performance.now()
let done = 0
for await (const outcome of weft.stream(questions(), generate(claude))) if (outcome.status === 'done') done += 1
clearInterval(watch)
const life: NightLife = { done, wallMs: performance.now() - startedAt, rssAtMost, heapAtMost }
console.log(JSON.stringify(life))

/** Each a text of its own, as one that was read. */
async function* questions(): AsyncGenerator<string> {
  for (let n = 0; n < Number(count); n += 1) yield Buffer.alloc(Number(bytes), `question ${n}, `).toString('latin1')
}
