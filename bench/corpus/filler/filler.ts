import type { Chrome } from '../chrome/chrome.ts'
import type { Random } from '../random.ts'
import { escapeHtml } from '../text.ts'

/**
 * Draws the boilerplate of one page from a seeded source and remembers each sentence it gave out: these are
 * what must not be in the Markdown of that page. Mutable on purpose, one for each page composed.
 */
export class Filler {
  readonly chrome: Chrome
  readonly #random: Random
  readonly #weight: number
  readonly #said = new Set<string>()
  #headline: number
  #remark: number

  constructor(chrome: Chrome, random: Random, weight: number) {
    this.chrome = chrome
    this.#random = random
    this.#weight = weight
    this.#headline = this.number(0, chrome.headlines.length - 1)
    this.#remark = this.number(0, chrome.remarks.length - 1)
  }

  /** Every boilerplate sentence on the page so far. */
  get said(): readonly string[] {
    return [...this.#said]
  }

  /** A whole number, both ends included. */
  number(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1))
  }

  pick<T>(list: readonly T[]): T {
    return list[this.number(0, list.length - 1)] as T
  }

  /** A count scaled by the weight of the page. */
  amount(usual: number): number {
    return Math.max(1, Math.round(usual * this.#weight))
  }

  /** An identifier as build tools make them: `a8Zk2`. */
  token(length = 5): string {
    return Array.from({ length }, () => letters[this.number(0, letters.length - 1)]).join('')
  }

  /** A sentence of boilerplate, escaped for HTML. */
  say(sentence: string): string {
    this.#said.add(sentence)
    return escapeHtml(sentence)
  }

  /** The next headline of another story; all of them come before one comes again. */
  headline(): string {
    return this.say(this.chrome.headlines[this.#headline++ % this.chrome.headlines.length] as string)
  }

  remark(): string {
    return this.say(this.chrome.remarks[this.#remark++ % this.chrome.remarks.length] as string)
  }

  slug(): string {
    return `${this.pick(slugWords)}-${this.pick(slugWords)}-${this.number(1000, 999_999)}`
  }

  /** As many pieces as asked for, scaled by the weight of the page. */
  many(usual: number, piece: (at: number) => string): string {
    return Array.from({ length: this.amount(usual) }, (_, at) => piece(at)).join('\n')
  }
}

const letters = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const slugWords = 'river lamp stone north paper orchard signal copper harbour winter ladder meadow'.split(' ')
