import { createHash, randomBytes } from 'node:crypto'
import type { Notes } from '../../../src/core/notes.ts'

/** Results can be had for 29 days after a batch was created. */
const keptMs = 29 * 86_400_000
/** After that, nobody comes back for what a run that was killed had been handed and had not recorded. */
const deliveredKeptMs = 2 * 86_400_000

/** Of the hash of a request. */
const hashBytes = 24
/** In base64url. */
const hashChars = 32
const localChars = 12
/** Characters of a custom id: at most 64 may be. */
export const customIdChars: number = localChars + 1 + hashChars
const hashPattern = new RegExp(`.{${hashChars}}`, 'g')

/** A batch, as it is noted. */
export interface NotedBatch {
  /** Our own name for it, part of its custom ids: so its results say whose they are. */
  readonly local: string
  /** Unix time in milliseconds, by our clock. */
  readonly intendedAt: number
  readonly requests: number
  /** Undefined: it was to be created, and nobody knows whether it was. */
  readonly id?: string | undefined
  /** When all that was in it had been handed over. */
  readonly deliveredAt?: number | undefined
}

/** What is known of batches beyond the process, in notes: for each what it is, what is in it, and what of that is lost. */
export class Ledger {
  readonly #notes: Notes
  readonly #prefix: string
  /** What is lost of each, hash by hash. */
  readonly #gone = new Map<string, string>()

  /** @param address of the API: what was created there is there */
  constructor(notes: Notes, address: string) {
    this.#notes = notes
    this.#prefix = `anthropic-batch/${sha(address).slice(0, 16)}/`
  }

  /** What was noted, the oldest first, with the hashes of the requests in it. What is too old, or half of it, is forgotten. */
  async load(): Promise<readonly (readonly [batch: NotedBatch, hashes: readonly string[]])[]> {
    const states = new Map<string, NotedBatch>()
    const contents = new Map<string, string>()
    for (const [name, text] of await this.#notes.notes(this.#prefix)) {
      const [local = '', what] = name.slice(this.#prefix.length).split('/')
      if (what === 'requests') contents.set(local, text)
      else if (what === 'gone') this.#gone.set(local, text)
      else states.set(local, JSON.parse(text) as NotedBatch)
    }
    const now = Date.now()
    const found: (readonly [NotedBatch, readonly string[]])[] = []
    for (const local of new Set([...states.keys(), ...contents.keys()])) {
      const batch = states.get(local)
      const text = contents.get(local)
      const isOld =
        batch !== undefined && (now - batch.intendedAt > keptMs || now - (batch.deliveredAt ?? now) > deliveredKeptMs)
      if (batch === undefined || text === undefined || isOld) await this.forget(local)
      else {
        const without = new Set(hashesIn(this.#gone.get(local) ?? ''))
        found.push([batch, hashesIn(text).filter((hash) => !without.has(hash))])
      }
    }
    return found.sort(([one], [other]) => one.intendedAt - other.intendedAt)
  }

  /** What is in a batch stands before that there is one. */
  async intend(batch: NotedBatch, hashes: Iterable<string>): Promise<void> {
    await this.#notes.setNote(this.#name(batch.local, 'requests'), [...hashes].join(''))
    await this.note(batch)
  }

  note(batch: NotedBatch): Promise<void> {
    return this.#notes.setNote(this.#name(batch.local, 'state'), JSON.stringify(batch))
  }

  /** These got no answer, and never will: whoever asks again is to be in another batch. */
  lose(local: string, hashes: readonly string[]): Promise<void> {
    const gone = (this.#gone.get(local) ?? '') + hashes.join('')
    this.#gone.set(local, gone)
    return this.#notes.setNote(this.#name(local, 'gone'), gone)
  }

  async forget(local: string): Promise<void> {
    this.#gone.delete(local)
    for (const what of ['state', 'requests', 'gone'] as const) {
      await this.#notes.setNote(this.#name(local, what), undefined)
    }
  }

  #name(local: string, what: 'state' | 'requests' | 'gone'): string {
    return `${this.#prefix}${local}/${what}`
  }
}

export function newLocal(): string {
  return randomBytes(9).toString('base64url')
}

/** Equal requests have equal hashes. */
export function hashOf(params: Uint8Array): string {
  // Not a part of a longer text, which would be kept with it.
  return createHash('sha256').update(params).digest().toString('base64url', 0, hashBytes)
}

/** At most 64 of letters, digits, `_` and `-`: what the API takes. */
export function customIdOf(local: string, hash: string): string {
  return `${local}_${hash}`
}

/** The hash in a custom id of that batch; undefined when it is of another one. */
export function hashIn(customId: string, local: string): string | undefined {
  return customId.startsWith(`${local}_`) && customId.length === customIdChars
    ? customId.slice(localChars + 1)
    : undefined
}

function hashesIn(text: string): readonly string[] {
  return text.match(hashPattern) ?? []
}

function sha(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
