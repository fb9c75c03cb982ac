import { createHash } from 'node:crypto'
import type { JobSource, SourceItem } from './source.ts'

/**
 * Items that are all known beforehand.
 *
 * @param identity what shows whether they are still the same, where they themselves do not
 */
export function listSource(place: string, list: readonly SourceItem[], identity?: unknown): JobSource {
  return {
    place,
    isReadable: true,
    fields: undefined,
    size: { items: list.length, estimate: false },
    identity: async () => JSON.stringify({ list: place, items: list.length, hash: hashOf(identity ?? inputsOf(list)) }),
    async *items(from, signal) {
      for (let number = from.item; number < list.length && !signal.aborted; number += 1) yield list[number]!
    },
  }
}

/** Texts as the items of a list. */
export function textItems(texts: readonly string[]): SourceItem[] {
  return texts.map((input, number) => ({ number, offset: 0, line: number + 1, input }))
}

function inputsOf(list: readonly SourceItem[]): unknown[] {
  return list.map(({ input }) => input)
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22)
}
