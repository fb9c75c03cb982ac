/** One end of a channel that sends plain messages: a worker thread, a message port, a child process with IPC, `process` in such a child. */
export interface MessageChannelEnd {
  on(event: 'message', listener: (message: unknown) => void): unknown
  off(event: 'message', listener: (message: unknown) => void): unknown
}

/** What Comlink speaks through. */
export interface MessageEndpoint {
  postMessage(message: unknown): void
  addEventListener(type: string, listener: EndpointListener): void
  removeEventListener(type: string, listener: EndpointListener): void
}

type EndpointListener = ((event: MessageLike) => void) | { handleEvent(event: MessageLike): void }

interface MessageLike {
  readonly data: unknown
}

/**
 * A channel as Comlink takes it. Comlink brings such an adapter for message ports; a process's channel can neither move buffers nor hand
 * over ports, so that this one never tries.
 *
 * @param post sends a message; it must not throw when the other end is gone
 */
export function messageEndpoint(channel: MessageChannelEnd, post: (message: unknown) => void): MessageEndpoint {
  const listeners = new Map<EndpointListener, (message: unknown) => void>()
  return {
    postMessage: post,
    addEventListener(_, listener) {
      const deliver = (data: unknown): void => {
        if (typeof listener === 'function') listener({ data })
        else listener.handleEvent({ data })
      }
      listeners.set(listener, deliver)
      channel.on('message', deliver)
    },
    removeEventListener(_, listener) {
      const deliver = listeners.get(listener)
      listeners.delete(listener)
      if (deliver !== undefined) channel.off('message', deliver)
    },
  }
}
