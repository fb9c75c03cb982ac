import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { entry, heard, type Life, startProgram } from '../../crash/life.ts'
import { askedIn, type BatchesServer, startBatchesServer } from '../../fixtures/claude-batches-server.ts'
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts'

const count = 30
const names = Array.from({ length: count }, (_, at) => `${JSON.stringify({ name: `thing ${at}` })}\n`).join('')
/** In US dollars: 1,000 tokens in and 100 out each, which cost 1 and 5 a million, and half of that in a batch. */
const costUsd = (requests: number): string => ((requests * (1000 * 1 + 100 * 5)) / 2e6).toFixed(4)

function job(...prompts: string[]): string {
  const steps = prompts.map((prompt, at) => `  - ask: { as: s${at}, with: claude-haiku-4-5, prompt: "${prompt}" }\n`)
  return `
name: night
input: { file: things.jsonl }
lanes: { anthropic: { mode: batch, batch: { lingerMs: 50, pollMs: 50 } } }
steps:
${steps.join('')}output: { jsonl: out.jsonl }
`
}

let server: BatchesServer
let folder: TempFolder
beforeEach(async () => {
  server = await startBatchesServer()
  folder = await tempFolder({
    'one.yaml': job('What is {{name}}?'),
    'two.yaml': job('What is {{name}}?', 'Shorter: {{s0}}'),
    'things.jsonl': names,
  })
})
afterEach(async () => {
  await folder[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

function run(file: string, ...words: readonly string[]): Life {
  return weft('run', file, ...words)
}

function weft(...words: readonly string[]): Life {
  const env = { ...process.env, ANTHROPIC_API_KEY: 'sk-night-0123456789', ANTHROPIC_BASE_URL: server.baseURL }
  return startProgram(process.execPath, [entry, ...words], { cwd: folder.path, env })
}

/** In any order, and without the fence round what a prompt quotes. */
async function values(): Promise<string[]> {
  const lines = (await readFile(join(folder.path, 'out.jsonl'), 'utf8')).trimEnd().split('\n')
  return lines
    .map((line) => (JSON.parse(line) as { readonly value: string }).value.replaceAll(/\n<[^>]*>\n?/g, ''))
    .sort()
}

const answers = (prefix: string): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}What is thing ${at}?`).sort()

describe('a job whose lane sends in batches', () => {
  it('takes up the batch that was created when it was killed, at half the price', async () => {
    const killed = run('one.yaml')
    server.faults.created = async () => {
      killed.child.kill('SIGKILL')
      await killed.ended
      return true
    }
    expect(await killed.ended).toMatchObject({ signal: 'SIGKILL' })
    server.faults = {}
    server.batches[0]!.hasEnded = true
    const { code, stderr } = await run('one.yaml').ended
    expect(code).toBe(0)
    expect(stderr).toMatch(/^30 in = 30 done/m)
    expect(stderr).toContain(`${costUsd(count)} USD`)
    expect(await values()).toEqual(answers('re: '))
    expect(server.batches.map(({ requests }) => requests.length)).toEqual([count])
  })

  it('pays for nothing twice, and counts all that was paid, when it is killed among the results', async () => {
    const killed = run('two.yaml')
    // No more than these get through, until what the next step makes of them is sent.
    server.faults.linesOf = () => 10
    server.faults.created = async ({ index }) => {
      if (index === 0) return false
      killed.child.kill('SIGKILL')
      await killed.ended
      return true
    }
    expect(await killed.ended).toMatchObject({ signal: 'SIGKILL' })
    server.faults = {}
    server.batches[1]!.hasEnded = true
    const { code, stderr } = await run('two.yaml').ended
    expect(code).toBe(0)
    expect(stderr).toMatch(/^ {2}s0 {2}30 in = 30 done .*, 10 reused$/m)
    expect(stderr).toContain(`${costUsd(2 * count)} USD`)
    expect(await values()).toEqual(answers('re: Shorter: re: '))
    expect(server.batches.map(({ requests }) => requests.length)).toEqual([count, 10, count - 10])
  })

  it('asks anew with --fresh, and after a kill takes up what it then sent', async () => {
    expect(await run('one.yaml').ended).toMatchObject({ code: 0 })
    const killed = run('one.yaml', '--fresh')
    server.faults.created = async () => {
      killed.child.kill('SIGKILL')
      await killed.ended
      return true
    }
    await killed.ended
    server.faults = {}
    server.batches[1]!.hasEnded = true
    expect(await run('one.yaml').ended).toMatchObject({ code: 0 })
    expect(server.batches.map(({ requests }) => requests.length)).toEqual([count, count])
  })

  it('asks anew what failed, when it is done again', async () => {
    const asked: string[] = []
    server.fate = (request) => {
      const isFirst = !asked.includes(askedIn(request))
      asked.push(askedIn(request))
      const isRefused = isFirst && askedIn(request).includes('thing 7')
      return { type: 'succeeded', text: `re: ${askedIn(request)}`, stopReason: isRefused ? 'refusal' : 'end_turn' }
    }
    const { stderr } = await run('one.yaml').ended
    expect(stderr).toMatch(/CONTENT_REFUSED/)
    expect(await weft('retry', 'night', '--dead').ended).toMatchObject({ code: 0 })
    expect(await values()).toEqual(answers('re: '))
    expect(server.batches.map(({ requests }) => requests.length)).toEqual([count, 1])
  })

  it('leaves its batch to the provider when it is stopped, and takes its results later', async () => {
    server.ends = () => false
    const stopped = run('one.yaml')
    const [drains, cancels] = [heard(stopped.child, 'batches too'), heard(stopped.child, 'are paid for')]
    server.faults.before = async ({ what }) => {
      if (what !== 'retrieve') return false
      server.faults = {}
      stopped.child.kill('SIGINT')
      await drains
      stopped.child.kill('SIGINT')
      await cancels
      return false
    }
    expect(await stopped.ended).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('continue with: weft resume'),
    })
    server.ends = () => true
    expect(await run('one.yaml').ended).toMatchObject({ code: 0 })
    expect(await values()).toEqual(answers('re: '))
    expect(server.batches).toHaveLength(1)
  })
})
