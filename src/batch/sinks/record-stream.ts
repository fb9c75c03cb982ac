import type { Writable } from 'node:stream'
import { outputFailure } from './output-failure.ts'
import { pieces, type WriteRecord } from './record-file.ts'
import type { OutputRecord, RecordSink } from './record-sink.ts'
import { TextStream } from './text-stream.ts'

/**
 * Records to whoever reads them: standard output, a pipe, a device. What was written is gone, so all records come again when a run
 * goes on.
 *
 * @param open gives the stream, once; it fails when the place cannot be written to
 * @param owned whether the stream ends with the sink. Standard output does not.
 */
export function recordStream(
  place: string,
  write: WriteRecord,
  open: () => Promise<Writable>,
  owned: boolean,
): RecordSink {
  let stream: TextStream | undefined
  let bytes = 0
  return {
    place,
    isReplayed: true,
    partial: undefined,
    async open(_key, known) {
      try {
        stream ??= new TextStream(await open(), place)
      } catch (error) {
        throw outputFailure(place, error)
      }
      return known === 0
    },
    async append(records: readonly OutputRecord[]) {
      for (const piece of pieces(records, write)) {
        await stream?.send(piece)
        bytes += piece.length
      }
      return bytes
    },
    sync: async () => {},
    publish: async () => {
      if (owned) await stream?.finish()
    },
    close: async () => {
      if (owned) stream?.destroy()
    },
  }
}
