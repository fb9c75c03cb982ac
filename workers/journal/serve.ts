import type { MessagePort } from 'node:worker_threads'
import { Failure } from '../../src/core/failure.ts'
import type { JournalReply, JournalRequest, KeyPage, StoreOptions } from './protocol.ts'
import { openStore } from './store.ts'
import { storeFailure } from './store-failure.ts'

/** Does what it is told, in order. Once something failed nothing more is written: what comes later may stand on what is missing. */
export function serveJournal(port: MessagePort): void {
  let folder = ''
  let store: ReturnType<typeof openStore> | undefined
  let broken: Failure | undefined

  const answer = ({ call, args }: JournalRequest): unknown => {
    if (call === 'open') {
      const options = args[0] as StoreOptions
      folder = options.folder
      store = openStore(options)
      return undefined
    }
    if (broken !== undefined && call !== 'close') throw broken
    return (store?.[call] as ((...args: readonly unknown[]) => unknown) | undefined)?.(...args)
  }

  port.on('message', (request: JournalRequest) => {
    try {
      const value = answer(request)
      const reply: JournalReply = { id: request.id, ok: true, value }
      port.postMessage(reply, request.call === 'keys' ? [(value as KeyPage).keys.buffer] : [])
    } catch (error) {
      // What an open store fails with by itself is about one value that cannot be read.
      const isFatal = store === undefined || !Failure.is(error) || error === broken
      const failure = storeFailure(error, folder)
      if (isFatal) broken = failure
      const reply: JournalReply = { id: request.id, ok: false, failure: failure.toRecord(), isFatal }
      port.postMessage(reply)
    }
    if (request.call === 'close') port.close()
  })
}
