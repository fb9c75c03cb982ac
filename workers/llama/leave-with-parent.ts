import type { Host } from './host.ts'

/** How long a process without a parent may take to stop by itself, in milliseconds. */
const graceMs = 2_000

/** Has a host process end with its parent, however that ends: the channel between them breaks. */
export function leaveWithParent(host: Host): void {
  // Ctrl-C goes to every process of the terminal: our parent decides what it means.
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => undefined)
  process.once('disconnect', () => {
    // To exit while llama.cpp computes would abort, and leave a core file behind.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs).unref()
    void host.close()
  })
}
