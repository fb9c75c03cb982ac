import type { Transform } from 'node:stream'
import type { Failure } from '../core/failure.ts'
import { type Coding, createDecoder } from './coding.ts'
import { bodyInvalid, bodyTooLarge } from './failures.ts'

export interface BodyLimits {
  /** Most bytes, both as sent and decompressed. */
  readonly maxBytes: number
  /** What happens beyond: the body fails, or it ends there. */
  readonly overflow: 'fail' | 'cut'
}

export interface Body {
  /** Decompressed, in a buffer of its own and exactly as long. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly transferredBytes: number
}

export interface BodyEvents {
  readonly done: (body: Body) => void
  readonly failed: (failure: Failure) => void
  /** More may be written after `write` returned false. */
  readonly drained: () => void
}

/** Collects one body as it arrives, decompresses it off the event loop and stops at its limits, whatever was announced. */
export class BodyCollector {
  readonly #url: URL
  readonly #coding: Coding
  readonly #limits: BodyLimits
  readonly #events: BodyEvents
  readonly #collected: GrowingBuffer
  #decoder: Transform | undefined
  #transferredBytes = 0
  #over = false

  /** @param expectedBytes what Content-Length announces, if it does */
  constructor(url: URL, coding: Coding, expectedBytes: number | undefined, limits: BodyLimits, events: BodyEvents) {
    this.#url = url
    this.#coding = coding
    this.#limits = limits
    this.#events = events
    this.#collected = new GrowingBuffer(coding === 'identity' ? expectedBytes : undefined, limits.maxBytes)
  }

  /** Takes the next bytes as sent; false asks for a pause until `drained`. */
  write(chunk: Buffer): boolean {
    if (this.#over) return true
    this.#transferredBytes += chunk.length
    if (this.#coding === 'identity') {
      this.#collect(chunk)
      return true
    }
    if (this.#transferredBytes > this.#limits.maxBytes) {
      this.#overflow('as sent')
      return true
    }
    // Made by the first byte: a body without any is empty, not a broken one.
    this.#decoder ??= this.#startDecoder(this.#coding, chunk)
    return this.#decoder.write(chunk)
  }

  /** The body has arrived whole. */
  end(): void {
    if (this.#over) return
    if (this.#decoder === undefined) this.#finish()
    else this.#decoder.end()
  }

  /** Gives everything up, silently. */
  stop(): void {
    this.#over = true
    this.#decoder?.destroy()
  }

  #startDecoder(coding: Exclude<Coding, 'identity'>, firstChunk: Buffer): Transform {
    return createDecoder(coding, firstChunk)
      .on('data', (chunk: Buffer) => this.#collect(chunk))
      .on('drain', () => this.#events.drained())
      .on('end', () => this.#finish())
      .on('error', (error) => this.#fail(bodyInvalid(this.#url, coding, error.message, error)))
  }

  #collect(chunk: Buffer): void {
    if (this.#over || this.#collected.append(chunk)) return
    this.#overflow(this.#coding === 'identity' ? 'as sent' : 'decompressed')
  }

  #overflow(how: string): void {
    if (this.#limits.overflow === 'cut') this.#finish()
    else this.#fail(bodyTooLarge(this.#url, this.#limits.maxBytes, how))
  }

  #finish(): void {
    if (this.#over) return
    this.stop()
    this.#events.done({ bytes: this.#collected.take(), transferredBytes: this.#transferredBytes })
  }

  #fail(failure: Failure): void {
    if (this.#over) return
    this.stop()
    this.#events.failed(failure)
  }
}

/** Most memory set aside before bytes have come: an announced length is only a stranger's word. */
const firstBytes = 64 * 1024

/** Copies chunks into one buffer at once: a list of them would let a body of one-byte chunks take a hundred times its size. */
class GrowingBuffer {
  readonly #maxBytes: number
  #buffer: ArrayBuffer
  #length = 0

  constructor(expectedBytes: number | undefined, maxBytes: number) {
    this.#maxBytes = maxBytes
    this.#buffer = new ArrayBuffer(Math.min(expectedBytes ?? firstBytes, firstBytes, maxBytes))
  }

  /** Takes what fits; false when not all did. */
  append(chunk: Buffer): boolean {
    const part = chunk.subarray(0, this.#maxBytes - this.#length)
    const needed = this.#length + part.length
    if (needed > this.#buffer.byteLength) {
      const roomy = Math.max(needed, this.#buffer.byteLength * 2)
      this.#buffer = this.#buffer.transfer(Math.min(roomy, this.#maxBytes))
    }
    new Uint8Array(this.#buffer).set(part, this.#length)
    this.#length = needed
    return part.length === chunk.length
  }

  take(): Uint8Array<ArrayBuffer> {
    const exact = this.#length === this.#buffer.byteLength ? this.#buffer : this.#buffer.transfer(this.#length)
    return new Uint8Array(exact)
  }
}
