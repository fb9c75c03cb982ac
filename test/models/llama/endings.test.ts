import { fileURLToPath } from 'node:url'
import { afterEach, expect, test, vi } from 'vitest'
import { type Ended, runChild } from '../../support/child.ts'
import { llamaFile } from '../../support/gguf/models.ts'
import { tempFolder } from '../../support/temp-folder.ts'

// llama.cpp aborts a process whose thread is ended while it computes: however a program ends, it must not come to that.

const program = fileURLToPath(new URL('../../fixtures/llama/busy.ts', import.meta.url))

interface Ending {
  readonly isolation: 'worker' | 'process'
  readonly how: string
  readonly deltas: number
}

const expected: Readonly<Record<string, Pick<Ended, 'code' | 'signal'>>> = {
  interrupt: { code: null, signal: 'SIGINT' },
  leave: { code: 130, signal: null },
  close: { code: 130, signal: null },
  exit: { code: 3, signal: null },
  throw: { code: 1, signal: null },
  reject: { code: 1, signal: null },
}

afterEach(() => vi.unstubAllEnvs())

test('Ctrl-C fifty times, in the middle of a generation', { timeout: 300_000 }, async () => {
  const hows = ['leave', 'close', 'close', 'leave', 'interrupt']
  const endings = Array.from({ length: 50 }, (_, index): Ending => {
    const how = hows[index % hows.length]!
    // One in ten while the model is opened, the others after 1 to 130 tokens.
    return { isolation: 'worker', how, deltas: index % 10 === 7 ? 0 : 1 + ((index * 37) % 130) }
  })
  await allEndWell(endings)
})

test('process.exit, errors that nobody catches, and all of it with a model in a process of its own', async () => {
  const inThread = ['exit', 'throw', 'reject', 'exit'].map((how, index): Ending => {
    return { isolation: 'worker', how, deltas: 3 * index }
  })
  const inProcess = Object.keys(expected).map((how): Ending => ({ isolation: 'process', how, deltas: 5 }))
  await allEndWell([...inThread, ...inProcess])
})

/** Two at a time. What one has compiled the others take: that is most of what each does. */
async function allEndWell(endings: readonly Ending[]): Promise<void> {
  await using compiled = await tempFolder()
  vi.stubEnv('NODE_COMPILE_CACHE', compiled.path)
  const file = llamaFile()
  const left = [...endings.entries()]
  const results: object[] = []
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index, { isolation, how, deltas }] = next
      const { code, signal, stdout, stderr } = await runChild(process.execPath, [
        program,
        file,
        isolation,
        how,
        String(deltas),
      ])
      const said = stderr.includes('nobody catches this') ? '' : stderr
      results[index] = { isolation, how, deltas, code, signal, stdout, said }
    }
  }
  await Promise.all([work(), work()])
  expect(results).toEqual(endings.map((ending) => ({ ...ending, ...expected[ending.how], stdout: '', said: '' })))
}
