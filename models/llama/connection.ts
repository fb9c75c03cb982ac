import type { Remote } from 'comlink'
import type { HostApi, HostListener } from '../../workers/llama/protocol.ts'

/** A model host that runs, on a thread or in a process. */
export interface Connection {
  readonly host: Remote<HostApi>
  /** Resolves when the host is no more, with what is known of its end. */
  readonly gone: Promise<string>
  /** Keeps our process alive while a call is under way; without one, a host does not keep a program from ending. */
  hold(): void
  release(): void
  /** Ends it at once, where that is possible: a process. */
  readonly kill?: () => void
  /** Ends the host in an orderly way, and waits for it. */
  close(): Promise<void>
}

/** @param listener what is told to us under way */
export type StartHost = (listener: HostListener) => Connection | Promise<Connection>
