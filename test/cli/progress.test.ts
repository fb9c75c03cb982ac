import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { liveProgress, plainProgress, type Watched } from '../../src/cli/progress.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const watched: Watched = {
  progress: () => ({ done: 30, failed: 10, skipped: 0, cancelled: 0, running: 8, waiting: 52 }),
  lanes: () => [
    { name: 'io', capacity: 1_024, running: 6, waiting: 3 },
    { name: 'cpu', capacity: 2, running: 0, waiting: 0 },
  ],
  loopDelayMs: () => 1.25,
}

const status = '40 of 100: 30 done, 10 failed, 8 running, 52 waiting'
const pace = 'io 6/1024 (3 waiting), 8.0/s, about 7.50 s left, event loop p99 1.3 ms'

it('is a line every five seconds in a log', () => {
  const log = new PassThrough()
  const view = plainProgress(log, watched)
  vi.advanceTimersByTime(5_000)
  view.note('something')
  view[Symbol.dispose]()
  vi.advanceTimersByTime(60_000)
  expect(log.read().toString()).toBe(`${status}, ${pace}\nsomething\n`)
})

it('is drawn again and again on a terminal, and gone at the end', async () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 200, rows: 50 })
  const view = await liveProgress(terminal as unknown as NodeJS.WriteStream, watched)
  vi.advanceTimersByTime(5_000)
  const drawn = terminal.read().toString()
  expect(drawn).toContain(status)
  expect(drawn).toContain(pace)
  view[Symbol.dispose]()
  terminal.read()
  vi.advanceTimersByTime(60_000)
  expect(terminal.read()).toBeNull()
})
