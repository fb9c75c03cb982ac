import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { RuntimeOptions } from '../../../src/index.ts'
import { fasterClock } from './faster-clock.ts'
import type { Seen, ServiceSetting } from './setting.ts'

/** The loopback service that a scenario works with. */
export interface Service {
  /** The address of a path: `service.url('/topics/solar')`. */
  url(path: string): string
  /** For `createRuntime`: a clock as fast as the service, and leave to fetch from loopback. */
  readonly runtime: Pick<RuntimeOptions, 'clock' | 'web'>
}

export interface StartedService extends Service, AsyncDisposable {
  /** Forgets what it has seen and fills its bucket. */
  reset(): Promise<void>
  seen(): Promise<Seen>
}

/** Starts the service in a process of its own, so that serving takes no time of the event loop that is measured. */
export async function startService(setting: ServiceSetting): Promise<StartedService> {
  const child = fork(fileURLToPath(new URL('./server.ts', import.meta.url)), [JSON.stringify(setting)])
  const [origin] = (await once(child, 'message')) as [string]
  const order = async (what: 'reset' | 'seen'): Promise<Seen> => {
    const answered = once(child, 'message') as Promise<[Seen]>
    child.send(what)
    return (await answered)[0]
  }
  return {
    url: (path) => origin + path,
    runtime: { clock: fasterClock(setting.speed), web: { allowPrivate: true } },
    seen: () => order('seen'),
    reset: async () => {
      await order('reset')
    },
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}
