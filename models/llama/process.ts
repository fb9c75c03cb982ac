import { type ChildProcess, fork } from 'node:child_process'
import { messageEndpoint } from '../../src/core/message-endpoint.ts'
import type { HostApi, HostListener } from '../../workers/llama/protocol.ts'
import type { Connection } from './connection.ts'
import { hostEnvironment } from './host-environment.ts'

/** How long a host may take to stop by itself, in milliseconds. Then it is killed: its process can be. */
const graceMs = 5_000

/** A host in a process of its own: whatever happens to llama.cpp there, ours goes on. It ends with ours, however that ends. */
export async function startProcess(module: URL, listener: HostListener, ioThreads: number): Promise<Connection> {
  const { expose, wrap } = await import('comlink')
  const child = fork(module, {
    serialization: 'advanced',
    // What llama.cpp prints by itself is none of the program's output.
    stdio: ['ignore', 2, 2, 'ipc'],
    execArgv: [],
    env: { ...hostEnvironment(), UV_THREADPOOL_SIZE: String(ioThreads) },
  })
  release(child)
  const gone = endOf(child)
  const endpoint = messageEndpoint(child, (message) => {
    if (child.connected) child.send(message as object, () => undefined)
  })
  expose(listener, endpoint)
  const host = wrap<HostApi>(endpoint)
  return {
    host,
    gone,
    hold: () => hold(child),
    release: () => release(child),
    kill: () => void child.kill('SIGKILL'),
    close: async () => {
      hold(child)
      const kill = setTimeout(() => child.kill('SIGKILL'), graceMs)
      void host.close()
      await gone
      clearTimeout(kill)
    },
  }
}

function hold(child: ChildProcess): void {
  child.ref()
  child.channel?.ref()
}

function release(child: ChildProcess): void {
  child.unref()
  child.channel?.unref()
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
}
