import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { Shared } from '../../src/web/shared.ts'
import { failureOf } from './loopback.ts'

test('one who leaves harms nobody else', async () => {
  const { work, shared } = started<string>()
  const leaver = new AbortController()
  const left = failureOf(shared.wait(leaver.signal))
  const stayed = shared.wait(new AbortController().signal)
  const reason = new Failure('TIMEOUT', 'too slow')
  leaver.abort(reason)
  expect(await left).toBe(reason)
  expect(shared.abandoned).toBe(false)
  work.resolve('result')
  expect(await stayed).toBe('result')
})

test('the work is aborted when the last one has left', async () => {
  const { signal, shared } = started<string>()
  const leavers = [new AbortController(), new AbortController()]
  const left = leavers.map((leaver) => failureOf(shared.wait(leaver.signal)))
  for (const leaver of leavers) leaver.abort(new Failure('CANCELLED', 'enough'))
  await Promise.all(left)
  expect(shared.abandoned).toBe(true)
  expect(signal().aborted).toBe(true)
})

test('everybody gets the failure of the work, and one who is late to leave gets none twice', async () => {
  const { work, shared } = started<string>()
  const controller = new AbortController()
  const waiting = [shared.wait(controller.signal), shared.wait()].map(failureOf)
  const failure = new Failure('DNS_FAILED', 'no such name')
  work.reject(failure)
  expect(await Promise.all(waiting)).toEqual([failure, failure])
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
})

test('who comes with an aborted signal leaves at once', async () => {
  const { shared } = started<string>()
  expect(await failureOf(shared.wait(AbortSignal.abort()))).toMatchObject({ code: 'CANCELLED' })
})

function started<T>() {
  const work = Promise.withResolvers<T>()
  let seen: AbortSignal | undefined
  const shared = new Shared<T>((signal) => {
    seen = signal
    return work.promise
  })
  return { work, shared, signal: () => seen as AbortSignal }
}
