// Here, for loading them takes longer than time stands still for.
import '@anthropic-ai/sdk'
import '@anthropic-ai/sdk/lib/transform-json-schema'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memoryNotes, type Notes } from '../../../../src/core/notes.ts'
import {
  askedIn,
  type BatchesServer,
  type Fate,
  type SentRequest,
  startBatchesServer,
  type Visit,
} from '../../../fixtures/claude-batches-server.ts'
import { type Life, live, passing, questions, texts } from '../../../support/nights.ts'

/** What goes wrong in one life of a process. */
interface Misfortune {
  /** What the server does to one request, once: it did what it was asked before or not. */
  readonly mishaps: readonly Mishap[]
  /** When the process dies: at one of its notes, written or not, or when the server did that. */
  readonly death: { readonly atNote: number; readonly isWritten: boolean } | { readonly atMishap: number } | undefined
  /** Lines of the results that come before the connection breaks, by reading. */
  readonly lines: readonly number[]
  /** More requests than that are too large for the server. */
  readonly mostAtOnce: number
}

interface Mishap {
  readonly place: 'before' | 'created'
  readonly kind: 'create' | 'retrieve' | 'results' | 'list'
  readonly index: number
  readonly how: 'cut' | 404 | 408 | 429 | 500 | 504 | 529
}

const mishap: fc.Arbitrary<Mishap> = fc.record({
  place: fc.constantFrom('before', 'before', 'created'),
  kind: fc.constantFrom('create', 'create', 'retrieve', 'results', 'list'),
  index: fc.nat(4),
  how: fc.constantFrom<Mishap['how'][]>('cut', 404, 408, 429, 500, 504, 529),
})

const misfortune: fc.Arbitrary<Misfortune> = fc.record({
  mishaps: fc.array(mishap, { maxLength: 5 }),
  death: fc.option(
    fc.oneof(fc.record({ atNote: fc.nat(12), isWritten: fc.boolean() }), fc.record({ atMishap: fc.nat(4) })),
    { nil: undefined },
  ),
  lines: fc.array(fc.nat(12), { maxLength: 2 }),
  mostAtOnce: fc.integer({ min: 2, max: 40 }),
})

const fates = fc.array(fc.constantFrom('ok', 'ok', 'ok', 'expired', 'canceled', 'api_error', 'invalid_request_error'), {
  minLength: 1,
  maxLength: 25,
})

const limits = fc.record({
  maxRequests: fc.integer({ min: 1, max: 12 }),
  maxUnsentBytes: fc.integer({ min: 1_000, max: 10_000 }),
  maxWaitingBytes: fc.integer({ min: 10_000, max: 500_000 }),
})

test('whatever goes wrong, in whatever life: each is answered once, and none is paid for twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fates,
      fc.array(misfortune, { maxLength: 4 }),
      limits,
      fc.nat(),
      async (fates, lives, batch, seed) => {
        await using night = await startBatchesServer()
        const asked = questions(fates.length)
        const paid = new Map<string, number>()
        night.fate = fateBy((question, before) => fateOf(fates[asked.indexOf(question)]!, question, before), paid)
        const notes = memoryNotes()
        const answered = new Map<string, string>()
        const peace: Misfortune = { mishaps: [], death: undefined, lines: [], mostAtOnce: Number.POSITIVE_INFINITY }
        for (const misfortune of [...lives, peace]) {
          const open = asked.filter((question) => !answered.has(question))
          const died = Promise.withResolvers<void>()
          const dying = { life: undefined as Life | undefined, isDead: false }
          const die = (): void => {
            dying.isDead = true
            dying.life?.kill()
            died.resolve()
          }
          const life = await live(night, { notes: dyingNotes(notes, misfortune, die), batch })
          dying.life = life
          inflict(night, misfortune, die, seed)
          const heard: string[] = []
          const outcomes = await passing(life, Promise.race([life.weft.map(open, life.ask), died.promise]), 20_000)
          if (outcomes === undefined) {
            await night.idle()
            continue
          }
          for (const outcome of outcomes) {
            heard.push(outcome.input as string)
            // What ran out of attempts is asked again in the next life.
            if (outcome.status === 'done' || (outcome.status === 'failed' && !outcome.failure.retryable)) {
              answered.set(outcome.input as string, texts([outcome])[0]!)
            }
          }
          expect(heard).toEqual(open)
          // Of the dead nothing ends.
          if (!dying.isDead) await life.weft.close()
        }
        const expected = fates.map((fate, at) => (fate === 'invalid_request_error' ? 'failed' : `re: question ${at}`))
        expect(asked.map((question) => answered.get(question))).toEqual(expected)
        // What was created and never read is paid for, too.
        for (const { requests } of night.batches) for (const request of requests) night.fate(request)
        for (const [question, times] of paid) expect([question, times]).toEqual([question, 1])
      },
    ),
    { numRuns: 80 },
  )
})

/** Notes of a process that dies at one of them. */
function dyingNotes(notes: Notes, { death }: Misfortune, die: () => void): Notes {
  let written = 0
  return {
    notes: (prefix) => notes.notes(prefix),
    setNote: async (name, text) => {
      const isLast = death !== undefined && 'atNote' in death && written++ === death.atNote
      if (!isLast) return notes.setNote(name, text)
      if (death.isWritten) await notes.setNote(name, text)
      die()
      return new Promise<never>(() => {})
    },
  }
}

function inflict(
  night: BatchesServer,
  { mishaps, death, lines, mostAtOnce }: Misfortune,
  die: () => void,
  seed: number,
): void {
  const seen = new Map<string, number>()
  let lists = 0
  const strike = (place: Mishap['place'], visit: Visit, index: number): boolean => {
    const at = mishaps.findIndex((one) => one.place === place && one.kind === visit.what && one.index === index)
    const mishap = mishaps[at]
    if (mishap === undefined) return false
    if (death !== undefined && 'atMishap' in death && death.atMishap === at) {
      die()
      visit.cut()
    } else if (mishap.how === 'cut') visit.cut()
    // Said of one that was created it would be a lie of the provider's.
    else if (place === 'created' && [404, 429, 529].includes(mishap.how)) visit.refuse(500, 'api_error')
    // That is a server without batches: nothing is tried again.
    else if (mishap.how === 404 && !['retrieve', 'results'].includes(visit.what)) visit.refuse(500, 'api_error')
    else visit.refuse(mishap.how, 'some_error')
    return true
  }
  night.ends = () => true
  night.faults = {
    before: (visit) => {
      const index = seen.get(visit.what) ?? 0
      seen.set(visit.what, index + 1)
      // Those that nobody asks for end all the same, sooner or later.
      if (visit.what === 'list' && ++lists % 5 === 0) for (const batch of night.batches) batch.hasEnded = true
      if (visit.what === 'results')
        for (const batch of night.batches) batch.requests = shuffled(batch.requests, seed + index)
      return strike('before', visit, index)
    },
    created: (visit, batch) => {
      if (batch.requests.length > mostAtOnce) {
        night.batches.splice(night.batches.indexOf(batch), 1)
        visit.refuse(413, 'request_too_large')
        return true
      }
      return strike('created', visit, (seen.get('create') ?? 1) - 1)
    },
    linesOf: (batch) => lines[batch.readings - 1],
  }
}

/** What is decided for a request of a batch holds, however often it is read. */
function fateBy(
  decide: (question: string, before: number) => Fate,
  paid: Map<string, number>,
): (request: SentRequest) => Fate {
  const decided = new Map<string, Fate>()
  const before = new Map<string, number>()
  return (request) => {
    const known = decided.get(request.custom_id)
    if (known !== undefined) return known
    const question = askedIn(request)
    const times = before.get(question) ?? 0
    before.set(question, times + 1)
    const fate = decide(question, times)
    decided.set(request.custom_id, fate)
    if (fate.type === 'succeeded') paid.set(question, (paid.get(question) ?? 0) + 1)
    return fate
  }
}

function fateOf(fate: string, question: string, before: number): Fate {
  if (fate === 'invalid_request_error') return { type: 'errored', error: fate }
  if (fate === 'ok' || before > 0) return { type: 'succeeded', text: `re: ${question}` }
  return fate === 'api_error' ? { type: 'errored', error: fate } : { type: fate as 'expired' }
}

function shuffled<T>(list: readonly T[], seed: number): T[] {
  const order = list.map((item, at) => ({ item, key: ((at + 1) * 2_654_435_761 + seed * 40_503) % 1_000_003 }))
  return order.sort((one, other) => one.key - other.key).map(({ item }) => item)
}
